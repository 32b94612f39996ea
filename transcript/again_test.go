package transcript

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"

	"madang/gateway/admin"
)

// What the operator does from outside: end the server, start it again, ask it.

// kill ends the server as kill -9 does: nothing more is stored, and nobody hears another
// word; the system closes the connections.
func (p *play) kill([]string) error {
	p.house.disk.dies()
	for _, q := range p.people {
		q.loses()
	}
	return p.house.stop()
}

// loses ends somebody's connection without another word.
func (q *person) loses() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if !q.over {
		q.over, q.end = true, " is hung up\n"
		q.peer.Reset()
	}
}

// startsAgain opens a server with what the old one's disk holds.
func (p *play) startsAgain([]string) error {
	old := p.house
	if !old.stopped {
		return errors.New("it has not stopped")
	}
	p.house = &house{disk: old.disk.again(), output: old.output, dialled: old.dialled}
	p.house.clock.Store(old.clock.Load())
	return p.house.open()
}

// netstat is what `madang netstat` asks, with the columns that no chance has a part in.
func (p *play) netstat([]string) error {
	ours, theirs := net.Pipe()
	served, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- p.house.desk.Serve(served, &oneCaller{caller: theirs, closed: make(chan struct{})}) }()
	rows, err := ask(ours)
	stop()
	if err := errors.Join(err, <-ended); err != nil {
		return err
	}
	var out strings.Builder
	for _, row := range rows {
		security := "in clear"
		if row.TLS {
			security = "TLS"
		}
		account := row.Account
		if account == "" {
			account = "-"
		}
		fmt.Fprintf(&out, "operator< %d %s %s %s %s %d %s\n", row.ID, row.Gateway, row.User, account, row.Address, row.Port, security)
	}
	p.asked = out.String()
	return nil
}

func ask(c net.Conn) ([]admin.Connection, error) {
	defer c.Close()
	if _, err := io.WriteString(c, `{"command":"netstat"}`+"\n"); err != nil {
		return nil, err
	}
	var answer struct {
		Text   string
		Result []admin.Connection
	}
	if err := json.NewDecoder(c).Decode(&answer); err != nil {
		return nil, err
	}
	if answer.Text != "" {
		return nil, errors.New(answer.Text)
	}
	return answer.Result, nil
}

// oneCaller is a listener with one operator.
type oneCaller struct {
	caller net.Conn // nil: was accepted
	closed chan struct{}
}

func (o *oneCaller) Accept() (net.Conn, error) {
	if c := o.caller; c != nil {
		o.caller = nil
		return c, nil
	}
	<-o.closed
	return nil, net.ErrClosed
}

func (o *oneCaller) Close() error {
	close(o.closed)
	return nil
}

func (o *oneCaller) Addr() net.Addr { return &net.UnixAddr{Name: "operator", Net: "unix"} }
