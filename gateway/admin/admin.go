// Package admin is the operator's way in: a unix socket in the data folder on which
// `madang netstat`, kick, ban and the others ask the running server. A request is one
// line of JSON, and so is its answer. It promises that only the owner of the data
// folder is heard, that a request never stops the engine's loop for longer than a
// look at its lists, and that every refusal comes as a sentence. It is the one
// gateway that opens its own socket, since conn knows no unix sockets and operators
// are few. It refuses to know where numbers, backups and settings come from.
package admin

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"runtime/debug"
	"sync"
	"time"

	"madang/chat"
	"madang/gateway"
)

// Services are what the rest of the server does for operators. Any may be nil.
type Services struct {
	// Stats are the counters of the parts besides the engine, as NumbersOf makes
	// them. Any goroutine.
	Stats func() []Number
	// Backup copies the database to a file that does not exist yet.
	Backup func(ctx context.Context, file string) error
	// Reload reads the configuration again; an error keeps the old settings.
	Reload func() error
	// Connections calls f for every open connection with its gateway's name, those
	// among them that are no session yet.
	Connections func(f func(gatewayName string, c gateway.Connection))
	// Verifier works out what is kept of a password; its errors are those of auth.
	Verifier func(ctx context.Context, password string) (string, error)
	// NewClaim makes the one-time code of the first operator anew; an error says why
	// there is to be none.
	NewClaim func(context.Context) (Claim, error)
	// Audit reads what operators did, newest first, as the store does.
	Audit func(context.Context, chat.AuditQuery) ([]chat.AuditLine, error)
}

// Request is what an operator asks. Which fields a command takes stands at the
// constants; the others are empty.
type Request struct {
	Command   string `json:"command"`
	Nick      string `json:"nick,omitempty"`
	Room      string `json:"room,omitempty"`
	Session   uint64 `json:"session,omitempty"`
	Target    string `json:"target,omitempty"`
	Reason    string `json:"reason,omitempty"`
	For       string `json:"for,omitempty"`
	File      string `json:"file,omitempty"`
	Permanent bool   `json:"permanent,omitempty"`
	Days      int    `json:"days,omitempty"`
	Messages  int    `json:"messages,omitempty"`
	All       bool   `json:"all,omitempty"`
	Account   string `json:"account,omitempty"`
	Password  string `json:"password,omitempty"`
	Email     string `json:"email,omitempty"`
	Powers    string `json:"powers,omitempty"`
	On        bool   `json:"on,omitempty"`
	Host      string `json:"host,omitempty"`
	Uses      int    `json:"uses,omitempty"`
	Rank      string `json:"rank,omitempty"`
	Name      string `json:"name,omitempty"`
	Value     string `json:"value,omitempty"`
	Message   string `json:"message,omitempty"` // an id
	By        string `json:"by,omitempty"`
	Since     string `json:"since,omitempty"`
	Until     string `json:"until,omitempty"`
	Before    uint64 `json:"before,omitempty"`
	Limit     int    `json:"limit,omitempty"`
}

// answer is what goes back: a result, or why not.
type answer struct {
	OK     bool            `json:"ok"`
	Code   string          `json:"code,omitempty"`
	Text   string          `json:"text,omitempty"`
	Result json.RawMessage `json:"result,omitempty"`
}

// Refused is why a request was not carried out.
type Refused struct {
	Code string // a word for programs
	Text string // a sentence for people
}

func (r *Refused) Error() string { return r.Text }

func refuse(code, format string, args ...any) error {
	return &Refused{code, fmt.Sprintf(format, args...)}
}

// Gateway answers operators.
type Gateway struct {
	house    gateway.House
	services Services
	logger   *slog.Logger
}

// New makes the gateway; Serve starts it.
func New(house gateway.House, services Services) *Gateway {
	return &Gateway{house, services, house.Logger.With("gateway", "admin")}
}

// Bounds of the gateway.
const (
	operatorsMax    = 16 // connections at once; others wait
	requestBytesMax = 64 << 10
	idleMax         = 10 * time.Minute // without a request
	writeMax        = 10 * time.Second // for an answer to be taken
)

// Serve answers until the context is done, then closes the listener and what it
// accepted, and returns when all its goroutines have.
func (g *Gateway) Serve(ctx context.Context, listener net.Listener) error {
	var operators sync.WaitGroup
	defer operators.Wait()
	// Whatever ends the loop below ends what it began.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(ctx, func() { listener.Close() })()
	places := make(chan struct{}, operatorsMax)
	for {
		c, err := listener.Accept()
		if ctx.Err() != nil {
			if err == nil {
				c.Close()
			}
			return nil
		}
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return fmt.Errorf("accept operators: %w", err)
			}
			g.logger.Error("an operator could not connect", "error", err)
			pause(ctx)
			continue
		}
		places <- struct{}{}
		operators.Go(func() {
			defer func() { <-places }()
			g.operator(ctx, c)
		})
	}
}

// pause keeps a listener out of descriptors from turning round and round.
func pause(ctx context.Context) {
	select {
	case <-time.After(100 * time.Millisecond):
	case <-ctx.Done():
	}
}

// operator answers one connection, a request at a time.
func (g *Gateway) operator(ctx context.Context, c net.Conn) {
	defer c.Close()
	defer context.AfterFunc(ctx, func() { c.Close() })()
	lines := bufio.NewScanner(c)
	lines.Buffer(make([]byte, 0, 4096), requestBytesMax)
	for {
		c.SetReadDeadline(time.Now().Add(idleMax))
		if !lines.Scan() {
			if errors.Is(lines.Err(), bufio.ErrTooLong) {
				g.reply(c, nil, refuse("too-long", "A request has at most %d bytes.", requestBytesMax))
			}
			return
		}
		result, err := g.guarded(ctx, lines.Bytes())
		if !g.reply(c, result, err) {
			return
		}
	}
}

func (g *Gateway) reply(c net.Conn, result any, err error) bool {
	a := answer{OK: err == nil}
	if err == nil && result != nil {
		a.Result, err = json.Marshal(result)
	}
	if err != nil {
		a = answer{Code: "failed", Text: err.Error()}
		var refused *Refused
		if errors.As(err, &refused) {
			a.Code, a.Text = refused.Code, refused.Text
		}
	}
	line, err := json.Marshal(a)
	if err != nil {
		return false
	}
	c.SetWriteDeadline(time.Now().Add(writeMax))
	_, err = c.Write(append(line, '\n'))
	return err == nil
}

// guarded makes a bug the end of one request.
func (g *Gateway) guarded(ctx context.Context, line []byte) (result any, err error) {
	defer func() {
		if bug := recover(); bug != nil {
			g.logger.Error("bug: a request of an operator panicked", "panic", bug, "stack", string(debug.Stack()))
			err = refuse("internal", "The server made a mistake; its log says more.")
		}
	}()
	var r Request
	if err := strict(line, &r); err != nil {
		return nil, refuse("bad-request", "This is no request: %v.", err)
	}
	return g.handle(ctx, &r)
}
