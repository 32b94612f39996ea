package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"strings"

	"github.com/mattn/go-isatty"

	"madang/client"
	"madang/gateway/charset"
)

type talkFlags struct {
	Charset string `default:"utf-8" help:"The other side's character set: utf-8 or cp949 (${default})."`
}

// talk carries standard input and output over a connection.
func (f *talkFlags) talk(p *program, connect func() (*net.TCPConn, error)) error {
	name, ok := charset.ParseName(f.Charset)
	if !ok {
		return usage("there is no character set %q; there are utf-8 and cp949", f.Charset)
	}
	c, err := connect()
	if p.context.Err() != nil {
		return nil
	}
	if err != nil {
		return err
	}
	return client.Talk(p.context, c, client.TalkOptions{
		In: p.in, Out: p.out, Charset: name, Screen: isTerminal(p.out), Typed: isTerminal(p.in),
	})
}

// isTerminal says whether somebody sits at a stream.
func isTerminal(stream any) bool {
	f, ok := stream.(*os.File)
	return ok && isatty.IsTerminal(f.Fd())
}

type dialCommand struct {
	Address string `arg:"" name:"host:port" help:"Whom to call."`
	talkFlags
}

// Run talks to whoever listens there.
func (d *dialCommand) Run(p *program) error {
	if _, _, err := net.SplitHostPort(d.Address); err != nil {
		return usage("whom to call looks like 192.0.2.1:9000 or example.org:9000, not %q", d.Address)
	}
	return d.talk(p, func() (*net.TCPConn, error) { return client.Dial(p.context, d.Address) })
}

type listenCommand struct {
	Address string `arg:"" name:"port" help:"Port, or host:port. A port alone listens on this machine only; 0 takes a free one."`
	Public  bool   `help:"Let the network in: listen at all addresses of this machine."`
	talkFlags
}

// Run talks to the first who calls.
func (l *listenCommand) Run(p *program) error {
	address := l.Address
	if !strings.Contains(address, ":") {
		address = net.JoinHostPort("127.0.0.1", address)
	}
	if _, _, err := net.SplitHostPort(address); err != nil {
		return usage("where to listen looks like 9000 or 192.0.2.1:9000, not %q", l.Address)
	}
	if l.Public {
		address = everywhere(address)
	}
	return l.talk(p, func() (*net.TCPConn, error) {
		return client.Accept(p.context, address, func(a net.Addr) { sayWhere(p.err, a) })
	})
}

func sayWhere(w io.Writer, a net.Addr) { fmt.Fprintf(w, "madang: listening at %s\n", a) }
