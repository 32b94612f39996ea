package reply

import (
	"madang/chat"
	"madang/gateway/irc/render"
	"madang/wire/irc"
)

// UserModes answers a MODE of a user: what he has, if that is the question, and what
// changed; unknown says that there was a letter that is no mode.
func (w *Writer) UserModes(nick string, question, unknown bool, changed []chat.Placed) {
	if !w.State.UserByNick(nick).Is(w.User) {
		w.NotOwn(nick)
		return
	}
	if question {
		w.NumericWords(irc.RPL_UMODEIS, "+"+render.UserLetters(w.User))
	}
	if unknown {
		w.Numeric(irc.ERR_UMODEUNKNOWNFLAG, "Unknown MODE flag")
	}
	w.Events(changed)
}

// ModesNow tells the client which modes he has, if any.
func (w *Writer) ModesNow() {
	if letters := render.UserLetters(w.User); letters != "" {
		w.NumericWords(irc.RPL_UMODEIS, "+"+letters)
	}
}

// NotOwn refuses a MODE of somebody else.
func (w *Writer) NotOwn(nick string) {
	if w.State.UserByNick(nick) == nil {
		w.NoSuchNick(nick)
		return
	}
	w.Numeric(irc.ERR_USERSDONTMATCH, "Can't change or view modes for other users")
}
