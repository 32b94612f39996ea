package talk

import (
	"madang/chat"
	"madang/gateway/irc/client"
	"madang/gateway/irc/render"
	"madang/wire/irc"
)

// Relaymsg is RELAYMSG (the proposal ircv3-specifications#417): ROOM NAME TEXT.
func Relaymsg(c *client.Client, m *irc.Message) {
	s := utterance{text: string(m.Param(2))}
	if c.Caps&render.CapMessageTags != 0 {
		s.readTags(m)
	}
	k := &saying{client: c, command: chat.Say{
		Session: c.Session.ID(), Room: string(m.Param(0)), As: string(m.Param(1)), Text: s.text, Tags: s.tags, ReplyTo: s.replyTo, ID: s.id,
	}}
	c.Do(client.Ask{Command: &k.command, Answer: k.tell, Refused: func(w *client.Writer, r *chat.Refusal) {
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
