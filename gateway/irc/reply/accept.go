package reply

import (
	"slices"

	"madang/gateway/irc/render"
	"madang/wire/irc"
)

// acceptedPerLine bounds the nicks in one line of the list.
const acceptedPerLine = 10

// AcceptList lists those who may write to the client whatever his mode R says, and are
// here.
func (w *Writer) AcceptList() {
	var nicks []string
	for _, id := range w.User.Trusts() {
		if u := w.State.UserByID(id); u != nil {
			nicks = append(nicks, u.Nick())
		}
	}
	slices.Sort(nicks)
	for line := range slices.Chunk(nicks, acceptedPerLine) {
		w.NumericWords(irc.RPL_ACCEPTLIST, line...)
	}
	w.Numeric(irc.RPL_ENDOFACCEPT, "End of /ACCEPT list")
}

// AcceptedAlready says that nothing changed: a nick is on the list, or it is not.
func (w *Writer) AcceptedAlready(nick string, remove bool) {
	if remove {
		w.Numeric(irc.ERR_ACCEPTNOT, render.OneWord(nick), "is not on your accept list")
		return
	}
	w.Numeric(irc.ERR_ACCEPTEXIST, render.OneWord(nick), "is already on your accept list")
}
