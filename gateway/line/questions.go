package line

import (
	"cmp"
	"strconv"

	"madang/chat"
	"madang/chat/core"
	"madang/engine"
	"madang/gateway/line/words"
	"madang/wire/line"
)

// Bounds of one piece of a long answer, and of a short list.
const (
	namesPerPage = 500
	namesAtJoin  = 10
)

// appendRoom tells somebody who enters who is there, when they are few, and what the
// room is about.
func appendRoom(dst []byte, form engine.Form, room *core.Room, viewer *core.User) []byte {
	if room == nil || viewer == nil {
		return dst
	}
	text := words.Text(form, words.SayWho, room.Name(), room.Size())
	if room.Size() <= namesAtJoin {
		mark := ": "
		for m := range room.MembersFor(viewer) {
			text += mark + m.User.Nick()
			mark = ", "
		}
	}
	dst = words.AppendNotice(dst, form, text)
	if topic, _, _ := room.Topic(); topic != "" {
		dst = words.AppendSentence(dst, form, words.SayTopicIs, room.Name(), topic)
	}
	if entry := room.Entry(); entry != "" {
		dst = words.AppendNotice(dst, form, "["+room.Name()+"] "+entry)
	}
	return dst
}

func (t *talk) showTopic(name, id string) {
	session, form := t.session.ID(), t.form
	t.session.Do(engine.Ask{Answer: func(state *core.State, _ engine.Outcome) []byte {
		u, room := state.UserOf(session), state.RoomByName(name)
		if room == nil || u == nil || !state.MaySeeRoom(u, room) {
			return words.AppendRefusal(nil, form, &chat.Refusal{Code: chat.NoSuchRoom, Room: name}, id)
		}
		topic, by, at := room.Topic()
		switch {
		case form&words.FormJSON != 0:
			b := line.AppendEvent(nil, &line.Event{
				Type: "topic", Room: room.Name(), By: nickOf(by), Text: topic, Position: uint64(state.Position()), Time: words.OptionalTime(at),
			})
			return words.AppendOK(b, form, id)
		case topic == "":
			return words.AppendSentence(nil, form, words.SayNoTopic, room.Name())
		}
		return words.AppendSentence(nil, form, words.SayTopicIs, room.Name(), topic)
	}})
}

// nickOf is the nick of a mask nick!user@host.
func nickOf(mask string) string {
	for i := range len(mask) {
		if mask[i] == '!' {
			return mask[:i]
		}
	}
	return mask
}

// who lists a room's people, or describes one person.
func (t *talk) who(args string) {
	word, _ := line.Word(args)
	if word != "" && !isRoom(word) {
		t.person(word)
		return
	}
	if word == "" {
		word = t.room
	}
	t.session.Do(engine.Ask{Pages: t.whoPages(word)})
}

// whoPages lists the people of a room, some hundred at a time.
func (t *talk) whoPages(name string) func(*core.State, engine.Outcome) engine.Pager {
	session, form := t.session.ID(), t.form
	return func(state *core.State, _ engine.Outcome) engine.Pager {
		u, room := state.UserOf(session), state.RoomByName(name)
		if room == nil || u == nil || !state.MaySeeRoom(u, room) {
			return once(words.AppendRefusal(nil, form, &chat.Refusal{Code: chat.NoSuchRoom, Room: name}, ""))
		}
		var ids []chat.UserID
		for m := range state.VisibleMembers(u, room) {
			ids = append(ids, m.User.ID())
		}
		if len(ids) == 0 && form&words.FormJSON == 0 {
			return once(words.AppendSentence(nil, form, words.SayWhoNobody, room.Name()))
		}
		p := whoPager{form: form, room: room.Name(), ids: ids, total: len(ids)}
		return p.page
	}
}

// once is a pager of one page.
func once(b []byte) engine.Pager {
	return func(dst []byte, _ *core.State) ([]byte, bool) { return append(dst, b...), false }
}

// whoPager shows a list of people as it was asked for; who is gone is left out.
type whoPager struct {
	form  engine.Form
	room  string
	ids   []chat.UserID // still to be shown
	total int
}

func (p *whoPager) page(dst []byte, state *core.State) ([]byte, bool) {
	if len(p.ids) == p.total && p.form&words.FormJSON == 0 {
		dst = words.AppendSentence(dst, p.form, words.SayWho, p.room, p.total)
	}
	n := min(namesPerPage, len(p.ids))
	var nicks []string
	for _, id := range p.ids[:n] {
		if u := state.UserByID(id); u != nil {
			nicks = append(nicks, u.Nick())
		}
	}
	p.ids = p.ids[n:]
	more := len(p.ids) > 0
	if p.form&words.FormJSON != 0 {
		return line.Begin(dst, "who").String("room", p.room).Strings("nicks", nicks).Bool("more", more).End(), more
	}
	return words.AppendRows(dst, p.form, nicks), more
}

// person describes somebody.
func (t *talk) person(nick string) {
	session, form := t.session.ID(), t.form
	t.session.Do(engine.Ask{Answer: func(state *core.State, _ engine.Outcome) []byte {
		viewer, u := state.UserOf(session), state.UserByNick(nick)
		if viewer == nil || u == nil {
			return words.AppendRefusal(nil, form, &chat.Refusal{Code: chat.NoSuchNick, Nick: nick}, "")
		}
		var rooms []string
		for r := range state.VisibleRoomsOf(viewer, u) {
			rooms = append(rooms, r.Name())
		}
		if form&words.FormJSON != 0 {
			return line.Begin(nil, "person").String("nick", u.Nick()).String("host", u.Host()).String("gateway", u.Gateway()).
				Strings("rooms", rooms).Optional("away", u.Away()).String("since", words.TimeText(u.Since())).End()
		}
		b := words.AppendSentence(nil, form, words.SayPerson, u.Nick(), u.Username(), u.Host(), cmp.Or(u.Gateway(), "-"), words.Because(u.Away()))
		return words.AppendRows(b, form, rooms)
	}})
}

// rooms lists the rooms that the session may know of.
func (t *talk) rooms() {
	session, form := t.session.ID(), t.form
	t.session.Do(engine.Ask{Pages: func(state *core.State, _ engine.Outcome) engine.Pager {
		u := state.UserOf(session)
		if u == nil {
			return nil
		}
		var ids []chat.ConversationID
		for r := range state.VisibleRooms(u) {
			ids = append(ids, r.ID())
		}
		p := roomsPager{session: session, form: form, ids: ids, total: len(ids)}
		return p.page
	}})
}

// roomsPager shows a list of rooms as it was asked for; a room that is gone, or may no
// longer be known, is left out.
type roomsPager struct {
	session chat.SessionID
	form    engine.Form
	ids     []chat.ConversationID // still to be shown
	total   int
}

// roomsPerPage bounds one piece by some ten kilobytes.
const roomsPerPage = 50

func (p *roomsPager) page(dst []byte, state *core.State) ([]byte, bool) {
	n := min(roomsPerPage, len(p.ids))
	viewer := state.UserOf(p.session)
	for _, id := range p.ids[:n] {
		if r := state.RoomByID(id); r != nil && viewer != nil && state.MaySeeRoom(viewer, r) {
			dst = p.appendRoom(dst, r)
		}
	}
	if p.ids = p.ids[n:]; len(p.ids) > 0 {
		return dst, true
	}
	if p.form&words.FormJSON != 0 {
		return line.Begin(dst, "rooms").Number("count", uint64(p.total)).End(), false
	}
	return words.AppendSentence(dst, p.form, words.SayRooms, p.total), false
}

func (p *roomsPager) appendRoom(dst []byte, r *core.Room) []byte {
	topic, _, _ := r.Topic()
	if p.form&words.FormJSON != 0 {
		return line.Begin(dst, "listed").String("room", r.Name()).Number("people", uint64(r.Size())).Optional("topic", topic).End()
	}
	text := r.Name() + " (" + strconv.Itoa(r.Size()) + ")"
	if topic != "" {
		text += " " + topic
	}
	return words.AppendNotice(dst, p.form, text)
}
