package irc

import (
	"slices"
	"strconv"
	"strings"

	"madang/chat"
	"madang/chat/names"
	"madang/engine"
	"madang/gateway/irc/render"
	"madang/gateway/irc/reply"
	"madang/wire/irc"
)

// runMonitor is MONITOR (IRCv3 monitor).
func (c *client) runMonitor(m *irc.Message) {
	targets := slices.Collect(irc.List(string(m.Param(1))))
	switch string(m.Param(0)) {
	case "+":
		c.watch(targets)
	case "-":
		c.do(ask{hold: true, done: func(engine.Outcome) {
			for _, nick := range targets {
				c.unwatch(fold(nick))
			}
		}})
	case "C", "c":
		c.do(ask{hold: true, done: func(engine.Outcome) { c.unwatchAll() }})
	case "L", "l":
		c.answer(func(w *writer) { w.Monitored(slices.Sorted(keys(c.monitored))) })
	case "S", "s":
		c.answer(func(w *writer) { w.WhoIsThere(slices.Sorted(keys(c.monitored))) })
	default:
		c.needMoreParams("MONITOR")
	}
}

// watch adds nicks. They are told of from the ask's place in the order on: who comes
// later is announced, because the entries are made before anything later is shown.
func (c *client) watch(nicks []string) {
	c.do(ask{
		hold: true,
		answer: func(w *writer, _ *engine.Outcome) {
			accepted, over := c.accept(nicks)
			w.WhoIsThere(accepted)
			if len(over) > 0 {
				w.Numeric(irc.ERR_MONLISTFULL, strconv.Itoa(reply.MonitoredMax), strings.Join(over, ","), "Monitor list is full")
			}
		},
		done: func(engine.Outcome) {
			accepted, _ := c.accept(nicks)
			for _, nick := range accepted {
				c.watchOne(fold(nick))
			}
		},
	})
}

// accept tells the nicks that may be watched from those for which there is no room.
func (c *client) accept(nicks []string) (accepted, over []string) {
	added := map[string]bool{}
	for _, nick := range nicks {
		folded := fold(nick)
		_, known := c.monitored[folded]
		_, err := names.Nick(nick)
		switch {
		case err != nil:
		case known || added[folded]:
			accepted = append(accepted, nick)
		case len(c.monitored)+len(added) >= reply.MonitoredMax:
			over = append(over, nick)
		default:
			added[folded] = true
			accepted = append(accepted, nick)
		}
	}
	return accepted, over
}

func (c *client) watchOne(folded string) {
	if _, known := c.monitored[folded]; known {
		return
	}
	if c.monitored == nil {
		c.monitored = map[string]struct{}{}
	}
	c.monitored[folded] = struct{}{}
	c.gateway.monitors[folded] = append(c.gateway.monitors[folded], c)
}

func (c *client) unwatch(folded string) {
	if _, known := c.monitored[folded]; !known {
		return
	}
	if delete(c.monitored, folded); len(c.monitored) == 0 {
		c.monitored = nil
	}
	watchers := c.gateway.monitors[folded]
	watchers = slices.DeleteFunc(watchers, func(w *client) bool { return w == c })
	if len(watchers) == 0 {
		delete(c.gateway.monitors, folded)
		return
	}
	c.gateway.monitors[folded] = watchers
}

func (c *client) unwatchAll() {
	for folded := range c.monitored {
		c.unwatch(folded)
	}
}

func keys(m map[string]struct{}) func(func(string) bool) {
	return func(yield func(string) bool) {
		for k := range m {
			if !yield(k) {
				return
			}
		}
	}
}

// announce tells those who watch a nick.
func (g *Gateway) announce(folded string, n irc.Numeric, who string) {
	for _, c := range g.monitors[folded] {
		c.answer(func(w *writer) { w.Numeric(n, who) })
	}
}

// observeNick follows a change of name.
func (g *Gateway) observeNick(e *chat.NickChanged) {
	before := fold(e.Source.Nick)
	if before == e.Folded {
		return
	}
	after := e.Source
	after.Nick = e.Nick
	g.announce(before, irc.RPL_MONOFFLINE, e.Source.Nick)
	g.announce(e.Folded, irc.RPL_MONONLINE, render.SourceText(&after))
}

// observeAway tells those who watch a nick, and share no room with it, that he went or
// came back (IRCv3 extended-monitor).
func (g *Gateway) observeAway(e *chat.AwayChanged) {
	g.extended(&e.Source, render.CapAwayNotify, func(w *writer) { w.Bytes = g.renderer.AppendAway(w.Bytes, &e.Source, e.Text) })
}

func (g *Gateway) observeRealname(e *chat.RealnameChanged) {
	g.extended(&e.Source, render.CapSetname, func(w *writer) {
		w.Bytes = g.renderer.AppendRealname(w.Bytes, e)
	})
}

// extended has something written for those watchers of a user who have the capability
// and are shown it by no room.
func (g *Gateway) extended(s *chat.Source, cap render.Caps, write func(*writer)) {
	for _, c := range g.monitors[fold(s.Nick)] {
		if c.caps&render.CapExtendedMonitor == 0 || c.caps&cap == 0 || c.session.User() == s.User {
			continue
		}
		c.answer(func(w *writer) {
			if w.User != nil && !shareRoom(w.User, w.State.UserByID(s.User)) {
				write(w)
			}
		})
	}
}

// shareRoom says whether two users are in one room where the first sees the second.
func shareRoom(a, b *chat.User) bool {
	if a == nil || b == nil {
		return false
	}
	for r := range a.Rooms() {
		if r.Shows(a, b) {
			return true
		}
	}
	return false
}
