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

// monitor is MONITOR (IRCv3 monitor).
func (f *followers) monitor(c *client, m *irc.Message) {
	targets := slices.Collect(irc.List(string(m.Param(1))))
	switch string(m.Param(0)) {
	case "+":
		f.watch(c, targets)
	case "-":
		c.do(ask{hold: true, done: func(engine.Outcome) {
			for _, nick := range targets {
				f.unwatch(c, names.Fold(nick))
			}
		}})
	case "C", "c":
		c.do(ask{hold: true, done: func(engine.Outcome) { f.unwatchAll(c) }})
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
func (f *followers) watch(c *client, nicks []string) {
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
				f.watchOne(c, names.Fold(nick))
			}
		},
	})
}

// accept tells the nicks that may be watched from those for which there is no room.
func (c *client) accept(nicks []string) (accepted, over []string) {
	added := map[string]bool{}
	for _, nick := range nicks {
		folded := names.Fold(nick)
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

func (f *followers) watchOne(c *client, folded string) {
	if _, known := c.monitored[folded]; known {
		return
	}
	if c.monitored == nil {
		c.monitored = map[string]struct{}{}
	}
	c.monitored[folded] = struct{}{}
	f.monitors[folded] = append(f.monitors[folded], c)
}

func (f *followers) unwatch(c *client, folded string) {
	if _, known := c.monitored[folded]; !known {
		return
	}
	if delete(c.monitored, folded); len(c.monitored) == 0 {
		c.monitored = nil
	}
	watchers := f.monitors[folded]
	watchers = slices.DeleteFunc(watchers, func(w *client) bool { return w == c })
	if len(watchers) == 0 {
		delete(f.monitors, folded)
		return
	}
	f.monitors[folded] = watchers
}

func (f *followers) unwatchAll(c *client) {
	for folded := range c.monitored {
		f.unwatch(c, folded)
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
func (f *followers) announce(folded string, n irc.Numeric, who string) {
	for _, c := range f.monitors[folded] {
		c.answer(func(w *writer) { w.Numeric(n, who) })
	}
}

// observeNick follows a change of name.
func (f *followers) observeNick(e *chat.NickChanged) {
	before := names.Fold(e.Source.Nick)
	if before == e.Folded {
		return
	}
	after := e.Source
	after.Nick = e.Nick
	f.announce(before, irc.RPL_MONOFFLINE, e.Source.Nick)
	f.announce(e.Folded, irc.RPL_MONONLINE, render.SourceText(&after))
}

// observeAway tells those who watch a nick, and share no room with it, that he went or
// came back (IRCv3 extended-monitor).
func (f *followers) observeAway(e *chat.AwayChanged) {
	f.extended(&e.Source, render.CapAwayNotify, func(w *writer) { w.Bytes = w.House.Renderer.AppendAway(w.Bytes, &e.Source, e.Text) })
}

func (f *followers) observeRealname(e *chat.RealnameChanged) {
	f.extended(&e.Source, render.CapSetname, func(w *writer) {
		w.Bytes = w.House.Renderer.AppendRealname(w.Bytes, e)
	})
}

// extended has something written for those watchers of a user who have the capability
// and are shown it by no room.
func (f *followers) extended(s *chat.Source, cap render.Caps, write func(*writer)) {
	for _, c := range f.monitors[names.Fold(s.Nick)] {
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
