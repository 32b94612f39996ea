package reply

import (
	"maps"
	"slices"

	"madang/wire/irc"
)

// helpTexts says how commands are used. Read-only.
var helpTexts = map[string]string{
	"AUDIT":        "AUDIT [number] [name]: for operators, what operators did last, and only what this one did",
	"AUTHENTICATE": "AUTHENTICATE mechanism: sign in by SASL, as your client's settings say",
	"ISUPPORT":     "ISUPPORT: what the server can do",
	"NS":           "NS HELP: NickServ, the desk for accounts",
	"PERSISTENCE":  "PERSISTENCE GET | SET ON|OFF|DEFAULT: whether you stay in your channels while you are not connected",
	"REGISTER":     "REGISTER account|* email|* password: make an account; * is the name that you have, or no address",
	"VERIFY":       "VERIFY account code: confirm the mail address of an account",
	"ACCEPT":       "ACCEPT nick|-nick|*[,...]: who may write to you although you take messages from accounts only (mode R)",
	"AWAY":         "AWAY [text]: say that you are away, and why; without a text, that you are back",
	"CS":           "CS text: talk to ChanServ, who keeps channels; CS HELP lists what for",
	"INVITE":       "INVITE nick #channel: ask somebody into a channel; INVITE alone: where you were asked to",
	"ISON":         "ISON nick...: which of them are here",
	"JOIN":         "JOIN #channel[,#channel...] [key,...]: enter channels; they are made when they do not exist",
	"KICK":         "KICK #channel nick[,nick...] [reason]: throw somebody out",
	"KNOCK":        "KNOCK #channel [text]: ask to be let in",
	"LIST":         "LIST [conditions]: the channels, e.g. LIST *seoul*,>10 for names with seoul and more than ten people",
	"MODE":         "MODE #channel [modes]: what is set, or change it: b ban, e exception, I invitation list, k key, l limit, i invite-only, m moderated, n nothing from outside, s secret, t topic by operators, u auditorium, f forward, C no CTCP, K no knocks, M accounts speak, R accounts enter, U others are heard by ranks alone, qaohv ranks. Masks behind a: are accounts, r: realnames, c: channels, m: mutes",
	"MONITOR":      "MONITOR +|-|C|L|S [nick,...]: be told when somebody comes and goes",
	"NAMES":        "NAMES #channel: who is in it",
	"NICK":         "NICK name: change your name",
	"NOTICE":       "NOTICE target text: like PRIVMSG, for programs",
	"OPER":         "OPER name password: become an operator of the server; OPER claim code: become its first",
	"PART":         "PART #channel[,#channel...] [reason]: leave channels",
	"PRIVMSG":      "PRIVMSG target[,target...] text: say something to channels or people",
	"QUIT":         "QUIT [reason]: leave the server",
	"SETNAME":      "SETNAME text: change your realname",
	"TOPIC":        "TOPIC #channel [text]: what a channel is about, or change it",
	"UBAN":         "UBAN LIST | TEST target | ADD target [duration] [reason] | DEL target: for operators, keep people out of the server; a target is an address, a network, nick!username@cloak or account:name; ADD shows whom it would hit, ADD YES sets it",
	"WHO":          "WHO mask [o][%fields]: list people",
	"WHOIS":        "WHOIS nick: who somebody is",
	"WHOWAS":       "WHOWAS nick [count]: who somebody was",
}

// HelpTexts are the verbs that have an explanation.
func HelpTexts() []string { return slices.Sorted(maps.Keys(helpTexts)) }

// HelpText says how a command is used; false: it needs no explanation here.
func HelpText(verb string) (string, bool) {
	text, ok := helpTexts[verb]
	return text, ok
}

// Help writes an answer of HELP (modern.ircdocs.horse).
func (w *Writer) Help(subject, title, text string) {
	w.Numeric(irc.RPL_HELPSTART, subject, title)
	w.Numeric(irc.RPL_HELPTXT, subject, text)
	w.Numeric(irc.RPL_ENDOFHELP, subject, "End of /HELP")
}
