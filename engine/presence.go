package engine

import (
	"slices"

	"madang/chat"
)

// The part of the fan that knows who is where, from the events delivered.

// arrive follows what an event adds, before it is shown.
func (f *fan) arrive(e chat.Event, actor *Session) {
	switch e := e.(type) {
	case *chat.Attached:
		f.became(&e.Session, e.Source.User, nil, actor)
	case *chat.SessionAdded:
		f.became(&e.Session, e.Source.User, e.Rooms, actor)
	case *chat.Joined:
		f.closeRuns()
		for s := range f.users.of(e.Source.User) {
			f.enter(e.Room, s)
		}
	}
}

// became makes a session one of a user's, who is in these rooms.
func (f *fan) became(r *chat.SessionRecord, user chat.UserID, rooms []chat.ConversationID, actor *Session) {
	if actor == nil || actor.id != r.ID {
		return
	}
	if len(rooms) > 0 { // else no run has him among its receivers
		f.closeRuns()
	}
	actor.scoped = r.Token != ""
	actor.user = user
	f.users.add(user, actor)
	for _, room := range rooms {
		f.enter(room, actor)
	}
}

// signedIn moves a guest's session to the user of its account: to where he is, or the
// rooms that he is in become that user's.
func (f *fan) signedIn(e *chat.SignedIn) {
	f.closeRuns()
	for s := range f.users.of(e.Source.User) {
		f.users.remove(e.Source.User, s)
		if e.Present {
			f.vacate(s)
			f.became(&e.Session, e.To.User, e.Rooms, s)
			continue
		}
		s.user, s.scoped = e.To.User, e.Session.Token != ""
		f.users.add(e.To.User, s)
	}
}

// vacate takes a session out of all its rooms.
func (f *fan) vacate(s *Session) {
	for len(s.places) > 0 {
		f.remove(s, len(s.places)-1)
	}
}

// ended takes one session of a user away, who stays.
func (f *fan) ended(e *chat.SessionEnded) {
	f.closeRuns()
	for s := range f.users.of(e.Source.User) {
		if s.id == e.Session {
			f.users.remove(e.Source.User, s)
			f.vacate(s)
			s.user = 0
			f.gone = append(f.gone, s)
		}
	}
}

// depart follows what an event takes away, after it was shown.
func (f *fan) depart(e chat.Event) {
	switch e := e.(type) {
	case *chat.Parted:
		f.leave(e.Room, e.Source.User)
	case *chat.Kicked:
		f.leave(e.Room, e.User)
	case *chat.Quit:
		f.closeRuns()
		for s := range f.users.of(e.Source.User) {
			f.users.remove(e.Source.User, s)
			f.vacate(s)
			s.user = 0
			f.gone = append(f.gone, s)
		}
	case *chat.SessionEnded:
		f.ended(e)
	case *chat.SignedIn:
		f.signedIn(e)
	case *chat.RoomVanished:
		if room := f.rooms[e.Room]; room != nil && len(room.sessions) == 0 {
			delete(f.rooms, e.Room)
		}
	}
}

// enter puts a session into a room's list.
func (f *fan) enter(id chat.ConversationID, s *Session) {
	room := f.rooms[id]
	if room == nil {
		room = &audience{id: id}
		f.rooms[id] = room
	}
	s.places = append(s.places, place{room, int32(len(room.sessions))})
	room.sessions = append(room.sessions, s)
	room.countForm(s, 1)
	switch len(s.places) {
	case 1:
	case 2:
		s.places[0].room.shared++
		room.shared++
	default:
		room.shared++
	}
}

func (f *fan) leave(id chat.ConversationID, user chat.UserID) {
	f.closeRuns()
	room := f.rooms[id]
	for s := range f.users.of(user) {
		if i := s.placeIn(room); i >= 0 {
			f.remove(s, i)
		}
	}
}

// remove takes a session out of the i-th of its rooms.
func (f *fan) remove(s *Session, i int) {
	p := s.places[i]
	room, last := p.room, len(p.room.sessions)-1
	moved := room.sessions[last]
	room.sessions[p.index] = moved
	moved.places[moved.placeIn(room)].index = p.index
	room.sessions[last] = nil
	room.sessions = room.sessions[:last]
	s.places = slices.Delete(s.places, i, i+1)
	room.countForm(s, -1)
	if len(s.places) >= 1 {
		room.shared--
	}
	if len(s.places) == 1 {
		s.places[0].room.shared--
	}
	if len(s.places) == 0 {
		s.places = nil
	}
	if last == 0 {
		delete(f.rooms, room.id)
	}
}

func (s *Session) placeIn(room *audience) int {
	for i := range s.places {
		if s.places[i].room == room {
			return i
		}
	}
	return -1
}

func (s *Session) in(room *audience) bool { return s.placeIn(room) >= 0 }

// countForm keeps count of a room's forms; one that nobody has any more goes.
func (a *audience) countForm(s *Session, by int32) {
	key := formKey{s.gateway, s.form}
	for i := range a.forms {
		if a.forms[i].key != key {
			continue
		}
		if a.forms[i].count += by; a.forms[i].count == 0 {
			a.forms = slices.Delete(a.forms, i, i+1)
		}
		return
	}
	a.forms = append(a.forms, formCount{key, by})
}

// changeForm gives a session another form; no run is open.
func (f *fan) changeForm(s *Session, form Form) {
	for _, p := range s.places {
		p.room.countForm(s, -1)
	}
	s.form = form
	for _, p := range s.places {
		p.room.countForm(s, 1)
	}
}

// toList shows an event to an audience that is not just one room.
func (f *fan) toList(a *chat.Audience, p *chat.Placed, actor *Session) {
	sessions := f.gather(a, actor)
	if len(sessions) == 0 {
		return
	}
	r := f.blank()
	r.kind = p.Event.Kind()
	waits := f.storm.count(r.kind)
	if waits {
		f.closeRuns() // what they hold for a session comes before what waits
	}
	befell := subject(p.Event)
	about, some := conversationOf(p.Event)
	for _, s := range sessions {
		if some && f.deaf(s, about) {
			continue
		}
		if befell != 0 && s.user == befell && befalls(p.Event, s) {
			if b := s.protocol.Personal(nil, p); len(b) > 0 {
				f.single(s, b)
				continue
			}
		}
		if b := f.rendered(r, p, s); waits && len(b) > 0 {
			f.storm.keep(s, b)
		} else {
			f.single(s, b)
		}
	}
	f.deliveries += uint64(len(sessions))
	f.recycle(r)
}

// conversationOf is the room that an event shown to some is of, or 0: it is of what two say
// to each other. False: it is of neither.
func conversationOf(e chat.Event) (id chat.ConversationID, ok bool) {
	switch e := e.(type) {
	case *chat.Joined:
		return e.Room, true
	case *chat.Parted:
		return e.Room, true
	case *chat.Kicked:
		return e.Room, true
	case *chat.Invited:
		return e.Room, true
	case *chat.Knocked:
		return e.Room, true
	case *chat.MarkSet:
		return e.Conversation, true
	case *chat.Relayed:
		return e.Room, true
	case *chat.Said, *chat.Edited, *chat.Redacted, *chat.Reacted:
		return 0, chat.AudienceOf(e).Users[1] != 0
	}
	return 0, false
}

// befalls says whether what befell a user befell this session of his.
func befalls(e chat.Event, s *Session) bool {
	ended, ok := e.(*chat.SessionEnded)
	return !ok || ended.Session == s.id
}

// rendered gives an event's bytes for a session's form, from r where they are already.
func (f *fan) rendered(r *run, p *chat.Placed, s *Session) []byte {
	key := formKey{s.gateway, s.form & s.gateway.masks[r.kind]}
	for i := range r.chunks {
		if r.chunks[i].key == key {
			return r.chunks[i].bytes
		}
	}
	r.addChunk(key)
	c := &r.chunks[len(r.chunks)-1]
	c.bytes = s.gateway.gateway.Render(c.bytes, p, key.form)
	return c.bytes
}

// gather lists an audience's sessions, each once, without the actor.
func (f *fan) gather(a *chat.Audience, actor *Session) []*Session {
	f.stamp++
	var list []*Session
	one := func(s *Session) {
		if s.stamp != f.stamp && s != actor {
			s.stamp = f.stamp
			list = append(list, s)
		}
	}
	all := func(user chat.UserID) {
		for s := range f.users.of(user) {
			one(s)
		}
	}
	inRoom := func(room *audience) {
		for _, s := range room.sessions {
			if !f.deaf(s, room.id) {
				one(s)
			}
		}
	}
	if room := f.rooms[a.Room]; room != nil {
		inRoom(room)
	}
	for _, u := range a.Users {
		all(u)
	}
	for _, u := range a.Only {
		for s := range f.users.of(u) {
			if a.Neighbours == 0 || !f.deaf(s, 0) || f.meets(s, a.Neighbours) {
				one(s)
			}
		}
	}
	if a.Neighbours != 0 {
		all(a.Neighbours)
		for s := range f.users.of(a.Neighbours) {
			for _, p := range s.places {
				if !slices.Contains(a.Veiled, p.room.id) {
					inRoom(p.room)
				}
			}
		}
	}
	if a.Everybody {
		for user := range f.users {
			all(user)
		}
	}
	return list
}

// meets says whether a session with an app password is in a room that it is for with
// a session of a user.
func (f *fan) meets(s *Session, user chat.UserID) bool {
	return slices.ContainsFunc(s.places, func(p place) bool {
		if f.deaf(s, p.room.id) {
			return false
		}
		for o := range f.users.of(user) {
			if o.in(p.room) {
				return true
			}
		}
		return false
	})
}

// single hands bytes to one session, behind what it sees of open runs so far.
func (f *fan) single(s *Session, b []byte) {
	if len(f.runs) > 0 {
		for i := range s.places {
			if r := s.places[i].room.run; r != nil {
				c := f.chunkOf(r, s)
				at := len(r.chunks[c].bytes)
				r.holes = append(r.holes, hole{s, c, at, at, b})
				return
			}
		}
	}
	s.append(b)
}
