// Package desk has the services that people talk to in words, for clients that have no
// commands for what they offer: NickServ, and whoever sits beside it.
//
// It promises that a desk decides nothing: every line becomes commands of the core and
// calls of gateway.Accounts, and what came of them becomes sentences. Secrets that are
// given to it go nowhere else, and those that it gives away are told once.
//
// It refuses to know lines, numerics and labels: a Client has those.
package desk

import (
	"net/netip"
	"slices"
	"strings"

	"madang/chat"
	"madang/chat/core"
	"madang/engine"
	"madang/gateway"
)

// Desk is a service by the name that people write to.
type Desk struct {
	Name   string
	Verbs  []string // commands that mean a message to it, in upper case
	About  string   // one sentence
	Duties []Duty   // in the order of HELP
}

// Duty is one thing that a desk does.
type Duty struct {
	Name  string   // in upper case
	Other []string // other names of it
	Usage string   // the words behind the name
	About string   // one sentence
	Least int      // words without which the usage is told
	Run   func(*Visit, []string)
}

// Client is who talks to a desk. What is asked is answered in the order of asking.
type Client interface {
	// Ask has a question answered, or a command carried out.
	Ask(Question)
	// Register makes an account, signs the client in to it, and tells how it went.
	Register(who gateway.Applicant, told func(*Answer, *gateway.Registered))
	// Enter signs the client in with a checked credential, and tells how it went.
	Enter(login chat.Login)
	// Refuse tells why not.
	Refuse(*chat.Refusal)
	// Later is called before work of gateway.Accounts; what it gives takes what is told
	// behind that work to its place.
	Later() func(func())
}

// Question is what a client asks of the core.
type Question struct {
	Command chat.Command  // nil: a question about the state
	Tell    func(*Answer) // says what came of it; it changes nothing. A refusal has its own words
	Then    func()        // goes on, when it was no refusal
}

// Answer is what is told, from the state at the question's place.
type Answer struct {
	State  *core.State
	User   *core.User // who asked; nil: he is gone
	Events []chat.Placed
	Lines  []string
}

// Say adds a sentence.
func (a *Answer) Say(words ...string) { a.Lines = append(a.Lines, strings.Join(words, "")) }

// Visit is one line that somebody says to a desk.
type Visit struct {
	Client
	Desk        *Desk
	House       *gateway.House
	Session     *engine.Session
	From        netip.Addr
	Fingerprint string // of the client's certificate; empty: none
}

// Say tells something.
func (v *Visit) Say(lines ...string) {
	v.Ask(Question{Tell: func(a *Answer) { a.Lines = append(a.Lines, lines...) }})
}

// Tell asks the state something.
func (v *Visit) Tell(tell func(*Answer)) { v.Ask(Question{Tell: tell}) }

// Do carries a command out, and says the sentence if it was.
func (v *Visit) Do(c chat.Command, done string) {
	v.Ask(Question{Command: c, Tell: func(a *Answer) { a.Say(done) }})
}

// Hear handles a line.
func (v *Visit) Hear(text string) {
	words := strings.Fields(text)
	if len(words) == 0 {
		words = []string{"HELP"}
	}
	name := strings.ToUpper(words[0])
	if name == "HELP" {
		v.help(words[1:])
		return
	}
	d := v.Desk.duty(name)
	switch {
	case d == nil:
		v.Say("There is no " + clipped(name) + " here. HELP lists what there is.")
	case len(words)-1 < d.Least:
		v.Say("Usage: " + d.usage())
	default:
		d.Run(v, words[1:])
	}
}

// duty is the one of a name, or nil.
func (d *Desk) duty(name string) *Duty {
	for i := range d.Duties {
		if d.Duties[i].Name == name || slices.Contains(d.Duties[i].Other, name) {
			return &d.Duties[i]
		}
	}
	return nil
}

func (d *Duty) usage() string { return strings.TrimRight(d.Name+" "+d.Usage, " ") }

// help lists the duties, or tells more of one.
func (v *Visit) help(words []string) {
	if len(words) > 0 {
		if d := v.Desk.duty(strings.ToUpper(words[0])); d != nil {
			v.Say(d.usage(), d.About)
			return
		}
	}
	lines := []string{v.Desk.About}
	for i := range v.Desk.Duties {
		lines = append(lines, v.Desk.Duties[i].usage()+" – "+v.Desk.Duties[i].About)
	}
	v.Say(lines...)
}

// usageOf tells how a duty is used, where its words make no sense.
func (v *Visit) usageOf(name string) { v.Say("Usage: " + v.Desk.duty(name).usage()) }

// clipped is a word that somebody typed, of a bounded length.
func clipped(word string) string {
	if len(word) > 40 {
		return strings.ToValidUTF8(word[:40], "")
	}
	return word
}

// onOff reads a switch.
func onOff(word string) (on, ok bool) {
	switch strings.ToUpper(word) {
	case "ON", "TRUE", "YES", "1":
		return true, true
	case "OFF", "FALSE", "NO", "0":
		return false, true
	}
	return false, false
}
