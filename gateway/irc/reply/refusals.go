package reply

import (
	"strconv"
	"strings"

	"madang/chat"
	"madang/gateway/irc/render"
	"madang/wire/irc"
)

// Refusal writes why a command was refused, in the words of modern.ircdocs.horse. Every
// code has its line here (a test), and numerics their subjects before the text.
func (w *Writer) Refusal(verb string, r *chat.Refusal) {
	switch r.Code {
	case chat.NoSuchSession:
		w.Numeric(irc.ERR_NOTREGISTERED, "You have not registered")
	case chat.AlreadyAttached:
		w.Numeric(irc.ERR_ALREADYREGISTERED, "You are registered already")
	case chat.NickInvalid:
		w.ErroneousNick(r.Nick, r.Text)
	case chat.NickTaken:
		w.NickInUse(r.Nick)
	case chat.NickConfusing:
		w.Numeric(irc.ERR_NICKNAMEINUSE, render.OneWord(r.Nick), "Nickname looks like another in use")
	case chat.NoSuchNick:
		w.NoSuchNick(r.Nick)
	case chat.BannedFromServer:
		w.Numeric(irc.ERR_YOUREBANNEDCREEP, "You are banned from this server: "+r.Text)
	case chat.NeedOperator:
		why := "you are no server operator"
		if w.User != nil && w.User.Has(chat.ServerOperator) && r.Powers != chat.NoPermission {
			why = "you lack the power to " + r.Powers.String()
		}
		w.Numeric(irc.ERR_NOPRIVILEGES, "Permission denied: "+why)
	case chat.TextEmpty:
		w.textEmpty(verb)
	case chat.TextTooLong:
		w.tooLongText(verb, r.Limit)
	case chat.TextInvalid:
		w.Fail(verb, "INVALID_UTF8", "The text is not UTF-8, or holds a byte that no line may hold")
	case chat.BadValue:
		w.Fail(verb, "INVALID_PARAMS", r.Text)
	case chat.NoSuchBan:
		w.Fail(verb, "NO_SUCH_BAN", render.OneWord(r.Text), "There is no such ban")
	case chat.NotStored:
		w.Fail(verb, "NOT_STORED", "The disk refused it and nothing was sent; try again")
	case chat.NotConfirmed:
		w.Fail(verb, "NOT_CONFIRMED", "It may or may not be stored; sending it again with the same id is safe")
	case chat.Internal:
		w.Fail(verb, "INTERNAL_ERROR", "The server made a mistake; this connection is closed")
	default:
		if !w.accountRefusal(verb, r) {
			w.roomRefusal(verb, r)
		}
	}
}

// accountRefusal writes the refusals that are about accounts; false: it is none.
func (w *Writer) accountRefusal(verb string, r *chat.Refusal) bool {
	nick := render.OneWord(r.Nick)
	switch r.Code {
	case chat.NickReserved, chat.OnlySession:
		w.Numeric(irc.ERR_NICKNAMEINUSE, nick, "Nickname is reserved by an account")
	case chat.NeedAccount:
		if r.Room != "" {
			w.Numeric(irc.ERR_NEEDREGGEDNICK, render.OneWord(r.Room), "Cannot join channel (+R): that needs an account; register one, or sign in")
			break
		}
		w.Fail(verb, "ACCOUNT_REQUIRED", "That needs an account; register one, or sign in")
	case chat.AccountInvalid:
		w.Fail(verb, "BAD_ACCOUNT_NAME", nick, "The name cannot be an account's: "+r.Text)
	case chat.AccountTaken:
		w.Fail(verb, "ACCOUNT_EXISTS", nick, "The name is taken, or looks like one that is")
	case chat.NoSuchAccount:
		w.Fail(verb, "ACCOUNT_DOES_NOT_EXIST", nick, "There is no such account")
	case chat.AlreadySignedIn:
		w.Fail(verb, "ALREADY_AUTHENTICATED", nick, "You are signed in already")
	case chat.WrongCredentials, chat.CredentialsChanged:
		w.Fail(verb, "INVALID_CREDENTIALS", "The name or the password is wrong")
	case chat.AccountSuspended:
		w.Fail(verb, "ACCOUNT_SUSPENDED", nick, "The account is suspended: "+r.Text)
	case chat.Unconfirmed:
		w.Fail(verb, "VERIFICATION_REQUIRED", nick, "The account's mail address is not confirmed yet")
	case chat.WrongCode:
		w.Fail(verb, "INVALID_CODE", "The code is wrong, was used, or is too old")
	case chat.NeedInvitationCode, chat.RegistrationClosed:
		w.Fail(verb, "REGISTRATION_RESTRICTED", "Accounts are made by invitation, or by operators, here")
	case chat.TooManyGuesses:
		w.Fail(verb, "TOO_MANY_ATTEMPTS", "Too many wrong guesses; wait "+strconv.Itoa(r.Limit)+" seconds")
	case chat.OutOfScope:
		w.Fail(verb, "OUT_OF_SCOPE", "The app password is not for this")
	default:
		return false
	}
	return true
}

// Verbs whose refusals have numerics of their own.
const (
	knock  = "KNOCK"
	accept = "ACCEPT"
)

// roomRefusal writes the refusals that have a room for a subject.
func (w *Writer) roomRefusal(verb string, r *chat.Refusal) {
	room := render.OneWord(r.Room)
	switch r.Code {
	case chat.RoomInvalid:
		w.Numeric(irc.ERR_NOSUCHCHANNEL, room, r.Text)
	case chat.RoomConfusing:
		w.Numeric(irc.ERR_NOSUCHCHANNEL, room, "The name looks like that of another channel")
	case chat.NoSuchRoom:
		w.NoSuchChannel(room)
	case chat.RoomReserved:
		w.Numeric(irc.ERR_INVITEONLYCHAN, room, "The channel closed when its people left; an operator of the server can open it")
	case chat.TooManyRooms:
		w.Numeric(irc.ERR_TOOMANYCHANNELS, room, "You are in too many channels, or there are too many (the limit is "+strconv.Itoa(r.Limit)+")")
	case chat.AlreadyMember:
		if verb == knock {
			w.Numeric(irc.ERR_KNOCKONCHAN, room, "You are on that channel already")
			break
		}
		w.Numeric(irc.ERR_USERONCHANNEL, render.OneWord(r.Nick), room, "is already on channel")
	case chat.NotMember:
		w.Numeric(irc.ERR_NOTONCHANNEL, room, "You're not on that channel")
	case chat.TargetNotMember:
		w.Numeric(irc.ERR_USERNOTINCHANNEL, render.OneWord(r.Nick), room, "They aren't on that channel")
	case chat.NeedInvitation:
		w.Numeric(irc.ERR_INVITEONLYCHAN, room, "Cannot join channel (+i): you were not invited")
	case chat.WrongKey:
		w.Numeric(irc.ERR_BADCHANNELKEY, room, "Cannot join channel (+k): wrong key")
	case chat.RoomFull:
		w.Numeric(irc.ERR_CHANNELISFULL, room, "Cannot join channel (+l): it is full")
	case chat.Banned:
		w.Numeric(irc.ERR_BANNEDFROMCHAN, room, "Cannot join channel (+b): you are banned")
	case chat.CannotSpeak:
		w.Numeric(irc.ERR_CANNOTSENDTOCHAN, room, "Cannot send to channel: "+r.Text)
	case chat.NeedRank:
		w.Numeric(irc.ERR_CHANOPRIVSNEEDED, room, "You're not "+rankNeeded(r.Rank))
	case chat.NoSuchMessage:
		w.Fail(verb, "UNKNOWN_MSGID", "There is no such message, or it is too old")
	case chat.NotYours:
		w.Fail(verb, "REDACT_FORBIDDEN", "The message is somebody else's")
	case chat.TooSoon:
		if verb == knock {
			w.Numeric(irc.ERR_TOOMANYKNOCK, room, "Too many knocks; wait "+strconv.Itoa(r.Limit)+" seconds")
			break
		}
		w.Numeric(irc.ERR_CANNOTSENDTOCHAN, room, "Cannot send to channel: it is slow; wait "+strconv.Itoa(r.Limit)+" seconds")
	case chat.NoKnocking:
		w.Numeric(irc.ERR_CHANOPEN, room, "The channel takes no knocks, or is open")
	case chat.MessagesFromAccounts:
		w.Numeric(irc.ERR_NEEDREGGEDNICK, render.OneWord(r.Nick), "You must be signed in to write to this user")
	case chat.NoRequests:
		w.Numeric(irc.ERR_CANTSENDTOUSER, render.OneWord(r.Nick), "This user takes no CTCP")
	case chat.ListFull:
		if verb == accept {
			w.Numeric(irc.ERR_ACCEPTFULL, "The list is full (the limit is "+strconv.Itoa(r.Limit)+")")
			break
		}
		w.Numeric(irc.ERR_BANLISTFULL, room, render.OneWord(r.Text), "The list is full (the limit is "+strconv.Itoa(r.Limit)+")")
	default:
		w.Numeric(irc.ERR_UNKNOWNERROR, verb, "Refused")
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

// NoSuchNick says that a nick is nobody's.
func (w *Writer) NoSuchNick(nick string) {
	w.Numeric(irc.ERR_NOSUCHNICK, render.OneWord(nick), "No such nick/channel")
}

// NoSuchChannel says that there is no such room, or none that the client may know of.
func (w *Writer) NoSuchChannel(room string) {
	w.Numeric(irc.ERR_NOSUCHCHANNEL, render.OneWord(room), "No such channel")
}

// textEmpty depends on what the text was for.
func (w *Writer) textEmpty(verb string) {
	switch verb {
	case "PRIVMSG", "NOTICE":
		w.Numeric(irc.ERR_NOTEXTTOSEND, "No text to send")
	case "SETNAME":
		w.Fail(verb, "INVALID_REALNAME", "Realname is not valid: it is empty")
	default:
		w.NeedMoreParams(verb)
	}
}

func (w *Writer) tooLongText(verb string, limit int) {
	if verb == "SETNAME" {
		w.Fail(verb, "INVALID_REALNAME", "Realname is longer than "+strconv.Itoa(limit)+" bytes")
		return
	}
	w.Numeric(irc.ERR_INPUTTOOLONG, "The text is longer than "+strconv.Itoa(limit)+" bytes")
}

// NeedMoreParams says that a line says too little.
func (w *Writer) NeedMoreParams(verb string) {
	w.Numeric(irc.ERR_NEEDMOREPARAMS, verb, "Not enough parameters")
}

// ErroneousNick says why a nick cannot be one.
func (w *Writer) ErroneousNick(nick, why string) {
	w.Numeric(irc.ERR_ERRONEUSNICKNAME, render.OneWord(nick), why)
}

// NickInUse says that a nick is somebody else's.
func (w *Writer) NickInUse(nick string) {
	w.Numeric(irc.ERR_NICKNAMEINUSE, render.OneWord(nick), "Nickname is already in use")
}

// Sentence is a refusal in words alone, for those who are told in sentences.
func (w *Writer) Sentence(verb string, r *chat.Refusal) string {
	scratch := *w
	scratch.Bytes = nil
	scratch.Refusal(verb, r)
	line := strings.TrimRight(string(scratch.Bytes), "\r\n")
	if i := strings.Index(line[1:], " :"); i >= 0 {
		return upperFirst(line[i+len("  :"):])
	}
	return line
}
