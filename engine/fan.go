package engine

import (
	"madang/chat"
)

// fan delivers: it knows which sessions of this machine are in which room as far as
// events have been delivered, renders each event once per form, and hands slices of
// the rendered bytes to the sessions' outlets. Chunks live for one turn.
type fan struct {
	ways  []*way
	rooms map[chat.ConversationID]*audience
	users siblings

	runs  []*run     // open, in the order they were begun
	spent []*run     // closed; their bytes are in use until the flush
	free  []*run     // to be used again
	dirty []*Session // have bytes to flush
	gone  []*Session // lost their user; the engine takes them
	stamp uint32     // of the latest fan-out, so that none reaches a session twice

	// hears says whether a session with an app password is shown what is said in a room,
	// or with 0 what is said to its user.
	hears func(chat.SessionID, chat.ConversationID) bool

	storm      storm
	deliveries uint64 // events times sessions
}

// way is a gateway as the fan sees it.
type way struct {
	gateway Gateway
	index   uint8
	masks   [chat.KindsEnd]Form
}

// formKey is a form of a gateway.
type formKey struct {
	way  *way
	form Form
}

// formCount is how many sessions of a room have a form.
type formCount struct {
	key   formKey
	count int32
}

// audience is a room's sessions on this machine.
type audience struct {
	id       chat.ConversationID
	sessions []*Session
	forms    []formCount
	shared   int // sessions that are in another room too
	run      *run
}

// chunk is bytes rendered for one form.
type chunk struct {
	key   formKey
	bytes []byte
}

// run is a stretch of one room's events, rendered once for each form. A session that
// sees something else in between, or something of its own, has holes in it.
type run struct {
	room   *audience
	kind   chat.Kind // whose masks the forms follow
	chunks []chunk
	holes  []hole
	waits  bool // its bytes may wait for a session's next ones
}

// hole is where a session's bytes differ from its form's: the chunk's bytes from
// start to end are left out, and insert is put there.
type hole struct {
	session    *Session
	chunk      int
	start, end int
	insert     []byte
}

func newFan(hears func(chat.SessionID, chat.ConversationID) bool) *fan {
	return &fan{rooms: map[chat.ConversationID]*audience{}, users: siblings{}, hears: hears}
}

// addWay makes a gateway known.
func (f *fan) addWay(g Gateway) *way {
	w := &way{gateway: g, index: uint8(len(f.ways))}
	for k := chat.Kind(1); k < chat.KindsEnd; k++ {
		w.masks[k] = g.Mask(k)
	}
	f.ways = append(f.ways, w)
	return w
}

// mark remembers a session that has bytes to flush.
func (f *fan) mark(s *Session) {
	if !s.dirty {
		s.dirty = true
		f.dirty = append(f.dirty, s)
	}
}

// flush ends the turn's delivery: one flush for each session that got something.
func (f *fan) flush() int {
	f.closeRuns()
	n := len(f.dirty)
	for i, s := range f.dirty {
		s.dirty = false
		s.outlet.Flush()
		f.dirty[i] = nil
	}
	f.dirty = f.dirty[:0]
	f.reuse()
	return n
}

// event delivers one event, actor apart, and follows what it changes.
func (f *fan) event(p *chat.Placed, actor *Session) {
	f.arrive(p.Event, actor)
	a := chat.AudienceOf(p.Event)
	switch {
	case a.Room != 0 && a.Users[0] == 0:
		f.toRoom(f.rooms[a.Room], p, actor)
	default:
		f.toList(&a, p, actor)
	}
	f.depart(p.Event)
}

// toRoom shows an event to a room's sessions.
func (f *fan) toRoom(room *audience, p *chat.Placed, actor *Session) {
	if room == nil {
		return
	}
	r := f.runFor(room, p.Event.Kind())
	befell := subject(p.Event)
	for i := range r.chunks {
		c := &r.chunks[i]
		start := len(c.bytes)
		c.bytes = c.key.way.gateway.Render(c.bytes, p, c.key.form)
		if actor != nil && actor.in(room) && f.chunkOf(r, actor) == i {
			r.holes = append(r.holes, hole{actor, i, start, len(c.bytes), nil})
		}
		if befell == 0 {
			continue
		}
		for s := range f.users.of(befell) {
			if s != actor && s.in(room) && f.chunkOf(r, s) == i {
				if b := s.protocol.Personal(nil, p); len(b) > 0 {
					r.holes = append(r.holes, hole{s, i, start, len(c.bytes), b})
				}
			}
		}
	}
	f.deliveries += uint64(len(room.sessions))
}

// subject is the user whom an event befell by somebody else's doing: a direct message
// befalls the one it was sent to.
func subject(e chat.Event) chat.UserID {
	switch e := e.(type) {
	case *chat.Said:
		return e.To
	case *chat.Relayed:
		return e.To
	case *chat.Redacted:
		return e.To
	case *chat.Edited:
		return e.To
	case *chat.Reacted:
		return e.To
	case *chat.Kicked:
		return e.User
	case *chat.Invited:
		return e.User
	case *chat.Quit:
		return e.Source.User
	case *chat.HostChanged:
		return e.Source.User
	case *chat.SessionEnded:
		return e.Source.User
	}
	return 0
}

// runFor gives the run that a room's next event goes into. A run ends where the forms
// that matter change, and where a session could see another room in between.
func (f *fan) runFor(room *audience, kind chat.Kind) *run {
	if r := room.run; r != nil {
		if r.kind == kind {
			return r
		}
		f.closeRuns()
	}
	if room.shared > 0 {
		for _, r := range f.runs {
			if r.room.shared > 0 {
				f.closeRuns()
				break
			}
		}
	}
	r := f.newRun(room, kind)
	for _, fc := range room.forms {
		key := formKey{fc.key.way, fc.key.form & fc.key.way.masks[kind]}
		r.addChunk(key)
	}
	return r
}

func (f *fan) newRun(room *audience, kind chat.Kind) *run {
	r := f.blank()
	r.room, r.kind, r.waits = room, kind, f.storm.count(kind)
	room.run = r
	f.runs = append(f.runs, r)
	return r
}

// blank is a run without room and chunks.
func (f *fan) blank() *run {
	if n := len(f.free); n > 0 {
		r := f.free[n-1]
		f.free = f.free[:n-1]
		return r
	}
	return &run{}
}

// addChunk makes room for a form, unless it is there.
func (r *run) addChunk(key formKey) {
	for i := range r.chunks {
		if r.chunks[i].key == key {
			return
		}
	}
	if n := len(r.chunks); n < cap(r.chunks) {
		r.chunks = r.chunks[:n+1]
		r.chunks[n].key, r.chunks[n].bytes = key, r.chunks[n].bytes[:0]
		return
	}
	r.chunks = append(r.chunks, chunk{key: key})
}

// chunkOf is the index of the chunk that a session is shown.
func (f *fan) chunkOf(r *run, s *Session) int {
	key := formKey{s.gateway, s.form & s.gateway.masks[r.kind]}
	for i := range r.chunks {
		if r.chunks[i].key == key {
			return i
		}
	}
	panic("engine: a session in the room has a form that the room does not count")
}

// closeRuns hands every open run to its sessions.
func (f *fan) closeRuns() {
	for _, r := range f.runs {
		f.closeRun(r)
	}
	f.runs = f.runs[:0]
}

func (f *fan) closeRun(r *run) {
	r.room.run = nil
	f.stamp++
	for i := range r.holes {
		if s := r.holes[i].session; s.stamp != f.stamp {
			s.stamp = f.stamp
			f.appendAround(r, s, r.holes[i:])
		}
	}
	for _, s := range r.room.sessions {
		if s.stamp == f.stamp || f.deaf(s, r.room.id) {
			continue
		}
		b := r.chunks[0].bytes
		if len(r.chunks) > 1 {
			b = r.chunks[f.chunkOf(r, s)].bytes
		}
		if r.waits && len(b) > 0 {
			f.storm.keep(s, b)
		} else {
			s.append(b)
		}
	}
	f.recycle(r)
}

// appendAround gives a session its chunk with the holes in it, of which the first
// given is its first.
func (f *fan) appendAround(r *run, s *Session, holes []hole) {
	bytes, from, deaf := r.chunks[holes[0].chunk].bytes, 0, f.deaf(s, r.room.id)
	for i := range holes {
		if h := &holes[i]; h.session == s {
			if !deaf {
				s.append(bytes[from:h.start])
			}
			s.append(h.insert)
			from = h.end
		}
	}
	if !deaf {
		s.append(bytes[from:])
	}
}

// deaf says whether a session is kept from what is said where its user hears it.
func (f *fan) deaf(s *Session, room chat.ConversationID) bool {
	return s.scoped && !f.hears(s.id, room)
}

// recycle gives a run's bytes back after the flush.
func (f *fan) recycle(r *run) {
	clear(r.holes)
	r.holes, r.room = r.holes[:0], nil
	f.spent = append(f.spent, r)
}

// chunkBytesKept bounds what one chunk keeps after a storm.
const chunkBytesKept = 256 << 10

// reuse makes the spent runs free.
func (f *fan) reuse() {
	for _, r := range f.spent {
		for i := range r.chunks {
			if cap(r.chunks[i].bytes) > chunkBytesKept {
				r.chunks[i].bytes = nil
			}
		}
		r.chunks = r.chunks[:0]
		f.free = append(f.free, r)
	}
	clear(f.spent)
	f.spent = f.spent[:0]
}
