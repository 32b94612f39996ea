package people

import (
	"slices"
	"strconv"
	"strings"

	"madang/chat"
	"madang/chat/core"
	"madang/chat/names"
	"madang/engine"
	"madang/gateway/irc/client"
	"madang/gateway/irc/render"
	"madang/gateway/irc/reply"
	"madang/wire/irc"
)

// Monitor is MONITOR (IRCv3 monitor).
func (f *Followers) Monitor(c *client.Client, m *irc.Message) {
	targets := slices.Collect(irc.List(string(m.Param(1))))
	switch string(m.Param(0)) {
	case "+":
		f.watch(c, targets)
	case "-":
		c.Do(client.Ask{Hold: true, Done: func(engine.Outcome) {
			for _, nick := range targets {
				f.unwatch(c, names.Fold(nick))
			}
		}})
	case "C", "c":
		c.Do(client.Ask{Hold: true, Done: func(engine.Outcome) { f.unwatchAll(c) }})
	case "L", "l":
		c.Answer(func(w *client.Writer) { w.Monitored(slices.Sorted(keys(monitored(c)))) })
	case "S", "s":
		c.Answer(func(w *client.Writer) { w.WhoIsThere(slices.Sorted(keys(monitored(c)))) })
	default:
		c.NeedMoreParams("MONITOR")
	}
}

// monitored are the folded nicks that the client watches.
func monitored(c *client.Client) map[string]struct{} {
	if c.Extras == nil {
		return nil
	}
	return c.Extras.Monitored
}

// watch adds nicks. They are told of from the ask's place in the order on: who comes
// later is announced, because the entries are made before anything later is shown.
func (f *Followers) watch(c *client.Client, nicks []string) {
	c.Do(client.Ask{
		Hold: true,
		Answer: func(w *client.Writer, _ *engine.Outcome) {
			accepted, over := accept(c, nicks)
			w.WhoIsThere(accepted)
			if len(over) > 0 {
				w.Numeric(irc.ERR_MONLISTFULL, strconv.Itoa(reply.MonitoredMax), strings.Join(over, ","), "Monitor list is full")
			}
		},
		Done: func(engine.Outcome) {
			accepted, _ := accept(c, nicks)
			for _, nick := range accepted {
				f.watchOne(c, names.Fold(nick))
			}
		},
	})
}

// accept tells the nicks that may be watched from those for which there is no room.
func accept(c *client.Client, nicks []string) (accepted, over []string) {
	added := map[string]bool{}
	for _, nick := range nicks {
		folded := names.Fold(nick)
		_, known := monitored(c)[folded]
		_, err := names.Nick(nick)
		switch {
		case err != nil:
		case known || added[folded]:
			accepted = append(accepted, nick)
		case len(monitored(c))+len(added) >= reply.MonitoredMax:
			over = append(over, nick)
		default:
			added[folded] = true
			accepted = append(accepted, nick)
		}
	}
	return accepted, over
}

func (f *Followers) watchOne(c *client.Client, folded string) {
	if _, known := monitored(c)[folded]; known {
		return
	}
	e := c.Extra()
	if e.Monitored == nil {
		e.Monitored = map[string]struct{}{}
	}
	e.Monitored[folded] = struct{}{}
	f.monitors[folded] = append(f.monitors[folded], c)
}

func (f *Followers) unwatch(c *client.Client, folded string) {
	if _, known := monitored(c)[folded]; !known {
		return
	}
	if delete(c.Extras.Monitored, folded); len(c.Extras.Monitored) == 0 {
		c.Extras.Monitored = nil
	}
	watchers := f.monitors[folded]
	watchers = slices.DeleteFunc(watchers, func(w *client.Client) bool { return w == c })
	if len(watchers) == 0 {
		delete(f.monitors, folded)
		return
	}
	f.monitors[folded] = watchers
}

func (f *Followers) unwatchAll(c *client.Client) {
	for folded := range monitored(c) {
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

// Announce tells those who watch a nick.
func (f *Followers) Announce(folded string, n irc.Numeric, who string) {
	for _, c := range f.monitors[folded] {
		c.Answer(func(w *client.Writer) { w.Numeric(n, who) })
	}
}

// ObserveNick follows a change of name.
func (f *Followers) ObserveNick(e *chat.NickChanged) {
	before := names.Fold(e.Source.Nick)
	if before == e.Folded {
		return
	}
	after := e.Source
	after.Nick = e.Nick
	f.Announce(before, irc.RPL_MONOFFLINE, e.Source.Nick)
	f.Announce(e.Folded, irc.RPL_MONONLINE, render.SourceText(&after))
}

// ObserveAway tells those who watch a nick, and share no room with it, that he went or
// came back (IRCv3 extended-monitor).
func (f *Followers) ObserveAway(e *chat.AwayChanged) {
	f.extended(&e.Source, render.CapAwayNotify, func(w *client.Writer) {
		w.Bytes = w.House.Renderer.AppendAway(w.Bytes, w.Caps.Form(false), &e.Source, e.Text)
	})
}

// ObserveHost tells those who watch a nick, and share no room with it, which host it has now.
func (f *Followers) ObserveHost(e *chat.HostChanged) {
	f.extended(&e.Source, render.CapChghost, func(w *client.Writer) {
		w.Bytes = w.House.Renderer.AppendHost(w.Bytes, w.Caps.Form(false), e)
	})
}

// ObserveRealname tells those who watch a nick, and share no room with it, what he is called now.
func (f *Followers) ObserveRealname(e *chat.RealnameChanged) {
	f.extended(&e.Source, render.CapSetname, func(w *client.Writer) {
		w.Bytes = w.House.Renderer.AppendRealname(w.Bytes, w.Caps.Form(false), e)
	})
}

// extended has something written for those watchers of a user who have the capability
// and are shown it by no room.
func (f *Followers) extended(s *chat.Source, cap render.Caps, write func(*client.Writer)) {
	for _, c := range f.monitors[names.Fold(s.Nick)] {
		if c.Caps&render.CapExtendedMonitor == 0 || c.Caps&cap == 0 || c.Session.User() == s.User {
			continue
		}
		c.Answer(func(w *client.Writer) {
			if w.User != nil && !ShareRoom(w.User, w.State.UserByID(s.User)) {
				write(w)
			}
		})
	}
}

// ShareRoom says whether two users are in one room where the first sees the second.
func ShareRoom(a, b *core.User) bool {
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

// ObserveAccountName tells those who watch a nick, and share no room with it, whose
// account it is now (IRCv3 extended-monitor).
func (f *Followers) ObserveAccountName(s *chat.Source, account string) {
	f.extended(s, render.CapAccountNotify, func(w *client.Writer) {
		w.Bytes = w.House.Renderer.AppendAccount(w.Bytes, w.Caps.Form(false), s, account)
	})
}
