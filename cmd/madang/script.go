package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"
	"time"

	"madang/client"
)

// guestFlags are those of both scriptable clients. A password is no flag: everybody on
// the machine can read those.
type guestFlags struct {
	Server       string `default:"127.0.0.1:9999" placeholder:"HOST:PORT" help:"The server's plain text address (${default})."`
	Nick         string `placeholder:"NAME" help:"Be called this; else the server finds a name."`
	Key          string `help:"The room's key, if it has one."`
	Account      string `placeholder:"NAME" help:"Sign in; the password is in $$MADANG_PASSWORD or in --password-file."`
	PasswordFile string `placeholder:"FILE" help:"A file with the password, or an app password, in its first line."`
}

// passwordVariable holds the password of --account.
const passwordVariable = "MADANG_PASSWORD"

func (g *guestFlags) options(p *program, room string) (client.Options, error) {
	password, err := g.password()
	return client.Options{
		Server: g.Server, Room: room, Key: g.Key, Nick: g.Nick, Account: g.Account, Password: password,
		Warn: func(text string) { fmt.Fprintf(p.err, "madang: %s\n", text) },
	}, err
}

// password is that of the account, from where no list of processes shows it.
func (g *guestFlags) password() (string, error) {
	switch {
	case g.Account == "" && g.PasswordFile == "":
		return "", nil
	case g.Account == "":
		return "", usage("--password-file is for --account NAME")
	case g.PasswordFile == "":
		password := os.Getenv(passwordVariable)
		if password == "" {
			return "", usage("the password of %s belongs into $%s or into a file: --password-file FILE", g.Account, passwordVariable)
		}
		return password, nil
	}
	text, err := os.ReadFile(g.PasswordFile)
	if err != nil {
		return "", fmt.Errorf("read the password: %w", err)
	}
	first, _, _ := strings.Cut(string(text), "\n")
	if first = strings.TrimRight(first, "\r"); first == "" {
		return "", usage("there is no password in the first line of %s", g.PasswordFile)
	}
	return first, nil
}

type sayCommand struct {
	Room string   `arg:"" help:"The room; its # may be left out."`
	Text []string `arg:"" optional:"" help:"What to say; without it each line of standard input."`
	guestFlags
	Patience time.Duration `default:"1m" help:"How long to try again when the connection breaks (${default})."`
}

// Run says everything, one after the other. Empty lines are no messages.
func (s *sayCommand) Run(p *program) error {
	o, err := s.options(p, s.Room)
	if err != nil {
		return err
	}
	o.Patience = s.Patience
	speaker := client.NewSpeaker(o)
	defer speaker.Close()
	if len(s.Text) > 0 {
		_, err := speaker.Say(p.context, strings.Join(s.Text, " "))
		return err
	}
	lines := bufio.NewScanner(p.input())
	lines.Buffer(nil, 64<<10)
	for n := 1; lines.Scan(); n++ {
		text := strings.TrimRight(lines.Text(), "\r")
		if strings.TrimSpace(text) == "" {
			continue
		}
		if _, err := speaker.Say(p.context, text); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read what to say: %w", err)
	}
	return nil
}

type tailCommand struct {
	Room string `arg:"" help:"The room; its # may be left out."`
	guestFlags
	JSON bool `name:"json" help:"Show JSON objects, one a line, as the server writes them."`
}

// Run shows messages until a signal.
func (t *tailCommand) Run(p *program) error {
	ready := func(room string) { fmt.Fprintf(p.err, "madang: following %s\n", room) }
	o, err := t.options(p, t.Room)
	if err != nil {
		return err
	}
	return client.Tail(p.context, o, ready, func(m *client.Message) error {
		text := m.JSON
		if !t.JSON {
			text = m.AppendText(nil)
		}
		_, err := p.out.Write(text)
		return err
	})
}
