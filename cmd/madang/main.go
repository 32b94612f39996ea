// Command madang is the whole of Madang: the server, its operator's tools, and small
// clients for people and scripts. It promises these exit codes:
//
//	0   done; for serve: stopped in order
//	1   refused or failed; standard error says why in a sentence
//	2   the command line or the configuration is wrong
//	70  a bug in Madang
//
// Results go to standard output, everything else to standard error. The packages do
// the work; what stands here is flags, signals and sentences.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"

	"github.com/alecthomas/kong"

	"madang/bench"
	"madang/config"
)

// The exit codes.
const (
	exitOK     = 0
	exitFailed = 1
	exitUsage  = 2
	exitBug    = 70
)

// program is what a subcommand may use of the process around it.
type program struct {
	context context.Context // done when the user wants the end
	hangups <-chan os.Signal
	in      io.Reader
	out     io.Writer
	err     io.Writer
}

// commandLine is the grammar of all subcommands.
type commandLine struct {
	Serve   serveCommand    `cmd:"" help:"Run the server. It needs no configuration."`
	Say     sayCommand      `cmd:"" help:"Say something in a room, or each line of standard input; done when it is stored."`
	Tail    tailCommand     `cmd:"" help:"Show what is said in a room from now on."`
	Dial    dialCommand     `cmd:"" help:"Talk to whoever listens at an address: nc, a script, madang listen. No server is needed."`
	Listen  listenCommand   `cmd:"" help:"Wait for one caller and talk: nc, a script, madang dial. No server is needed."`
	Netstat netstatCommand  `cmd:"" help:"List every connection of the running server."`
	Kick    kickCommand     `cmd:"" help:"End somebody's connection, or throw him out of one room."`
	Ban     banCommands     `cmd:"" help:"Keep addresses and names out of the server."`
	Room    roomCommands    `cmd:"" help:"Open, register and change rooms."`
	Erase   eraseCommand    `cmd:"" help:"Erase a message for ever: its text goes, its place stays."`
	Account accountCommands `cmd:"" help:"Make, show and change accounts."`
	Audit   auditCommand    `cmd:"" help:"Show what operators did."`
	Stats   statsCommand    `cmd:"" help:"Show the running server's numbers."`
	Reload  reloadCommand   `cmd:"" help:"Have the running server read its configuration again, as SIGHUP does."`
	Config  configCommands  `cmd:"" help:"Check or show a configuration, or hash an operator's password."`
	Backup  backupCommand   `cmd:"" help:"Copy the running server's database to a file, while everything goes on."`
	Restore restoreCommand  `cmd:"" help:"Make a data folder from a backup."`
	Bench   benchCommand    `cmd:"" help:"Measure any IRC server: madang bench --help."`
	Version versionCommand  `cmd:"" help:"Print the version."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	hangups := make(chan os.Signal, 1)
	if notifiesHangups(os.Args[1:]) {
		signal.Notify(hangups, syscall.SIGHUP)
	}
	code := run(&program{ctx, hangups, os.Stdin, os.Stdout, os.Stderr}, os.Args[1:])
	stop()
	os.Exit(code)
}

// notifiesHangups says whether SIGHUP asks for a reload; for all but the server it is
// the end of the terminal.
func notifiesHangups(args []string) bool { return len(args) > 0 && args[0] == "serve" }

// run runs one subcommand to its end and gives the exit code.
func run(p *program, args []string) (code int) {
	defer func() {
		if bug := recover(); bug != nil {
			fmt.Fprintf(p.err, "madang: bug: %v\n%s", bug, debug.Stack())
			code = exitBug
		}
	}()
	// Its flags are its own.
	if len(args) > 0 && args[0] == "bench" {
		return p.exit(bench.Run(p.context, args[1:], p.out))
	}
	var grammar commandLine
	helped := false
	parser := kong.Must(&grammar, kong.Name("madang"), kong.Writers(p.out, p.err),
		kong.Exit(func(int) { helped = true }), kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Description("A chat server for any program with a socket. Begin with: madang serve"))
	command, err := parser.Parse(args)
	switch {
	case helped:
		return exitOK
	case err != nil:
		fmt.Fprintf(p.err, "madang: %v; madang --help shows how it goes\n", err)
		return exitUsage
	}
	return p.exit(command.Run(p))
}

// exit tells an error and turns it into a code. An error with a method Bug, which gives
// the stack, is a panic that another goroutine caught.
func (p *program) exit(err error) int {
	if err == nil {
		return exitOK
	}
	var wrong *config.Problems
	var usage *usageError
	var bug interface{ Bug() string }
	switch {
	case errors.As(err, &bug):
		fmt.Fprintf(p.err, "madang: bug: %v\n%s\n", err, bug.Bug())
		return exitBug
	case errors.As(err, &wrong):
		fmt.Fprintln(p.err, err)
		return exitUsage
	case errors.As(err, &usage):
		fmt.Fprintf(p.err, "madang: %v\n", err)
		return exitUsage
	}
	fmt.Fprintf(p.err, "madang: %v\n", err)
	return exitFailed
}

// usageError is a mistake in the command line that the grammar cannot see.
type usageError struct{ sentence string }

func (u *usageError) Error() string { return u.sentence }

func usage(format string, args ...any) error {
	return &usageError{fmt.Sprintf(format, args...)}
}
