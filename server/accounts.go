package server

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"madang/auth"
	"madang/chat"
	"madang/chat/names"
	"madang/config"
	"madang/engine"
	"madang/gateway"
	"madang/gateway/admin"
	"madang/mail"
)

// How the settings of accounts reach the parts, and how the first operator comes to be.

func registration(r config.Registration) chat.Registration {
	switch r {
	case config.Invitation:
		return chat.ByInvitation
	case config.ByOperators:
		return chat.ByOperators
	}
	return chat.OpenToAll
}

// reserved are the likenesses of names that nobody may take.
func reserved(c *config.Config) []string {
	var list []string
	for _, name := range c.ReservedNames() {
		list = append(list, names.Likeness(name))
	}
	return list
}

// setMail has the addresses of new accounts confirmed, if there is a mail server.
func (s *Server) setMail(c *config.Config) error {
	if c.Mail.Host == "" {
		s.accounts.SetMail(nil)
		return nil
	}
	sender, err := mail.New(mail.Settings{
		Host: c.Mail.Host, Port: c.Mail.Port, Encryption: encryption(c.Mail.TLS), From: c.Mail.From,
		User: c.Mail.User, Password: c.Mail.Password, Server: c.Server.Name, Network: c.Server.Network,
	})
	if err != nil {
		return err
	}
	s.accounts.SetMail(sender.SendCode)
	return nil
}

func encryption(t config.MailTLS) mail.Encryption {
	switch t {
	case config.ImplicitTLS:
		return mail.Implicit
	case config.NoTLS:
		return mail.Clear
	}
	return mail.StartTLS
}

// verifier is what is kept of a password that an operator gives.
func (s *Server) verifier(ctx context.Context, password string) (string, error) {
	v, err := s.hasher.NewVerifier(ctx, password)
	if err != nil {
		return "", err
	}
	return v.Reveal(), nil
}

// claimFor is how long the code of the first operator is good.
const claimFor = 30 * time.Minute

// firstClaim is the code that serve prints, unless somebody is an operator already.
func (s *Server) firstClaim(ctx context.Context) (string, error) {
	if len(s.settings.Operators) > 0 {
		return "", nil
	}
	claim, err := s.newClaim(ctx)
	if refused := (*admin.Refused)(nil); errors.As(err, &refused) {
		return "", nil
	}
	return claim.Code, err
}

// newClaim makes the code of the first operator anew; the one before is good no more.
func (s *Server) newClaim(ctx context.Context) (admin.Claim, error) {
	operator := ""
	err := s.engine.Call(ctx, func(l engine.Loop) {
		for a := range l.State().Accounts() {
			if a.Record().Powers != chat.NoPermission {
				operator = a.Name()
			}
		}
	})
	switch {
	case err != nil:
		return admin.Claim{}, fmt.Errorf("look for operators: %w", err)
	case operator != "":
		return admin.Claim{}, &admin.Refused{Code: "has-operator", Text: operator +
			" is an operator already: such a code makes the first one only. madang account powers NAME admin makes others."}
	}
	code, err := auth.NewTypedCode(rand.Reader)
	if err != nil {
		return admin.Claim{}, err
	}
	until := time.Now().Add(claimFor)
	s.accounts.SetClaim(gateway.Claim{Digest: gateway.DigestOf(code), Until: until})
	return admin.Claim{Code: code, Until: until.UTC().Truncate(time.Second)}, nil
}
