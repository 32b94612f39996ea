package irc

import (
	"iter"
	"slices"

	"madang/chat"
	"madang/chat/names"
	"madang/engine"
	"madang/gateway/irc/render"
	"madang/gateway/irc/reply"
	"madang/wire/irc"
)

// Who is told of changes of metadata (IRCv3 metadata, "Notifications").

// subscriptions are the keys whose changes the client is told.
func (c *client) subscriptions() map[string]struct{} {
	if c.extras == nil {
		return nil
	}
	return c.extras.subscribed
}

// subscribe takes keys in order, as far as there is room for them.
func (f *followers) subscribe(c *client, wanted []string) {
	var taken []string
	c.do(ask{hold: true, answer: func(w *writer, _ *engine.Outcome) {
		taken = taken[:0]
		fresh := 0
		for _, key := range wanted {
			if w.KeyInvalid(key) {
				continue
			}
			if _, known := c.subscriptions()[key]; !known && !slices.Contains(taken, key) {
				if fresh++; len(c.subscriptions())+fresh > reply.SubscribedMax {
					w.Fail("METADATA", "TOO_MANY_SUBS", render.OneWord(key), "Too many subscriptions")
					break
				}
			}
			taken = append(taken, key)
		}
		w.Keys(irc.RPL_METADATASUBOK, taken)
		w.syncLater(taken)
	}, done: func(engine.Outcome) {
		e := c.extra()
		if e.subscribed == nil {
			e.subscribed = map[string]struct{}{}
		}
		for _, key := range taken {
			e.subscribed[key] = struct{}{}
			clients := f.subscribers[key]
			if clients == nil {
				clients = map[*client]struct{}{}
				f.subscribers[key] = clients
			}
			clients[c] = struct{}{}
		}
	}})
}

// syncLater names the rooms of which there may be more to know under new keys.
func (w *writer) syncLater(taken []string) {
	if w.User == nil || len(taken) == 0 {
		return
	}
	for room := range w.User.Rooms() {
		w.NumericWords(irc.RPL_METADATASYNCLATER, room.Name())
	}
}

// unsubscribe takes keys back.
func (f *followers) unsubscribe(c *client, wanted []string) {
	c.do(ask{hold: true, answer: func(w *writer, _ *engine.Outcome) {
		w.Keys(irc.RPL_METADATAUNSUBOK, slices.DeleteFunc(slices.Clone(wanted), w.KeyInvalid))
	}, done: func(engine.Outcome) {
		for _, key := range wanted {
			f.unsubscribeOne(c, key)
		}
	}})
}

func (f *followers) unsubscribeOne(c *client, key string) {
	if _, known := c.subscriptions()[key]; !known {
		return
	}
	delete(c.extras.subscribed, key)
	clients := f.subscribers[key]
	if delete(clients, c); len(clients) == 0 {
		delete(f.subscribers, key)
	}
}

func (f *followers) unsubscribeAll(c *client) {
	for key := range c.subscriptions() {
		f.unsubscribeOne(c, key)
	}
}

// observeMetadata tells subscribers of a change: of a room that they are in, of somebody
// whom they see or watch, and of their own user by another session.
func (f *followers) observeMetadata(e *chat.MetadataSet) {
	for c := range f.subscribers[e.Key] {
		c.answer(func(w *writer) {
			if w.User != nil && w.concerns(e) {
				name := e.Nick
				if e.Room != 0 {
					name = e.RoomName
				}
				w.KeyChanged(name, e.Key, e.Value, e.Remove)
			}
		})
	}
}

// concerns says whether the client is told of a change. His own change he made himself,
// if he has no other session.
func (w *writer) concerns(e *chat.MetadataSet) bool {
	if e.Source.User == w.User.ID() && len(w.User.Sessions()) < 2 {
		return false
	}
	if e.Room != 0 {
		room := w.State.RoomByID(e.Room)
		if room == nil {
			return false
		}
		_, member := room.RankOf(w.User)
		return member
	}
	_, watched := w.c.monitored[names.Fold(e.Nick)]
	return e.User == w.User.ID() || watched || shareRoom(w.User, w.State.UserByID(e.User))
}

// observeJoined tells a room's subscribers what somebody says of himself who entered it.
// Whether he says anything is asked once.
func (f *followers) observeJoined(e *chat.Joined, room iter.Seq[*client]) {
	if len(f.subscribers) == 0 {
		return
	}
	var told []*client
	for c := range room {
		if len(c.subscriptions()) > 0 && c.session.User() != e.Source.User {
			told = append(told, c)
		}
	}
	if len(told) == 0 {
		return
	}
	says := false
	tell := func(w *writer) {
		if u := w.State.UserByID(e.Source.User); u != nil {
			says = len(w.State.Metadata(u)) > 0
			w.Subscribed(reply.Described{User: u}, w.c.subscriptions())
		}
	}
	told[0].do(ask{answer: func(w *writer, _ *engine.Outcome) { tell(w) }, done: func(engine.Outcome) {
		if says {
			for _, c := range told[1:] {
				c.answer(tell)
			}
		}
	}})
}

// roomMetadata tells somebody who enters a room what it and its people say, under the
// keys that he subscribed to; of a large one he must ask.
func (w *writer) roomMetadata(room *chat.Room) {
	keys := w.c.subscriptions()
	if len(keys) == 0 {
		return
	}
	if room.Size() > reply.NamesAtOnce {
		w.NumericWords(irc.RPL_METADATASYNCLATER, room.Name())
		return
	}
	w.Subscribed(reply.Described{Room: room}, keys)
	for m := range w.State.VisibleMembers(w.User, room) {
		if !m.User.Is(w.User) {
			w.Subscribed(reply.Described{User: m.User}, keys)
		}
	}
}

// syncMetadata is SYNC: what a target, and the people of a room, say under the keys that
// the client subscribed to.
func (c *client) syncMetadata(target string) {
	id := c.hall.nextBatch()
	c.answer(func(w *writer) {
		d, ok := w.described(target)
		if !ok {
			return
		}
		w.Batch(id, "metadata", d.Name(), func() {
			w.Subscribed(d, c.subscriptions())
			if d.Room == nil {
				return
			}
			for m := range w.State.VisibleMembers(w.User, d.Room) {
				if len(w.Bytes) > syncBytesMax {
					return
				}
				w.Subscribed(reply.Described{User: m.User}, c.subscriptions())
			}
		})
	})
}

// syncBytesMax is where the answer to SYNC ends: it is one piece.
const syncBytesMax = 256 << 10
