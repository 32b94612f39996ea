package irc

import (
	"strconv"
	"time"

	"madang/chat"
	"madang/gateway/irc/render"
	"madang/wire/irc"
)

// whowasMax is how many names that are gone are remembered.
const whowasMax = 1000

// departed is somebody who is gone, or is called otherwise now.
type departed struct {
	folded   string
	source   chat.Source
	realname string
	at       time.Time
}

// present is what events tell of somebody and do not repeat when he goes.
type present struct {
	realname string
	flags    chat.UserFlags
	source   string // nick!user@host
}

// census counts people and remembers those who were here, of every gateway.
type census struct {
	seen      bool // the people who were here before anything was observed
	present   map[chat.UserID]present
	most      int // of people at once
	invisible int
	operators int
	gone      []departed
	next      int // where in gone the next one goes, once it is full
}

func newCensus() census { return census{present: map[chat.UserID]present{}} }

// see counts, once, who is here since before the start: people who are always on. What
// is observed of them later changes them, or adds nothing.
func (c *census) see(state *chat.State) {
	if c.seen {
		return
	}
	c.seen = true
	for u := range state.Users() {
		src := u.Source()
		c.came(&src, u.Realname(), u.Flags())
	}
}

func (c *census) came(s *chat.Source, realname string, flags chat.UserFlags) {
	c.count(c.present[s.User].flags, -1)
	c.present[s.User] = present{realname, flags, render.SourceText(s)}
	c.most = max(c.most, len(c.present))
	c.count(flags, 1)
}

func (c *census) went(s *chat.Source, at chat.Time) {
	c.remember(s, at)
	c.count(c.present[s.User].flags, -1)
	delete(c.present, s.User)
}

// signedIn follows a guest who entered an account: he has its number from now on, or is
// gone where its user was here already.
func (c *census) signedIn(e *chat.SignedIn) {
	if e.Present {
		c.went(&e.Source, e.Time)
		return
	}
	p := c.present[e.Source.User]
	delete(c.present, e.Source.User)
	c.present[e.To.User] = p
	c.flagged(e.To.User, operatorIf(p.flags, e.Powers != chat.NoPermission))
}

func operatorIf(f chat.UserFlags, is bool) chat.UserFlags {
	if f &^= chat.ServerOperator; is {
		f |= chat.ServerOperator
	}
	return f
}

// count adds somebody with these flags, or takes him away.
func (c *census) count(f chat.UserFlags, by int) {
	if f&chat.Invisible != 0 {
		c.invisible += by
	}
	if f&chat.ServerOperator != 0 {
		c.operators += by
	}
}

func (c *census) flagged(id chat.UserID, flags chat.UserFlags) {
	p, here := c.present[id]
	if !here {
		return
	}
	c.count(p.flags, -1)
	c.count(flags, 1)
	p.flags = flags
	c.present[id] = p
}

func (c *census) renamed(e *chat.NickChanged) {
	if fold(e.Source.Nick) != e.Folded {
		c.remember(&e.Source, e.Time)
	}
	p, after := c.present[e.Source.User], e.Source
	after.Nick = e.Nick
	p.source = render.SourceText(&after)
	c.present[e.Source.User] = p
}

func (c *census) described(e *chat.RealnameChanged) {
	p := c.present[e.Source.User]
	p.realname = e.Realname
	c.present[e.Source.User] = p
}

func (c *census) remember(s *chat.Source, at chat.Time) {
	d := departed{folded: fold(s.Nick), source: *s, realname: c.present[s.User].realname, at: time.UnixMilli(int64(at)).UTC()}
	if len(c.gone) < whowasMax {
		c.gone = append(c.gone, d)
		return
	}
	c.gone[c.next] = d
	c.next = (c.next + 1) % whowasMax
}

// were are those who had a name, the latest first, at most so many.
func (c *census) were(folded string, most int) (list []departed) {
	for i := range c.gone {
		d := c.gone[(c.next+len(c.gone)-1-i)%len(c.gone)]
		if d.folded == folded {
			list = append(list, d)
		}
		if len(list) == most {
			break
		}
	}
	return list
}

// runWhowas is WHOWAS (RFC 2812 3.6.3).
func (c *client) runWhowas(m *irc.Message) {
	nick := string(m.Param(0))
	if nick == "" {
		c.answer(func(w *writer) { w.Numeric(irc.ERR_NONICKNAMEGIVEN, "No nickname given") })
		return
	}
	most, err := strconv.Atoi(string(m.Param(1)))
	if err != nil || most <= 0 || most > whowasAtOnce {
		most = whowasAtOnce
	}
	c.answer(func(w *writer) { w.whowas(nick, most) })
}

// whowasAtOnce bounds one answer.
const whowasAtOnce = 50

func (w *writer) whowas(nick string, most int) {
	found := w.g.people.were(fold(nick), most)
	if len(found) == 0 {
		w.Numeric(irc.ERR_WASNOSUCHNICK, render.OneWord(nick), "There was no such nickname")
	}
	for i := range found {
		d := &found[i]
		w.Numeric(irc.RPL_WHOWASUSER, d.source.Nick, d.source.Username, d.source.Host, "*", d.realname)
		w.Numeric(irc.RPL_WHOISSERVER, d.source.Nick, w.House.Name, d.at.Format(time.ANSIC))
	}
	w.Numeric(irc.RPL_ENDOFWHOWAS, render.OneWord(nick), "End of WHOWAS")
}
