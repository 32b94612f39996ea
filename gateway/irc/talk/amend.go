package talk

import (
	"context"

	"madang/chat"
	"madang/engine"
	"madang/gateway/irc/client"
	"madang/gateway/irc/history"
	"madang/gateway/irc/render"
	"madang/wire/irc"
)

// What becomes of what was said.

// Redact is REDACT (IRCv3 message-redaction): TARGET ID [REASON].
func Redact(c *client.Client, m *irc.Message) {
	reason := string(m.Param(2))
	amend(c, "REDACT", m, func(cited chat.Cited) chat.Command {
		return &chat.Redact{Session: c.Session.ID(), Message: cited, Reason: reason}
	})
}

// Edit is EDIT, shaped like REDACT: TARGET ID TEXT. The proposal of message editing
// (ircv3-specifications#425) has redaction's errors for it.
func Edit(c *client.Client, m *irc.Message) {
	text := string(m.Param(2))
	amend(c, "EDIT", m, func(cited chat.Cited) chat.Command {
		return &chat.Edit{Session: c.Session.ID(), Message: cited, Text: text}
	})
}

// amendment is a change of something that was said, on its way.
type amendment struct {
	client     *client.Client
	verb       string
	target, id string // as typed
	place      history.Place
	found      bool // a place
	command    func(chat.Cited) chat.Command
	label      client.Alone
}

// amend looks a message up and changes it.
func amend(c *client.Client, verb string, m *irc.Message, command func(chat.Cited) chat.Command) {
	a := &amendment{
		client: c, verb: verb, target: string(m.Param(0)), id: string(m.Param(1)), command: command, label: c.LabelAlone(),
	}
	asker := newAsker(c)
	c.Do(client.Ask{
		Passes: true,
		Answer: func(w *client.Writer, _ *engine.Outcome) {
			if a.place, a.found = asker.Find(&w.Writer, a.target); !a.found {
				w.Fail(verb, "INVALID_TARGET", render.OneWord(a.target), "There are no such messages")
				w.Bytes = a.label.Labelled(w.Bytes)
			}
		},
		Task: a.lookUp,
	})
}

// lookUp finds the message, and has it changed.
func (a *amendment) lookUp(ctx context.Context, upTo chat.Position) engine.Result {
	if !a.found {
		return engine.Result{}
	}
	c := a.client
	e := c.Hall.House.Engine
	epoch, position, ok := chat.ParseMessageID(a.id)
	if h := e.History(); h != nil && ok && epoch == e.Epoch() && position <= upTo {
		m, found, err := h.MessageAt(ctx, position)
		if err != nil {
			c.Hall.House.Logger.Error("history not read", "gateway", "irc", "command", a.verb, "error", err)
		}
		if found && err == nil && !m.Erased && m.Conversation == a.place.Conversation {
			return engine.Result{Then: func() { c.WithLabel(a.label.Label, func() { a.do(m.Cited()) }) }}
		}
	}
	return engine.Result{Then: func() {
		c.WithLabel(a.label.Label, func() {
			c.Answer(func(w *client.Writer) { a.refused(w, &chat.Refusal{Code: chat.NoSuchMessage}) })
		})
	}}
}

// do changes the message that was found.
func (a *amendment) do(cited chat.Cited) {
	a.client.Do(client.Ask{Verb: a.verb, Command: a.command(cited), Refused: a.refused, Answer: func(w *client.Writer, o *engine.Outcome) {
		before := len(w.Bytes)
		w.Outcome(o)
		if len(w.Bytes) == before {
			w.Notice("The message was changed; your client does not show it")
		}
	}})
}

// refused says why the message stays as it is.
func (a *amendment) refused(w *client.Writer, r *chat.Refusal) {
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
