package irc

import (
	"strconv"

	"madang/chat"
	"madang/gateway/irc/render"
	"madang/wire/irc"
)

// refusal writes why a command was refused, in the words of modern.ircdocs.horse. Every
// code has its line here (a test), and numerics their subjects before the text.
func (w *writer) refusal(verb string, r *chat.Refusal) {
	switch r.Code {
	case chat.NoSuchSession:
		w.numeric(irc.ERR_NOTREGISTERED, "You have not registered")
	case chat.AlreadyAttached:
		w.numeric(irc.ERR_ALREADYREGISTERED, "You are registered already")
	case chat.NickInvalid:
		w.erroneousNick(r.Nick, r.Text)
	case chat.NickTaken:
		w.nickInUse(r.Nick)
	case chat.NickConfusing:
		w.numeric(irc.ERR_NICKNAMEINUSE, render.OneWord(r.Nick), "Nickname looks like another in use")
	case chat.NoSuchNick:
		w.noSuchNick(r.Nick)
	case chat.BannedFromServer:
		w.numeric(irc.ERR_YOUREBANNEDCREEP, "You are banned from this server: "+r.Text)
	case chat.NeedOperator:
		w.numeric(irc.ERR_NOPRIVILEGES, "Permission denied: you are no server operator")
	case chat.TextEmpty:
		w.textEmpty(verb)
	case chat.TextTooLong:
		w.tooLongText(verb, r.Limit)
	case chat.TextInvalid:
		w.fail(verb, "INVALID_UTF8", "The text is not UTF-8, or holds a byte that no line may hold")
	case chat.BadValue:
		w.fail(verb, "INVALID_PARAMS", r.Text)
	case chat.NoSuchBan:
		w.fail(verb, "NO_SUCH_BAN", render.OneWord(r.Text), "There is no such ban")
	case chat.NotStored:
		w.fail(verb, "NOT_STORED", "The disk refused it and nothing was sent; try again")
	case chat.NotConfirmed:
		w.fail(verb, "NOT_CONFIRMED", "It may or may not be stored; sending it again with the same id is safe")
	case chat.Internal:
		w.fail(verb, "INTERNAL_ERROR", "The server made a mistake; this connection is closed")
	default:
		w.roomRefusal(verb, r)
	}
}

// roomRefusal writes the refusals that have a room for a subject.
func (w *writer) roomRefusal(verb string, r *chat.Refusal) {
	room := render.OneWord(r.Room)
	switch r.Code {
	case chat.RoomInvalid:
		w.numeric(irc.ERR_NOSUCHCHANNEL, room, r.Text)
	case chat.RoomConfusing:
		w.numeric(irc.ERR_NOSUCHCHANNEL, room, "The name looks like that of another channel")
	case chat.NoSuchRoom:
		w.noSuchChannel(room)
	case chat.RoomReserved:
		w.numeric(irc.ERR_INVITEONLYCHAN, room, "The channel closed when its people left; an operator of the server can open it")
	case chat.TooManyRooms:
		w.numeric(irc.ERR_TOOMANYCHANNELS, room, "You are in too many channels, or there are too many (the limit is "+strconv.Itoa(r.Limit)+")")
	case chat.AlreadyMember:
		w.numeric(irc.ERR_USERONCHANNEL, render.OneWord(r.Nick), room, "is already on channel")
	case chat.NotMember:
		w.numeric(irc.ERR_NOTONCHANNEL, room, "You're not on that channel")
	case chat.TargetNotMember:
		w.numeric(irc.ERR_USERNOTINCHANNEL, render.OneWord(r.Nick), room, "They aren't on that channel")
	case chat.NeedInvitation:
		w.numeric(irc.ERR_INVITEONLYCHAN, room, "Cannot join channel (+i): you were not invited")
	case chat.WrongKey:
		w.numeric(irc.ERR_BADCHANNELKEY, room, "Cannot join channel (+k): wrong key")
	case chat.RoomFull:
		w.numeric(irc.ERR_CHANNELISFULL, room, "Cannot join channel (+l): it is full")
	case chat.Banned:
		w.numeric(irc.ERR_BANNEDFROMCHAN, room, "Cannot join channel (+b): you are banned")
	case chat.CannotSpeak:
		w.numeric(irc.ERR_CANNOTSENDTOCHAN, room, "Cannot send to channel: "+r.Text)
	case chat.NeedRank:
		w.numeric(irc.ERR_CHANOPRIVSNEEDED, room, "You're not "+rankNeeded(r.Rank))
	case chat.KeySet:
		w.numeric(irc.ERR_KEYSET, room, "Channel key is already set")
	case chat.ListFull:
		w.numeric(irc.ERR_BANLISTFULL, room, render.OneWord(r.Text), "The list is full (the limit is "+strconv.Itoa(r.Limit)+")")
	default:
		w.numeric(irc.ERR_UNKNOWNERROR, verb, "Refused")
	}
}

// rankNeeded names a rank in a sentence.
func rankNeeded(r chat.Rank) string {
	switch {
	case r >= chat.Owner:
		return "a channel owner"
	case r >= chat.Admin:
		return "a channel admin"
	case r >= chat.Operator:
		return "a channel operator"
	}
	return "a channel operator or half-operator"
}

func (w *writer) noSuchNick(nick string) {
	w.numeric(irc.ERR_NOSUCHNICK, render.OneWord(nick), "No such nick/channel")
}

func (w *writer) noSuchChannel(room string) {
	w.numeric(irc.ERR_NOSUCHCHANNEL, render.OneWord(room), "No such channel")
}

// textEmpty depends on what the text was for.
func (w *writer) textEmpty(verb string) {
	switch verb {
	case "PRIVMSG", "NOTICE":
		w.numeric(irc.ERR_NOTEXTTOSEND, "No text to send")
	case "SETNAME":
		w.fail(verb, "INVALID_REALNAME", "Realname is not valid: it is empty")
	default:
		w.needMoreParams(verb)
	}
}

func (w *writer) tooLongText(verb string, limit int) {
	if verb == "SETNAME" {
		w.fail(verb, "INVALID_REALNAME", "Realname is longer than "+strconv.Itoa(limit)+" bytes")
		return
	}
	w.numeric(irc.ERR_INPUTTOOLONG, "The text is longer than "+strconv.Itoa(limit)+" bytes")
}

func (w *writer) needMoreParams(verb string) {
	w.numeric(irc.ERR_NEEDMOREPARAMS, verb, "Not enough parameters")
}

func (c *client) needMoreParams(verb string) {
	c.answer(func(w *writer) { w.needMoreParams(verb) })
}
