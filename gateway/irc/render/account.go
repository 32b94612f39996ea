package render

import (
	"madang/chat"
	"madang/engine"
	"madang/wire/irc"
)

// renderAccount appends what happens to accounts and their sessions, as others see it.
func (r *Renderer) renderAccount(dst []byte, p *chat.Placed, f engine.Form) []byte {
	account := f&engine.Form(CapAccountNotify) != 0
	switch e := p.Event.(type) {
	case *chat.AccountMade:
		if e.Became && account {
			return r.AppendAccount(dst, f, &e.Source, e.Account.Name)
		}
	case *chat.AccountDeleted:
		if account && e.User.User != 0 {
			return r.AppendAccount(dst, f, &e.User, "")
		}
	case *chat.SignedIn:
		return r.appendSignedIn(dst, f, e)
	}
	return dst
}

// AppendAccount appends the ACCOUNT of account-notify in UTF-8; no account says that
// somebody has none any more.
func (r *Renderer) AppendAccount(dst []byte, f engine.Form, s *chat.Source, account string) []byte {
	return irc.Append(appendNamed(dst, f, s), r.Source(s), "ACCOUNT", OrStar(account))
}

// appendSignedIn appends that a guest entered an account: he goes on under its name, or,
// where its user is here already, is nobody of his own any more.
func (r *Renderer) appendSignedIn(dst []byte, f engine.Form, e *chat.SignedIn) []byte {
	start := len(dst)
	if e.Present {
		dst = r.appendHead(dst, f, e.Time, &e.Source, "QUIT")
		return appendTrailing(dst, start, SignedInReason(e))
	}
	if f&engine.Form(CapAccountNotify) == 0 {
		return dst
	}
	return r.AppendAccount(dst, f, &e.Source, e.To.Account)
}

// SignedInReason is what others read of the end of a guest who entered an account whose
// user is here.
func SignedInReason(*chat.SignedIn) string { return "Signed in" }
