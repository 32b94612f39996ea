package irc

import (
	"bytes"
	"slices"

	"madang/chat"
	"madang/chat/names"
	"madang/engine"
	"madang/gateway/irc/history"
	"madang/gateway/irc/render"
	"madang/gateway/irc/reply"
	"madang/wire/irc"
)

// runPrivmsg is PRIVMSG (RFC 2812 3.3.1).
func (c *client) runPrivmsg(m *irc.Message) {
	text, ok := c.text(m, "PRIVMSG")
	switch {
	case !ok:
	case m.Param(0)[0] == '*' && names.Fold(string(m.Param(0))) == history.PlaybackNick:
		q, fault := history.Playback(c.asker(), string(text), c.hall.config().PlaybackMessages)
		c.look("PRIVMSG", q, fault)
	default:
		c.say(m, text, kindOf(text, chat.Text, chat.CTCP))
	}
}

// runNotice is NOTICE (RFC 2812 3.3.2). It is never answered with an error, so that
// two programs cannot talk each other to death, but for what only the disk can cause.
func (c *client) runNotice(m *irc.Message) {
	if len(m.Param(0)) > 0 && len(m.Param(1)) > 0 {
		c.say(m, m.Param(1), kindOf(m.Param(1), chat.Notice, chat.CTCPReply))
	}
}

// runTagmsg is TAGMSG (IRCv3 message-tags).
func (c *client) runTagmsg(m *irc.Message) {
	switch {
	case len(m.Param(0)) == 0:
		c.needMoreParams("TAGMSG")
	case c.caps&render.CapMessageTags != 0:
		c.say(m, nil, chat.Typed)
	}
}

// text is the text of a message, if there is one to somebody.
func (c *client) text(m *irc.Message, verb string) ([]byte, bool) {
	switch {
	case len(m.Param(0)) == 0:
		c.answer(func(w *writer) { w.Numeric(irc.ERR_NORECIPIENT, "No recipient given ("+verb+")") })
		return nil, false
	case len(m.Param(1)) == 0:
		c.answer(func(w *writer) { w.Numeric(irc.ERR_NOTEXTTOSEND, "No text to send") })
		return nil, false
	}
	return m.Param(1), true
}

// kindOf tells actions and client requests from text.
func kindOf(text []byte, plain, ctcp chat.MessageKind) chat.MessageKind {
	switch {
	case len(text) == 0 || text[0] != 1:
		return plain
	case plain == chat.Text && bytes.HasPrefix(text, []byte(render.ActionStart)):
		return chat.Action
	}
	return ctcp
}

// say says something to each target. There is one allocation for the text, and what is
// said to one room needs no more than the command and its answer.
func (c *client) say(m *irc.Message, text []byte, kind chat.MessageKind) {
	s := utterance{kind: kind}
	if kind == chat.Action {
		text = bytes.TrimSuffix(text[len(render.ActionStart):], []byte(render.ActionEnd))
	}
	s.text = string(text)
	if len(m.Tags) > 0 && c.caps&render.CapMessageTags != 0 {
		s.readTags(m)
	}
	targets := m.Param(0)
	if bytes.IndexByte(targets, ',') < 0 {
		c.sayTo(targets, &s)
		return
	}
	list := slices.Collect(irc.List(string(targets)))
	for i, target := range list {
		if i == reply.TargetsMax {
			if !quiet(kind) {
				c.tooManyTargets(target)
			}
			return
		}
		c.sayTo([]byte(target), &s)
	}
}

// tooManyTargets tells the client from which target on a line went nowhere.
func (c *client) tooManyTargets(target string) {
	c.answer(func(w *writer) {
		w.Numeric(irc.ERR_TOOMANYTARGETS, render.OneWord(target), "Too many targets; nobody from here on was sent it")
	})
}

// utterance is a message without its target.
type utterance struct {
	kind    chat.MessageKind
	text    string
	tags    []chat.Tag
	replyTo string
	id      string
	several bool // lines: they are divided anew for everybody
}

// readTags takes over the tags that are for others (IRCv3 message-tags), and the two
// that the core knows.
func (s *utterance) readTags(m *irc.Message) {
	for tag := range m.ClientTags() {
		key, value := string(tag.Key), string(irc.AppendUnescaped(nil, tag.Value))
		if key == render.TagOnce {
			s.id = value
			continue
		}
		if render.IsReplyTag(key) && len(value) <= chat.CommandIDMax {
			s.replyTo = value
		}
		s.tags = append(s.tags, chat.Tag{Key: key, Value: value})
	}
}

// quiet says whether refusals of such a message are kept from its sender.
func quiet(kind chat.MessageKind) bool { return kind == chat.Notice || kind == chat.CTCPReply }

// saying is a command to say something, and how it is answered.
type saying struct {
	client  *client
	command chat.Say
}

// sayTo says something to a room, some of its members, or a user.
func (c *client) sayTo(target []byte, s *utterance) {
	if c.toDesk(target, s) {
		return
	}
	k := &saying{client: c}
	k.command = chat.Say{
		Session: c.session.ID(), Kind: s.kind, Text: s.text, Tags: s.tags, ReplyTo: s.replyTo, ID: s.id,
	}
	rank, name := statusTarget(target)
	if len(name) > 0 && name[0] == '#' {
		k.command.Room, k.command.AtLeast = string(name), rank
	} else {
		k.command.Nick = string(target)
	}
	if c.wouldBeCut(len(target), s) {
		c.answer(func(w *writer) {
			w.Numeric(irc.ERR_INPUTTOOLONG, "The message was not sent: with your name before it, it is longer than 512 bytes")
		})
		return
	}
	if c.label() == "" && c.utf8() {
		c.session.Do(engine.Ask{Command: &k.command, Answer: k.answer})
		return
	}
	c.do(ask{command: &k.command, answer: k.tell, refused: k.refused, besides: k.besides})
}

// wouldBeCut says whether others would be shown less than the line that was sent. Lines
// that were converted from CP949 grow by it, and may become two.
func (c *client) wouldBeCut(targetBytes int, s *utterance) bool {
	n := len(":") + c.hall.people.SourceBytes(c.session.User()) + len(" ") + len(render.Verb(s.kind)) + len(" ") + targetBytes + len(" :") + len(s.text) + len("\r\n")
	if s.kind == chat.Action {
		n += len(render.ActionStart) + len(render.ActionEnd)
	}
	return n > irc.LineBytesMax && !s.several && c.utf8()
}

// statusTarget takes the sign of a rank off a target (modern.ircdocs.horse, "STATUSMSG
// Parameter").
func statusTarget(target []byte) (chat.Rank, []byte) {
	if len(target) > 1 && target[1] == '#' {
		if rank, ok := render.RankOfSign(target[0]); ok {
			return rank, target[1:]
		}
	}
	return chat.NoRank, target
}

// answer answers a message that has no label; most need none.
func (k *saying) answer(state *chat.State, o engine.Outcome) []byte {
	if o.Refusal == nil && k.client.caps&render.CapEchoMessage == 0 && k.command.Nick == "" {
		return nil
	}
	return k.client.write(state, func(w *writer) {
		if o.Refusal != nil {
			k.refused(w, o.Refusal)
			return
		}
		k.tell(w, &o)
		k.besides(w, &o)
	})
}

func (k *saying) refused(w *writer, r *chat.Refusal) {
	storage := r.Code == chat.NotStored || r.Code == chat.NotConfirmed || r.Code == chat.Internal
	if !quiet(k.command.Kind) || storage {
		w.Refusal(render.Verb(k.command.Kind), r)
	}
}

// tell writes the echo, and that somebody is away.
func (k *saying) tell(w *writer, o *engine.Outcome) {
	if w.Has(render.CapEchoMessage) {
		k.echo(w, o)
	}
	if k.command.Nick == "" || quiet(k.command.Kind) || k.command.Kind == chat.Typed {
		return
	}
	if to := w.State.UserByNick(k.command.Nick); to != nil && to.Away() != "" {
		w.Numeric(irc.RPL_AWAY, to.Nick(), to.Away())
	}
}

// echo writes the message as the others see it (IRCv3 echo-message); said again with
// the same id it is the first one that is shown.
func (k *saying) echo(w *writer, o *engine.Outcome) {
	s, ok := k.shown(o)
	if d := o.Duplicate; d != nil && w.User != nil {
		source := w.User.Source()
		s = render.Speech{
			Source: &source, Position: d.Position, Time: d.Time, What: k.command.Kind, Target: k.command.Room + k.command.Nick,
			Text: k.command.Text, Tags: k.command.Tags, ReplyTo: k.command.ReplyTo,
		}
		ok = true
	}
	if ok {
		s.ID = k.command.ID
		w.Speech(&s)
	}
}

// shown is the message as it was delivered.
func (k *saying) shown(o *engine.Outcome) (render.Speech, bool) {
	for i := range o.Events {
		if s, ok := render.SpeechOf(&o.Events[i]); ok {
			return s, true
		}
	}
	return render.Speech{}, false
}

// besides shows who talks to himself what he said, as he hears it.
func (k *saying) besides(w *writer, o *engine.Outcome) {
	if k.command.Nick == "" || w.User == nil || names.Fold(k.command.Nick) != w.User.Folded() {
		return
	}
	if s, ok := k.shown(o); ok {
		w.Speech(&s)
	}
}
