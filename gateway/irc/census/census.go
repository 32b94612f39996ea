// Package census counts people and remembers those who were here, of every gateway, for
// answers that the state of the core has no figures for. It promises that what is told of
// somebody twice counts once, and that its memory is bounded. It refuses to know sessions:
// somebody who is always on is here whether or not he is connected.
package census

import (
	"time"

	"madang/chat"
	"madang/chat/core"
	"madang/chat/names"
	"madang/gateway/irc/render"
)

// whowasMax is how many names that are gone are remembered.
const whowasMax = 1000

// Departed is somebody who is gone, or is called otherwise now.
type Departed struct {
	Folded   string
	Source   chat.Source
	Realname string
	At       time.Time
}

// present is what events tell of somebody and do not repeat when he goes.
type present struct {
	realname    string
	sourceBytes uint16 // of nick!user@host
	flags       chat.UserFlags
}

// Census counts people and remembers those who were here, of every gateway.
type Census struct {
	seen      bool // the people who were here before anything was observed
	present   map[chat.UserID]present
	most      int // of people at once
	invisible int
	operators int
	gone      []Departed
	next      int // where in gone the next one goes, once it is full
}

// New has counted nobody yet.
func New() *Census { return &Census{present: map[chat.UserID]present{}} }

// See counts, once, who is here since before the start: people who are always on. What
// is observed of them later changes them, or adds nothing.
func (c *Census) See(state *core.State) {
	if c.seen {
		return
	}
	c.seen = true
	for u := range state.Users() {
		src := u.Source()
		c.Came(&src, u.Realname(), u.Flags())
	}
}

// Came counts somebody who came; counting him twice changes nothing.
func (c *Census) Came(s *chat.Source, realname string, flags chat.UserFlags) {
	c.count(c.present[s.User].flags, -1)
	c.present[s.User] = present{realname, render.SourceBytes(s), flags}
	c.most = max(c.most, len(c.present))
	c.count(flags, 1)
}

// Went remembers somebody who is gone.
func (c *Census) Went(s *chat.Source, at chat.Time) {
	c.remember(s, at)
	c.count(c.present[s.User].flags, -1)
	delete(c.present, s.User)
}

// SignedIn follows a guest who entered an account: he has its number from now on, or is
// gone where its user was here already.
func (c *Census) SignedIn(e *chat.SignedIn) {
	if e.Present {
		c.Went(&e.Source, e.Time)
		return
	}
	p, here := c.present[e.Source.User]
	if !here {
		return
	}
	delete(c.present, e.Source.User)
	c.present[e.To.User] = p
	c.Flagged(e.To.User, operatorIf(p.flags, e.Powers != chat.NoPermission))
}

func operatorIf(f chat.UserFlags, is bool) chat.UserFlags {
	if f &^= chat.ServerOperator; is {
		f |= chat.ServerOperator
	}
	return f
}

// count adds somebody with these flags, or takes him away.
func (c *Census) count(f chat.UserFlags, by int) {
	if f&chat.Invisible != 0 {
		c.invisible += by
	}
	if f&chat.ServerOperator != 0 {
		c.operators += by
	}
}

// Flagged takes somebody's flags over.
func (c *Census) Flagged(id chat.UserID, flags chat.UserFlags) {
	p, here := c.present[id]
	if !here {
		return
	}
	c.count(p.flags, -1)
	c.count(flags, 1)
	p.flags = flags
	c.present[id] = p
}

// Renamed remembers the name that somebody had.
func (c *Census) Renamed(e *chat.NickChanged) {
	if names.Fold(e.Source.Nick) != e.Folded {
		c.remember(&e.Source, e.Time)
	}
	after := e.Source
	after.Nick = e.Nick
	c.calls(&after)
}

// Rehosted takes over that somebody is shown with another host.
func (c *Census) Rehosted(e *chat.HostChanged) {
	after := e.Source
	after.Host = e.Host
	c.calls(&after)
}

// calls takes over what somebody is called from now on.
func (c *Census) calls(after *chat.Source) {
	if p, here := c.present[after.User]; here {
		p.sourceBytes = render.SourceBytes(after)
		c.present[after.User] = p
	}
}

// Described takes over how somebody describes himself.
func (c *Census) Described(e *chat.RealnameChanged) {
	if p, here := c.present[e.Source.User]; here {
		p.realname = e.Realname
		c.present[e.Source.User] = p
	}
}

func (c *Census) remember(s *chat.Source, at chat.Time) {
	d := Departed{Folded: names.Fold(s.Nick), Source: *s, Realname: c.present[s.User].realname, At: time.UnixMilli(int64(at)).UTC()}
	if len(c.gone) < whowasMax {
		c.gone = append(c.gone, d)
		return
	}
	c.gone[c.next] = d
	c.next = (c.next + 1) % whowasMax
}

// Were are those who had a name, the latest first, at most so many.
func (c *Census) Were(folded string, most int) (list []Departed) {
	for i := range c.gone {
		d := c.gone[(c.next+len(c.gone)-1-i)%len(c.gone)]
		if d.Folded == folded {
			list = append(list, d)
		}
		if len(list) == most {
			break
		}
	}
	return list
}

// Powerless takes an operator's powers away from somebody whose account is no more.
func (c *Census) Powerless(id chat.UserID) {
	c.Flagged(id, operatorIf(c.present[id].flags, false))
}

// SourceBytes is how long nick!user@host of somebody is; 0: nobody has the number.
func (c *Census) SourceBytes(id chat.UserID) int { return int(c.present[id].sourceBytes) }

// Here is how many people are here.
func (c *Census) Here() int { return len(c.present) }

// Most is how many people were here at once.
func (c *Census) Most() int { return c.most }

// Invisible is how many people here are invisible.
func (c *Census) Invisible() int { return c.invisible }

// Operators is how many people here are operators of the server.
func (c *Census) Operators() int { return c.operators }
