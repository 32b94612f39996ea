package irc

import (
	"maps"
	"slices"
	"strings"

	"madang/gateway/irc/render"
	"madang/wire/irc"
)

// helpTexts says how commands are used. Read-only.
var helpTexts = map[string]string{
	"AWAY":    "AWAY [text]: say that you are away, and why; without a text, that you are back",
	"INVITE":  "INVITE nick #channel: ask somebody into a channel",
	"ISON":    "ISON nick...: which of them are here",
	"JOIN":    "JOIN #channel[,#channel...] [key,...]: enter channels; they are made when they do not exist",
	"KICK":    "KICK #channel nick[,nick...] [reason]: throw somebody out",
	"KNOCK":   "KNOCK #channel [text]: ask to be let in",
	"LIST":    "LIST [conditions]: the channels, e.g. LIST *seoul*,>10 for names with seoul and more than ten people",
	"MODE":    "MODE #channel [modes]: what is set, or change it: b ban, e exception, I invitation list, k key, l limit, i invite-only, m moderated, n nothing from outside, s secret, t topic by operators, u auditorium, f forward, C no CTCP, K no knocks, M accounts speak, R accounts enter, U others are heard by ranks alone, qaohv ranks. Masks behind a: are accounts, r: realnames, c: channels, m: mutes",
	"MONITOR": "MONITOR +|-|C|L|S [nick,...]: be told when somebody comes and goes",
	"NAMES":   "NAMES #channel: who is in it",
	"NICK":    "NICK name: change your name",
	"NOTICE":  "NOTICE target text: like PRIVMSG, for programs",
	"OPER":    "OPER name password: become an operator of the server",
	"PART":    "PART #channel[,#channel...] [reason]: leave channels",
	"PRIVMSG": "PRIVMSG target[,target...] text: say something to channels or people",
	"QUIT":    "QUIT [reason]: leave the server",
	"SETNAME": "SETNAME text: change your realname",
	"TOPIC":   "TOPIC #channel [text]: what a channel is about, or change it",
	"WHO":     "WHO mask [o][%fields]: list people",
	"WHOIS":   "WHOIS nick: who somebody is",
	"WHOWAS":  "WHOWAS nick [count]: who somebody was",
}

// runHelp is HELP (modern.ircdocs.horse).
func (c *client) runHelp(m *irc.Message) {
	subject := strings.ToUpper(string(m.Param(0)))
	c.answer(func(w *writer) {
		if subject == "" {
			w.help("*", "Help: ask HELP with a command", strings.Join(slices.Sorted(maps.Keys(w.g.commands)), " "))
			return
		}
		text, ok := helpTexts[subject]
		switch _, known := w.g.commands[subject]; {
		case ok:
			w.help(subject, subject, text)
		case known:
			w.help(subject, subject, subject+": see https://modern.ircdocs.horse")
		default:
			w.Numeric(irc.ERR_HELPNOTFOUND, render.OneWord(subject), "There is no help for this")
		}
	})
}

func (w *writer) help(subject, title, text string) {
	w.Numeric(irc.RPL_HELPSTART, subject, title)
	w.Numeric(irc.RPL_HELPTXT, subject, text)
	w.Numeric(irc.RPL_ENDOFHELP, subject, "End of /HELP")
}
