package people

import (
	"iter"
	"slices"

	"madang/chat"
	"madang/chat/core"
	"madang/chat/names"
	"madang/engine"
	"madang/gateway/irc/client"
	"madang/gateway/irc/render"
	"madang/gateway/irc/reply"
	"madang/wire/irc"
)

// Who is told of changes of metadata (IRCv3 metadata, "Notifications").

// subscriptions are the keys whose changes the client is told.
func subscriptions(c *client.Client) map[string]struct{} {
	if c.Extras == nil {
		return nil
	}
	return c.Extras.Subscribed
}

// subscribe takes keys in order, as far as there is room for them.
func (f *Followers) subscribe(c *client.Client, wanted []string) {
	var taken []string
	c.Do(client.Ask{Hold: true, Answer: func(w *client.Writer, _ *engine.Outcome) {
		taken = taken[:0]
		fresh := 0
		for _, key := range wanted {
			if w.KeyInvalid(key) {
				continue
			}
			if _, known := subscriptions(c)[key]; !known && !slices.Contains(taken, key) {
				if fresh++; len(subscriptions(c))+fresh > reply.SubscribedMax {
					w.Fail("METADATA", "TOO_MANY_SUBS", render.OneWord(key), "Too many subscriptions")
					break
				}
			}
			taken = append(taken, key)
		}
		w.Keys(irc.RPL_METADATASUBOK, taken)
		syncLater(w, taken)
	}, Done: func(engine.Outcome) {
		e := c.Extra()
		if e.Subscribed == nil {
			e.Subscribed = map[string]struct{}{}
		}
		for _, key := range taken {
			e.Subscribed[key] = struct{}{}
			clients := f.subscribers[key]
			if clients == nil {
				clients = map[*client.Client]struct{}{}
				f.subscribers[key] = clients
			}
			clients[c] = struct{}{}
		}
	}})
}

// syncLater names the rooms of which there may be more to know under new keys.
func syncLater(w *client.Writer, taken []string) {
	if w.User == nil || len(taken) == 0 {
		return
	}
	for room := range w.User.Rooms() {
		w.NumericWords(irc.RPL_METADATASYNCLATER, room.Name())
	}
}

// unsubscribe takes keys back.
func (f *Followers) unsubscribe(c *client.Client, wanted []string) {
	c.Do(client.Ask{Hold: true, Answer: func(w *client.Writer, _ *engine.Outcome) {
		w.Keys(irc.RPL_METADATAUNSUBOK, slices.DeleteFunc(slices.Clone(wanted), w.KeyInvalid))
	}, Done: func(engine.Outcome) {
		for _, key := range wanted {
			f.unsubscribeOne(c, key)
		}
	}})
}

func (f *Followers) unsubscribeOne(c *client.Client, key string) {
	if _, known := subscriptions(c)[key]; !known {
		return
	}
	delete(c.Extras.Subscribed, key)
	clients := f.subscribers[key]
	if delete(clients, c); len(clients) == 0 {
		delete(f.subscribers, key)
	}
}

func (f *Followers) unsubscribeAll(c *client.Client) {
	for key := range subscriptions(c) {
		f.unsubscribeOne(c, key)
	}
}

// ObserveMetadata tells subscribers of a change: of a room that they are in, of somebody
// whom they see or watch, and of their own user by another session.
func (f *Followers) ObserveMetadata(e *chat.MetadataSet) {
	for c := range f.subscribers[e.Key] {
		c.Answer(func(w *client.Writer) {
			if w.User != nil && concerns(w, e) {
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
func concerns(w *client.Writer, e *chat.MetadataSet) bool {
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
	_, watched := monitored(w.Client)[names.Fold(e.Nick)]
	return e.User == w.User.ID() || watched || ShareRoom(w.User, w.State.UserByID(e.User))
}

// ObserveJoined tells a room's subscribers what somebody says of himself who entered it.
// Whether he says anything is asked once.
func (f *Followers) ObserveJoined(e *chat.Joined, room iter.Seq[*client.Client]) {
	if len(f.subscribers) == 0 {
		return
	}
	var told []*client.Client
	for c := range room {
		shown := len(e.Only) == 0 || slices.Contains(e.Only, c.Session.User())
		if shown && len(subscriptions(c)) > 0 && c.Session.User() != e.Source.User {
			told = append(told, c)
		}
	}
	if len(told) == 0 {
		return
	}
	says := false
	tell := func(w *client.Writer) {
		if u := w.State.UserByID(e.Source.User); u != nil {
			says = len(w.State.Metadata(u)) > 0
			if !ShareRoom(w.User, u) {
				return // the room is beyond the client's app password
			}
			w.Subscribed(reply.Described{User: u}, subscriptions(w.Client))
		}
	}
	told[0].Do(client.Ask{Answer: func(w *client.Writer, _ *engine.Outcome) { tell(w) }, Done: func(engine.Outcome) {
		if says {
			for _, c := range told[1:] {
				c.Answer(tell)
			}
		}
	}})
}

// RoomMetadata tells somebody who enters a room what it and its people say, under the
// keys that he subscribed to; of a large one he must ask.
func RoomMetadata(w *client.Writer, room *core.Room) {
	keys := subscriptions(w.Client)
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
func syncMetadata(c *client.Client, target string) {
	id := c.Hall.NextBatch()
	c.Answer(func(w *client.Writer) {
		d, ok := described(w, target)
		if !ok {
			return
		}
		w.Batch(id, "metadata", d.Name(), func() {
			w.Subscribed(d, subscriptions(c))
			if d.Room == nil {
				return
			}
			for m := range w.State.VisibleMembers(w.User, d.Room) {
				if len(w.Bytes) > syncBytesMax {
					return
				}
				w.Subscribed(reply.Described{User: m.User}, subscriptions(c))
			}
		})
	})
}

// syncBytesMax is where the answer to SYNC ends: it is one piece.
const syncBytesMax = 256 << 10
