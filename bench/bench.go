// Package bench is a client that speaks plain IRC (a subset of RFC 1459) to any server
// and measures it: fan-out, latency at a fixed rate, idle memory, join and reconnect
// storms, and the floors below which no server can go.
//
// It promises that every delivery is counted and checked: nothing lost, doubled or
// altered goes unreported, each sender's messages arrive in the order they were sent, and
// all members of a room saw one order. It promises to be cheap: one goroutine, one epoll,
// one read buffer, no allocation per delivery, so that one core of generator is enough to
// fill one core of server.
//
// It refuses to know anything of the server it measures, Madang's inside included: it has
// an address and, for CPU time and memory, a process id. It runs on Linux only; elsewhere
// every job returns ErrNeedsLinux.
package bench

import (
	"errors"
	"fmt"
	"time"
)

// ErrNeedsLinux is returned by every job on systems without epoll.
var ErrNeedsLinux = errors.New("bench needs Linux")

// Acknowledge says when a message stops occupying its place in its sender's window.
type Acknowledge string

const (
	// AcknowledgeAll: when every other member of the room has received it. The default, and
	// the rule under which one sender with a window of 1 comes to one write per delivery.
	// Clients acknowledge TCP segments as the kernel sees fit, without TCP_QUICKACK, as real
	// clients do: servers that leave coalescing to Nagle show their 40 ms stalls.
	AcknowledgeAll Acknowledge = "all"
	// AcknowledgeOne: when one designated member of the room (the first that does not
	// send) has received it. Servers that write to members one after the other then get
	// the next message while still busy with the last, and batch more.
	AcknowledgeOne Acknowledge = "one"
)

// Options describe a job. The zero value of every field but Address means the job's
// default; WithDefaults says which that is.
type Options struct {
	// Address of the server's plaintext IRC port, an IP address and a port.
	Address string `json:"address"`
	// PID is the server's process; 0 means unknown, and CPU and memory are not reported.
	PID int `json:"pid,omitempty"`
	// Password is sent as PASS (RFC 1459 4.1.1) when not empty.
	Password string `json:"-"`

	// Rooms is the number of rooms; Members and Senders are counts in each room. A sender
	// is a member. Every room needs one member that does not send.
	Rooms   int `json:"rooms"`
	Members int `json:"members"`
	Senders int `json:"senders"`
	// Window is how many unacknowledged messages each sender may have.
	Window      int         `json:"window,omitempty"`
	Acknowledge Acknowledge `json:"acknowledge,omitempty"`

	// Rate is the number of messages a second over all senders; only Latency uses it.
	Rate int `json:"rate,omitempty"`
	// Duration of the measured phase, and of the warm-up before it.
	Duration time.Duration `json:"duration,omitempty"`
	Warmup   time.Duration `json:"warmup,omitempty"`
	// Messages ends the measured phase early, after so many messages; 0 is no bound.
	Messages int `json:"messages,omitempty"`
	// Bytes is the length of a message's text, the stamp included: textBytesMin to textBytesMax.
	Bytes int `json:"bytes,omitempty"`

	// Registrations and Joins are how many of each may be unanswered at a time. There are
	// servers (InspIRCd) that complete registrations once a second, all that wait.
	Registrations int `json:"registrations,omitempty"`
	Joins         int `json:"joins,omitempty"`
	// Settle is the silence after a storm before memory is read: 5 s for Idle.
	Settle time.Duration `json:"settle,omitempty"`
	// Patience bounds every wait without progress: a connection that is not answered, a
	// drain in which nothing arrives any more.
	Patience time.Duration `json:"patience,omitempty"`
	// Backoff is the wait before a refused client tries again, times its refusals in a row.
	Backoff time.Duration `json:"backoff,omitempty"`
	// Core is the processor on which Floor pins its writing thread; -1 leaves it free.
	Core int `json:"core"`
}

const (
	textBytesMin   = 32
	textBytesMax   = 400
	descriptorsOwn = 64 // what the process needs besides its clients
)

// WithDefaults returns o with every zero field set: one room of 1,000 with 10 senders and
// a window of 16, 64 bytes of text, 5 s after 1 s of warm-up, 500 registrations and
// 100 joins at a time, 10 s of patience.
func (o Options) WithDefaults() Options {
	orInt := func(field *int, value int) {
		if *field == 0 {
			*field = value
		}
	}
	orTime := func(field *time.Duration, value time.Duration) {
		if *field == 0 {
			*field = value
		}
	}
	orInt(&o.Rooms, 1)
	orInt(&o.Members, 1000)
	orInt(&o.Senders, 10)
	orInt(&o.Window, 16)
	orInt(&o.Bytes, 64)
	orInt(&o.Rate, 200)
	orInt(&o.Registrations, 500)
	orInt(&o.Joins, 100)
	orTime(&o.Duration, 5*time.Second)
	orTime(&o.Warmup, time.Second)
	orTime(&o.Settle, 5*time.Second)
	orTime(&o.Patience, 10*time.Second)
	orTime(&o.Backoff, 250*time.Millisecond)
	if o.Acknowledge == "" {
		o.Acknowledge = AcknowledgeAll
	}
	return o
}

// Validate returns every problem of o, joined, or nil.
func (o Options) Validate() error {
	var problems []error
	check := func(good bool, format string, args ...any) {
		if !good {
			problems = append(problems, fmt.Errorf(format, args...))
		}
	}
	check(o.Rooms > 0, "rooms: %d, need at least 1", o.Rooms)
	check(o.Members > o.Senders, "members: %d, need more than the %d senders", o.Members, o.Senders)
	check(o.Senders > 0, "senders: %d, need at least 1", o.Senders)
	check(o.Rooms*o.Senders <= stampSendersMax, "senders: %d in all, at most %d", o.Rooms*o.Senders, stampSendersMax)
	check(o.Window > 0, "window: %d, need at least 1", o.Window)
	check(o.Rate > 0, "rate: %d a second, need at least 1", o.Rate)
	check(o.Bytes >= textBytesMin && o.Bytes <= textBytesMax, "bytes: %d, need %d to %d", o.Bytes, textBytesMin, textBytesMax)
	check(o.Registrations > 0, "registrations: %d at a time, need at least 1", o.Registrations)
	check(o.Joins > 0, "joins: %d at a time, need at least 1", o.Joins)
	check(o.Messages >= 0, "messages: %d, cannot be negative", o.Messages)
	check(o.Duration > 0 && o.Patience > 0, "duration %v and patience %v must be positive", o.Duration, o.Patience)
	check(o.Acknowledge == AcknowledgeAll || o.Acknowledge == AcknowledgeOne, "acknowledge: %q, need all or one", o.Acknowledge)
	return errors.Join(problems...)
}

func (o Options) clients() int { return o.Rooms * o.Members }

// Preset returns the shape of one of the published fan-out jobs; ok is false for another name.
//
//	a: 1,000 members, 10 senders, window 16
//	b: 1,000 members,  1 sender,  window 1
//	c: 1,000 members, 10 senders, window 1
//	d: 20 rooms of 50, one sender each, window 4
func Preset(name string) (o Options, ok bool) {
	switch name {
	case "a":
		return Options{Rooms: 1, Members: 1000, Senders: 10, Window: 16}, true
	case "b":
		return Options{Rooms: 1, Members: 1000, Senders: 1, Window: 1}, true
	case "c":
		return Options{Rooms: 1, Members: 1000, Senders: 10, Window: 1}, true
	case "d":
		return Options{Rooms: 20, Members: 50, Senders: 1, Window: 4}, true
	}
	return Options{}, false
}
