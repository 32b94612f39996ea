package reply

import (
	"strings"

	"madang/chat"
	"madang/gateway"
	"madang/gateway/irc/render"
	"madang/wire/irc"
)

// What a client is told of accounts.

// LoggedIn tells which account the client is signed in to (IRCv3 sasl-3.1).
func (w *Writer) LoggedIn(account string) {
	mask := "*"
	if w.User != nil {
		src := w.User.Source()
		mask = render.SourceText(&src)
	}
	w.Numeric(irc.RPL_LOGGEDIN, mask, account, "You are now logged in as "+account)
}

// LoggedOut tells that the client is signed in to no account any more.
func (w *Writer) LoggedOut() {
	src := w.User.Source()
	w.Numeric(irc.RPL_LOGGEDOUT, render.SourceText(&src), "You are now logged out")
}

// Authenticate writes a message of SASL, or a part of one, in base64.
func (w *Writer) Authenticate(chunk string) {
	w.Bytes = irc.Append(w.Bytes, "", "AUTHENTICATE", chunk)
}

// BecameAccount tells a client that it is signed in to the account that it made.
func (w *Writer) BecameAccount(r *gateway.Registered) {
	if r.Confirm || r.Account == "" {
		return
	}
	w.LoggedIn(r.Account)
	if w.User == nil || w.User.Account() == "" {
		return
	}
	if w.Has(render.CapAccountNotify) {
		src := w.User.Source()
		w.Bytes = w.House.Renderer.AppendAccount(w.Bytes, w.Caps.Form(false), &src, r.Account)
	}
	w.ModesNow()
}

// Registered tells that there is an account (IRCv3 draft/account-registration).
func (w *Writer) Registered(r *gateway.Registered) {
	if r.Confirm {
		w.Line(w.House.Name, "REGISTER", "VERIFICATION_REQUIRED", r.Account, "Account created, pending verification; the code is in your mail")
		return
	}
	w.Line(w.House.Name, "REGISTER", "SUCCESS", r.Account, "Account successfully registered")
}

// NotRegistered tells why there is no account (IRCv3 draft/account-registration, "Errors").
func (w *Writer) NotRegistered(name string, r *chat.Refusal) {
	name = render.OneWord(name)
	switch {
	case r.Code == chat.AccountTaken || r.Code == chat.NickReserved:
		w.Fail("REGISTER", "ACCOUNT_EXISTS", name, "The name is taken, or looks like one that is")
	case r.Code == chat.AccountInvalid:
		w.Fail("REGISTER", "BAD_ACCOUNT_NAME", name, "The name cannot be an account's: "+r.Text)
	case r.Code == chat.AlreadySignedIn:
		w.Fail("REGISTER", "ALREADY_AUTHENTICATED", name, "You are signed in already")
	case r.Code == chat.BadValue && strings.Contains(r.Text, "mail"):
		w.Fail("REGISTER", "INVALID_EMAIL", name, upperFirst(r.Text))
	case r.Code == chat.BadValue:
		w.Fail("REGISTER", "UNACCEPTABLE_PASSWORD", name, upperFirst(r.Text))
	case r.Code == chat.TooManyGuesses || r.Code == chat.NotStored || r.Code == chat.NotConfirmed:
		w.Fail("REGISTER", "TEMPORARILY_UNAVAILABLE", name, "Try again later")
	default:
		w.Refusal("REGISTER", r)
	}
}

// NotVerified tells why a code confirms nothing.
func (w *Writer) NotVerified(account string, r *chat.Refusal) {
	if r.Code == chat.WrongCode {
		w.Fail("VERIFY", "INVALID_CODE", render.OneWord(account), "The code is wrong, was used, or is too old")
		return
	}
	w.Refusal("VERIFY", r)
}

// Persistence tells what is set and what is so, which is the same here.
func (w *Writer) Persistence() {
	setting := "OFF"
	if w.User.Lasting() {
		setting = "ON"
	}
	w.Bytes = irc.Append(w.Bytes, w.House.Name, "PERSISTENCE", "STATUS", setting, setting)
}

// upperFirst begins a sentence.
func upperFirst(text string) string {
	if text == "" {
		return text
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
