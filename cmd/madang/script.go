package main

import (
	"bufio"
	"fmt"
	"strings"
	"time"

	"madang/client"
)

// guestFlags are those of both scriptable clients.
type guestFlags struct {
	Server string `default:"127.0.0.1:9999" placeholder:"HOST:PORT" help:"The server's plain text address (${default})."`
	Nick   string `placeholder:"NAME" help:"Be called this; else the server finds a name."`
}

func (g *guestFlags) options(p *program, room string) client.Options {
	return client.Options{
		Server: g.Server, Room: room, Nick: g.Nick,
		Warn: func(text string) { fmt.Fprintf(p.err, "madang: %s\n", text) },
	}
}

type sayCommand struct {
	Room string   `arg:"" help:"The room; its # may be left out."`
	Text []string `arg:"" optional:"" help:"What to say; without it each line of standard input."`
	guestFlags
	Patience time.Duration `default:"1m" help:"How long to try again when the connection breaks (${default})."`
}

// Run says everything, one after the other. Empty lines are no messages.
func (s *sayCommand) Run(p *program) error {
	o := s.options(p, s.Room)
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
	return client.Tail(p.context, t.options(p, t.Room), ready, func(m *client.Message) error {
		text := m.JSON
		if !t.JSON {
			text = m.AppendText(nil)
		}
		_, err := p.out.Write(text)
		return err
	})
}
