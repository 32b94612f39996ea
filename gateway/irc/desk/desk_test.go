package desk

import (
	"strings"
	"testing"

	"madang/chat"
	"madang/gateway"
)

// listener is a client whose questions are answered from no state.
type listener struct{ heard []string }

func (l *listener) Ask(q Question) {
	a := &Answer{}
	if q.Command == nil && q.Tell != nil {
		q.Tell(a)
	}
	l.heard = append(l.heard, a.Lines...)
}

func (l *listener) Register(gateway.Applicant, func(*Answer, *gateway.Registered)) {}
func (l *listener) Enter(chat.Login)                                               {}
func (l *listener) Refuse(*chat.Refusal)                                           {}
func (l *listener) Later() func(func())                                            { return func(f func()) { f() } }

// Every duty is found by one desk's names once, and says what it is for.
func TestDuties(t *testing.T) {
	for _, d := range []*Desk{NickServ(), ChanServ()} {
		seen := map[string]bool{"HELP": true}
		for _, duty := range d.Duties {
			for _, name := range append([]string{duty.Name}, duty.Other...) {
				if seen[name] || name != strings.ToUpper(name) {
					t.Errorf("%s: %s is a name of two duties, or not in upper case", d.Name, name)
				}
				seen[name] = true
			}
			if duty.Run == nil || !strings.HasSuffix(duty.About, ".") || duty.Least > len(strings.Fields(duty.Usage)) {
				t.Errorf("%s: %s is not described", d.Name, duty.Name)
			}
		}
	}
}

func TestHear(t *testing.T) {
	for line, want := range map[string]string{
		"":                        NickServ().About,
		"help nonsense":           NickServ().About,
		"Help Claim":              "CLAIM code",
		"nonsense":                "There is no NONSENSE here. HELP lists what there is.",
		strings.Repeat("가", 100):  "There is no " + strings.Repeat("가", 13) + " here. HELP lists what there is.",
		"totp":                    "Usage: TOTP ON | CONFIRM secret code | OFF password code",
		"totp off":                "Usage: TOTP ON | CONFIRM secret code | OFF password code",
		"set always-on sometimes": "Usage: SET [MULTICLIENT|ALWAYS-ON on|off] [EMAIL address]",
	} {
		l := &listener{}
		v := &Visit{Client: l, Desk: NickServ()}
		v.Hear(line)
		if len(l.heard) == 0 || l.heard[0] != want {
			t.Errorf("%q is answered with %q, want %q", line, l.heard, want)
		}
	}
}
