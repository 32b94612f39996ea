package irc

import (
	"context"
	"iter"

	"madang/chat"
	"madang/chat/names"
	"madang/engine"
	"madang/gateway/irc/history"
	"madang/gateway/irc/render"
	"madang/gateway/irc/reply"
	"madang/wire/irc"
)

// What becomes of what was said, and of rooms' names.

// runRedact is REDACT (IRCv3 message-redaction): TARGET ID [REASON].
func (c *client) runRedact(m *irc.Message) {
	reason := string(m.Param(2))
	c.amend("REDACT", m, func(cited chat.Cited) chat.Command {
		return &chat.Redact{Session: c.session.ID(), Message: cited, Reason: reason}
	})
}

// runEdit is EDIT, shaped like REDACT: TARGET ID TEXT. The proposal of message editing
// (ircv3-specifications#425) has redaction's errors for it.
func (c *client) runEdit(m *irc.Message) {
	text := string(m.Param(2))
	c.amend("EDIT", m, func(cited chat.Cited) chat.Command {
		return &chat.Edit{Session: c.session.ID(), Message: cited, Text: text}
	})
}

// amendment is a change of something that was said, on its way.
type amendment struct {
	client     *client
	verb       string
	target, id string // as typed
	place      history.Place
	found      bool // a place
	command    func(chat.Cited) chat.Command
	label      alone
}

// amend looks a message up and changes it.
func (c *client) amend(verb string, m *irc.Message, command func(chat.Cited) chat.Command) {
	a := &amendment{
		client: c, verb: verb, target: string(m.Param(0)), id: string(m.Param(1)), command: command, label: c.labelAlone(),
	}
	asker := c.asker()
	c.do(ask{
		passes: true,
		answer: func(w *writer, _ *engine.Outcome) {
			if a.place, a.found = asker.Find(&w.Writer, a.target); !a.found {
				w.Fail(verb, "INVALID_TARGET", render.OneWord(a.target), "There are no such messages")
				w.Bytes = a.label.wrap(w.Bytes)
			}
		},
		task: a.lookUp,
	})
}

// lookUp finds the message, and has it changed.
func (a *amendment) lookUp(ctx context.Context, upTo chat.Position) engine.Result {
	if !a.found {
		return engine.Result{}
	}
	c := a.client
	e := c.hall.house.Engine
	epoch, position, ok := chat.ParseMessageID(a.id)
	if h := e.History(); h != nil && ok && epoch == e.Epoch() && position <= upTo {
		m, found, err := h.MessageAt(ctx, position)
		if err != nil {
			c.hall.house.Logger.Error("history not read", "gateway", "irc", "command", a.verb, "error", err)
		}
		if found && err == nil && !m.Erased && m.Conversation == a.place.Conversation {
			return engine.Result{Then: func() { c.withLabel(a.label.Label, func() { a.do(m.Cited()) }) }}
		}
	}
	return engine.Result{Then: func() {
		c.withLabel(a.label.Label, func() {
			c.answer(func(w *writer) { a.refused(w, &chat.Refusal{Code: chat.NoSuchMessage}) })
		})
	}}
}

// do changes the message that was found.
func (a *amendment) do(cited chat.Cited) {
	a.client.do(ask{verb: a.verb, command: a.command(cited), refused: a.refused, answer: func(w *writer, o *engine.Outcome) {
		before := len(w.Bytes)
		w.events(o)
		if len(w.Bytes) == before {
			w.Notice("The message was changed; your client does not show it")
		}
	}})
}

// refused says why the message stays as it is.
func (a *amendment) refused(w *writer, r *chat.Refusal) {
	target, id := render.OneWord(a.target), render.OneWord(a.id)
	switch r.Code {
	case chat.NoSuchMessage:
		w.Fail(a.verb, "UNKNOWN_MSGID", target, id, "This message does not exist or is too old")
	case chat.NotYours:
		w.Fail(a.verb, a.verb+"_FORBIDDEN", target, id, "You are not authorised to change this message")
	case chat.BadValue:
		w.Fail(a.verb, a.verb+"_WINDOW_EXPIRED", target, id, "You can no longer change this message: "+r.Text)
	default:
		w.Refusal(a.verb, r)
	}
}

// runRename is RENAME (IRCv3 channel-rename).
func (c *client) runRename(m *irc.Message) {
	k := &chat.RenameRoom{Session: c.session.ID(), Room: string(m.Param(0)), Name: string(m.Param(1)), Reason: string(m.Param(2))}
	c.do(ask{verb: "RENAME", command: k, answer: (*writer).events, refused: func(w *writer, r *chat.Refusal) {
		from, to := render.OneWord(k.Room), render.OneWord(k.Name)
		switch r.Code {
		case chat.RoomConfusing:
			w.Fail("RENAME", "CHANNEL_NAME_IN_USE", from, to, "The channel name is already taken, or looks like one that is")
		case chat.RoomInvalid:
			w.Fail("RENAME", "CANNOT_RENAME", from, to, "The channel cannot be renamed: "+r.Text)
		default:
			w.Refusal("RENAME", r)
		}
	}})
}

// observeRenamed has those who know no RENAME leave and enter (channel-rename,
// "Fallback"), whoever did it.
func observeRenamed(e *chat.RoomRenamed, room iter.Seq[*client]) {
	if names.Fold(e.RoomName) == e.Folded {
		return
	}
	for c := range room {
		if c.caps&render.CapRename == 0 {
			c.movedTo(e)
		}
	}
}

// movedTo shows a client that a room has another name.
func (c *client) movedTo(e *chat.RoomRenamed) {
	c.do(ask{
		answer: func(w *writer, _ *engine.Outcome) {
			room := w.State.RoomByID(e.Room)
			if room == nil || w.User == nil {
				return
			}
			source := w.User.Source()
			parted := chat.Parted{Source: source, RoomName: e.RoomName, Reason: e.Reason, Time: e.Time}
			joined := chat.Joined{Source: source, Room: e.Room, RoomName: room.Name(), Realname: w.User.Realname(), Time: e.Time}
			w.Events([]chat.Placed{{Event: &parted}, {Event: &joined}})
			w.about(room)
		},
		pages: func(w *writer, _ *engine.Outcome) reply.Page {
			room := w.State.RoomByID(e.Room)
			if room == nil || w.Has(render.CapNoImplicitNames) || room.Size() <= reply.NamesAtOnce {
				return nil
			}
			return reply.NamesPages(room, room.Name())
		},
	})
}

// about tells somebody of a room who has entered it: all but the names of one too large
// for one piece.
func (w *writer) about(room *chat.Room) {
	if topic, _, _ := room.Topic(); topic != "" {
		w.Topic(room)
	}
	w.roomMark(room)
	if !w.Has(render.CapNoImplicitNames) && room.Size() <= reply.NamesAtOnce {
		w.Names(room, room.Name())
	}
	w.roomMetadata(room)
}

// runRelaymsg is RELAYMSG (the proposal ircv3-specifications#417): ROOM NAME TEXT.
func (c *client) runRelaymsg(m *irc.Message) {
	s := utterance{text: string(m.Param(2))}
	if c.caps&render.CapMessageTags != 0 {
		s.readTags(m)
	}
	k := &saying{client: c, command: chat.Say{
		Session: c.session.ID(), Room: string(m.Param(0)), As: string(m.Param(1)), Text: s.text, Tags: s.tags, ReplyTo: s.replyTo, ID: s.id,
	}}
	c.do(ask{command: &k.command, answer: k.tell, refused: func(w *writer, r *chat.Refusal) {
		switch r.Code {
		case chat.NickInvalid:
			w.Fail("RELAYMSG", "INVALID_NICK", "Invalid nickname: "+r.Text)
		case chat.NeedRank, chat.NeedOperator:
			w.Fail("RELAYMSG", "PRIVS_NEEDED", "Only channel operators relay messages")
		default:
			w.Refusal("RELAYMSG", r)
		}
	}})
}
