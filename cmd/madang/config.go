package main

import (
	"bufio"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"

	"madang/auth"
	"madang/config"
)

type configCommands struct {
	Check configCheckCommand `cmd:"" help:"Name every mistake in a configuration, with its line."`
	Print configPrintCommand `cmd:"" help:"Show every setting in force; secrets are ***."`
	Hash  configHashCommand  `cmd:"" help:"Hash an operator's password, read from standard input."`
}

type configCheckCommand struct {
	File string `arg:"" type:"path" help:"The configuration."`
}

// Run fails with the mistakes.
func (c *configCheckCommand) Run(p *program) error {
	if _, err := config.Load(c.File); err != nil {
		return err
	}
	fmt.Fprintf(p.out, "%s is fine.\n", c.File)
	return nil
}

type configPrintCommand struct {
	File string `arg:"" optional:"" type:"path" help:"The configuration; without it the defaults."`
}

// Run prints TOML.
func (c *configPrintCommand) Run(p *program) error {
	settings := config.Default()
	if c.File != "" {
		var err error
		if settings, err = config.Load(c.File); err != nil {
			return err
		}
	}
	text, err := settings.Print()
	if err != nil {
		return err
	}
	_, err = io.WriteString(p.out, text)
	return err
}

type configHashCommand struct{}

// Run prints the hash for password_hash.
func (c *configHashCommand) Run(p *program) error {
	password, err := readPassword(p)
	if err != nil {
		return err
	}
	hash, err := auth.Hash(rand.Reader, password, auth.DefaultParams())
	if err != nil {
		return err
	}
	fmt.Fprintln(p.out, hash)
	return nil
}

// readPassword reads one line; at a terminal it asks for it and does not show it.
func readPassword(p *program) (string, error) {
	if isTerminal(p.in) {
		fmt.Fprint(p.err, "Password: ")
		show, err := hideTyping(p.in)
		if err != nil {
			return "", fmt.Errorf("hide the password: %w", err)
		}
		defer fmt.Fprintln(p.err)
		defer show()
	}
	line, err := bufio.NewReader(io.LimitReader(p.input(), 2*auth.PasswordBytesMax)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read the password: %w", err)
	}
	return strings.TrimRight(line, "\r\n"), nil
}
