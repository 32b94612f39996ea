package talk

import (
	"bytes"
	"slices"

	"madang/chat"
	"madang/chat/core"
	"madang/chat/names"
	"madang/engine"
	"madang/gateway/irc/client"
	"madang/gateway/irc/history"
	"madang/gateway/irc/render"
	"madang/gateway/irc/reply"
	"madang/wire/irc"
)

// toDesk has a service hear what was said to it; false: it was said to somebody else.
// What programs say to it is passed over.
func toDesk(c *client.Client, target []byte, s *utterance) bool {
	to := c.Hall.Service(target)
	if to == nil {
		return false
	}
	if s.kind == chat.Text {
		to.Hear(c, s.text)
	}
	return true
}

// Privmsg is PRIVMSG (RFC 2812 3.3.1).
func Privmsg(c *client.Client, m *irc.Message) {
	text, ok := textOf(c, m, "PRIVMSG")
	switch {
	case !ok:
	case m.Param(0)[0] == '*' && names.Fold(string(m.Param(0))) == history.PlaybackNick:
		q, fault := history.Playback(newAsker(c), string(text), c.Hall.Config().PlaybackMessages)
		look(c, "PRIVMSG", q, fault)
	default:
		say(c, m, text, kindOf(text, chat.Text, chat.CTCP))
	}
}

// Notice is NOTICE (RFC 2812 3.3.2). It is never answered with an error, so that
// two programs cannot talk each other to death, but for what only the disk can cause.
func Notice(c *client.Client, m *irc.Message) {
	if len(m.Param(0)) > 0 && len(m.Param(1)) > 0 {
		say(c, m, m.Param(1), kindOf(m.Param(1), chat.Notice, chat.CTCPReply))
	}
}

// Tagmsg is TAGMSG (IRCv3 message-tags).
func Tagmsg(c *client.Client, m *irc.Message) {
	switch {
	case len(m.Param(0)) == 0:
		c.NeedMoreParams("TAGMSG")
	case c.Caps&render.CapMessageTags != 0:
		say(c, m, nil, chat.Typed)
	}
}

// textOf is the text of a message, if there is one to somebody.
func textOf(c *client.Client, m *irc.Message, verb string) ([]byte, bool) {
	switch {
	case len(m.Param(0)) == 0:
		c.Answer(func(w *client.Writer) { w.Numeric(irc.ERR_NORECIPIENT, "No recipient given ("+verb+")") })
		return nil, false
	case len(m.Param(1)) == 0:
		c.Answer(func(w *client.Writer) { w.Numeric(irc.ERR_NOTEXTTOSEND, "No text to send") })
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
func say(c *client.Client, m *irc.Message, text []byte, kind chat.MessageKind) {
	s := utterance{kind: kind}
	if kind == chat.Action {
		text = bytes.TrimSuffix(text[len(render.ActionStart):], []byte(render.ActionEnd))
	}
	s.text = string(text)
	if len(m.Tags) > 0 && c.Caps&render.CapMessageTags != 0 {
		s.readTags(m)
	}
	targets := m.Param(0)
	if bytes.IndexByte(targets, ',') < 0 {
		sayTo(c, targets, &s)
		return
	}
	list := slices.Collect(irc.List(string(targets)))
	for i, target := range list {
		if i == reply.TargetsMax {
			if !quiet(kind) {
				c.TooManyTargets(target)
			}
			return
		}
		sayTo(c, []byte(target), &s)
	}
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
	client  *client.Client
	command chat.Say
}

// sayTo says something to a room, some of its members, or a user.
func sayTo(c *client.Client, target []byte, s *utterance) {
	if toDesk(c, target, s) {
		return
	}
	k := &saying{client: c}
	k.command = chat.Say{
		Session: c.Session.ID(), Kind: s.kind, Text: s.text, Tags: s.tags, ReplyTo: s.replyTo, ID: s.id,
	}
	rank, name := statusTarget(target)
	if len(name) > 0 && name[0] == '#' {
		k.command.Room, k.command.AtLeast = string(name), rank
	} else {
		k.command.Nick = string(target)
	}
	if wouldBeCut(c, len(target), s) {
		c.Answer(func(w *client.Writer) {
			w.Numeric(irc.ERR_INPUTTOOLONG, "The message was not sent: with your name before it, it is longer than 512 bytes")
		})
		return
	}
	if c.Label() == "" && c.UTF8() {
		c.Session.Do(engine.Ask{Command: &k.command, Answer: k.answer})
		return
	}
	c.Do(client.Ask{Command: &k.command, Answer: k.tell, Refused: k.refused, Besides: k.besides})
}

// wouldBeCut says whether others would be shown less than the line that was sent. Lines
// that were converted from CP949 grow by it, and may become two.
func wouldBeCut(c *client.Client, targetBytes int, s *utterance) bool {
	n := len(":") + c.Hall.People.SourceBytes(c.Session.User()) + len(" ") + len(render.Verb(s.kind)) + len(" ") + targetBytes + len(" :") + len(s.text) + len("\r\n")
	if s.kind == chat.Action {
		n += len(render.ActionStart) + len(render.ActionEnd)
	}
	return n > irc.LineBytesMax && !s.several && c.UTF8()
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
func (k *saying) answer(state *core.State, o engine.Outcome) []byte {
	if o.Refusal == nil && k.client.Caps&render.CapEchoMessage == 0 && k.command.Nick == "" {
		return nil
	}
	return k.client.Encode(k.client.Write(state, func(w *client.Writer) {
		if o.Refusal != nil {
			k.refused(w, o.Refusal)
			return
		}
		k.tell(w, &o)
		k.besides(w, &o)
	}))
}

func (k *saying) refused(w *client.Writer, r *chat.Refusal) {
	storage := r.Code == chat.NotStored || r.Code == chat.NotConfirmed || r.Code == chat.Internal
	if !quiet(k.command.Kind) || storage {
		w.Refusal(render.Verb(k.command.Kind), r)
	}
}

// tell writes the echo, and that somebody is away.
func (k *saying) tell(w *client.Writer, o *engine.Outcome) {
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
func (k *saying) echo(w *client.Writer, o *engine.Outcome) {
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
func (k *saying) besides(w *client.Writer, o *engine.Outcome) {
	if k.command.Nick == "" || w.User == nil || names.Fold(k.command.Nick) != w.User.Folded() {
		return
	}
	if s, ok := k.shown(o); ok {
		w.Speech(&s)
	}
}
