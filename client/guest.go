package client

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Options say where a scriptable client goes.
type Options struct {
	Server string // host:port of a plain text gateway
	Room   string // with or without its #
	Key    string // of the room; empty: it has none
	Nick   string // empty: as the server calls its guests
	// Account signs in, with Password, which may be an app password; empty: a guest.
	Account  string
	Password string
	// Patience is how long a connection that broke is tried again before Say fails;
	// 0 is a minute. Tail never gives up.
	Patience time.Duration
	// Warn is told what went wrong and is mended, or cannot be. Optional.
	Warn func(text string)
}

func (o *Options) warn(format string, args ...any) {
	if o.Warn != nil {
		o.Warn(fmt.Sprintf(format, args...))
	}
}

// guest is who we are to the server, across connections: a guest, or an account.
type guest struct {
	options Options
	met     bool   // we were let in once
	token   string // proves to be this guest; accounts have their password
	room    string // as the server spells it
	last    uint64 // position up to which the room was seen
}

func newGuest(o Options) *guest {
	if !strings.HasPrefix(o.Room, "#") {
		o.Room = "#" + o.Room
	}
	return &guest{options: o}
}

// The ids of our commands beside messages.
const (
	enterID = "enter"
	nickID  = "nick"
	loginID = "login"
)

// connect comes in: at first as a new guest, afterwards as the same one, behind what
// it saw. The room's messages met on the way go to show.
func (g *guest) connect(ctx context.Context, show func(*object) error) (*link, error) {
	l, err := openLink(ctx, g.options.Server)
	if err != nil {
		return nil, err
	}
	if !g.met {
		err = g.arrive(l, show)
	} else {
		err = g.resume(l, show)
	}
	if err != nil {
		l.close()
		return nil, err
	}
	return l, nil
}

func (g *guest) arrive(l *link, show func(*object) error) error {
	// A first line in JSON makes it a session in JSON.
	first := map[string]string{"type": "ping"}
	if g.options.Account != "" {
		first = map[string]string{"type": "login", "account": g.options.Account, "password": g.options.Password, "id": loginID}
	}
	if err := l.send(first); err != nil {
		return err
	}
	welcome, err := l.welcome()
	if err != nil {
		return err
	}
	token, lobby := welcome.Token, welcome.Room
	g.room, g.last = lobby, welcome.Position
	if i := slices.IndexFunc(welcome.Rooms, func(room string) bool { return strings.EqualFold(room, g.options.Room) }); i >= 0 {
		g.room = welcome.Rooms[i]
	} else if !strings.EqualFold(g.options.Room, lobby) {
		if err := g.enter(l, lobby, show); err != nil {
			return err
		}
	}
	if err := g.rename(l, show); err != nil {
		return err
	}
	g.token, g.met = token, true
	return nil
}

// welcome waits for the object of that type.
func (l *link) welcome() (*object, error) {
	for {
		o, err := l.next()
		switch {
		case err != nil && l.words != "":
			return nil, &brokenError{fmt.Errorf("%w; the server said %q", err, l.words)}
		case err != nil:
			return nil, err
		case o.Type == "error":
			return nil, &Refusal{o.Code, o.Text}
		case o.Type == "welcome":
			return o, nil
		}
	}
}

// enter joins the room. A guest leaves the lobby.
func (g *guest) enter(l *link, lobby string, show func(*object) error) error {
	g.room = ""
	if err := l.send(map[string]string{"type": "join", "room": g.options.Room, "key": g.options.Key, "id": enterID}); err != nil {
		return err
	}
	joined, err := g.await(l, enterID, show)
	var r *Refusal
	switch {
	case errors.As(err, &r) && r.Code == "already-member":
		g.room = lobby // another spelling of it
		return nil
	case err != nil:
		return err
	case joined != nil:
		g.room, g.last = joined.Room, joined.Position
	}
	if g.options.Account != "" {
		return nil
	}
	return l.send(map[string]string{"type": "part", "room": lobby})
}

// rename asks for the wanted nick. Only a new guest insists on it: the one who resumes
// may be faster than the server at noticing that he was gone.
func (g *guest) rename(l *link, show func(*object) error) error {
	if g.options.Nick == "" {
		return nil
	}
	if err := l.send(map[string]string{"type": "nick", "nick": g.options.Nick, "id": nickID}); err != nil {
		return err
	}
	_, err := g.await(l, nickID, show)
	var r *Refusal
	if errors.As(err, &r) && g.met {
		g.options.warn("%s", r.Text)
		return nil
	}
	return err
}

func (g *guest) resume(l *link, show func(*object) error) error {
	again := map[string]any{"token": g.token, "room": g.room, "key": g.options.Key, "after": g.last}
	if g.options.Account != "" {
		again = map[string]any{
			"account": g.options.Account, "password": g.options.Password, "room": g.room, "key": g.options.Key, "after": g.last,
		}
	}
	if err := l.send(map[string]any{"resume": again, "id": enterID}); err != nil {
		return err
	}
	if _, err := l.welcome(); err != nil {
		return err
	}
	joined, err := g.await(l, enterID, show)
	if err != nil {
		return err
	}
	if joined != nil && joined.Position < g.last {
		g.options.warn("the server was set back: messages may be missing")
		g.last = joined.Position
	}
	return g.rename(l, show)
}

// await reads until the command with the id is settled. Joined is the last join before
// that: for a command that enters a room, our own. The error is a *Refusal, a
// *brokenError, or show's.
func (g *guest) await(l *link, id string, show func(*object) error) (joined *object, err error) {
	for {
		o, err := l.next()
		if err != nil {
			return nil, err
		}
		switch {
		case o.Type == "error" && o.Code == "no-history" && id == enterID:
			// It keeps none, but lets us in: what was said meanwhile is lost.
			g.options.warn("messages may be missing: %s", o.Text)
		case o.Type == "error" && o.ID == id:
			return nil, &Refusal{o.Code, o.Text}
		case o.Type == "join":
			joined = o
		case o.answers(id):
			return joined, nil
		}
		if err := g.see(o, show); err != nil {
			return nil, err
		}
	}
}

// see shows a message of the room that was not seen yet.
func (g *guest) see(o *object, show func(*object) error) error {
	if o.Type != "message" || o.Room == "" || o.Room != g.room || o.Position <= g.last {
		return nil
	}
	if err := show(o); err != nil {
		return err
	}
	g.last = o.Position
	return nil
}

// passing says whether it is worth to try again: the connection broke, or the server
// says that it cannot now.
func passing(err error) bool {
	var b *brokenError
	var r *Refusal
	switch {
	case errors.As(err, &r):
		switch r.Code {
		case "not-stored", "not-confirmed", "resume-again", "history-failed", "too-fast", "internal", "no-session":
			return true
		}
		return false
	case errors.As(err, &b):
		return true
	}
	return false
}

// pauseMax is the longest pause between two attempts.
const pauseMax = 2 * time.Second

// pause waits before the n-th attempt, from 0, to connect again.
func pause(ctx context.Context, n int) error {
	t := time.NewTimer(min(pauseMax, 50*time.Millisecond<<min(n, 10)))
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
