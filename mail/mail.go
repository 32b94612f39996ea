// Package mail sends the one kind of mail that the server writes: the code that
// confirms an address. It promises that a message went to the mail server in one piece
// or an error says why not, that a password is not sent in clear to another machine,
// and that no text of a person can add a header or a recipient. It refuses to know who
// registers, and keeps no queue: whoever gets no mail asks again.
package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/mail"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"madang/auth"
)

// Encryption is how the way to the mail server is encrypted.
type Encryption uint8

// The ways.
const (
	StartTLS Encryption = iota // after the greeting (RFC 3207), or not at all: the mail is not sent
	Implicit                   // from the beginning (RFC 8314 3.3)
	Clear                      // not
)

// Settings are what a Sender is made of.
type Settings struct {
	Host       string // name or address
	Port       int
	Encryption Encryption
	From       string      // RFC 5322 address, with a name or without
	User       string      // empty: it does not sign in
	Password   auth.Secret // of User
	Server     string      // this server's name, for the greeting
	Network    string      // the community's name, for people
	// Roots vouch for the mail server; nil: those of the system.
	Roots *x509.CertPool
}

// sendWithin bounds the whole of one mail, the connection included.
const sendWithin = 30 * time.Second

// Sender sends codes. It is safe for concurrent use; every mail is a connection of its
// own, since there are few.
type Sender struct{ settings Settings }

// New makes a sender. It connects to nothing yet.
func New(s Settings) (*Sender, error) {
	if _, err := mail.ParseAddress(s.From); err != nil {
		return nil, fmt.Errorf("the sender of mail: %w", err)
	}
	sender := &Sender{s}
	if _, err := sender.client(sender.dial); err != nil {
		return nil, err
	}
	return sender, nil
}

// dial calls the mail server.
func (s *Sender) dial(ctx context.Context, network, address string) (net.Conn, error) {
	return (&net.Dialer{}).DialContext(ctx, network, address)
}

// client speaks over what dial gives, which it may leave open when it fails.
func (s *Sender) client(dial gomail.DialContextFunc) (*gomail.Client, error) {
	secure := &tls.Config{ServerName: s.settings.Host, MinVersion: tls.VersionTLS12, RootCAs: s.settings.Roots}
	if s.settings.Encryption == Implicit {
		clear := dial
		dial = func(ctx context.Context, network, address string) (net.Conn, error) {
			c, err := clear(ctx, network, address)
			if err != nil {
				return nil, err
			}
			return tls.Client(c, secure), nil
		}
	}
	options := []gomail.Option{
		gomail.WithPort(s.settings.Port), gomail.WithTimeout(sendWithin), gomail.WithHELO(s.settings.Server),
		gomail.WithTLSConfig(secure), gomail.WithDialContextFunc(dial),
	}
	switch s.settings.Encryption {
	case Implicit:
		options = append(options, gomail.WithSSL())
	case Clear:
		options = append(options, gomail.WithTLSPolicy(gomail.NoTLS))
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if s.settings.User != "" {
		options = append(options,
			// The last two refuse to work in clear, but to this machine.
			gomail.WithOpportunisticSMTPAuth(gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin),
			gomail.WithUsername(s.settings.User), gomail.WithPassword(s.settings.Password.Reveal()))
	}
	c, err := gomail.NewClient(s.settings.Host, options...)
	if err != nil {
		return nil, fmt.Errorf("the mail server %s: %w", s.settings.Host, err)
	}
	return c, nil
}

// SendCode sends an account's owner the code that confirms his address. It blocks for
// half a minute at most.
func (s *Sender) SendCode(ctx context.Context, address, account, code string) error {
	m, err := s.message(address, account, code)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, sendWithin)
	defer cancel()
	// The connection ends with this call, whatever the client does with it.
	c, err := s.client(func(dialing context.Context, network, address string) (net.Conn, error) {
		conn, err := s.dial(dialing, network, address)
		if err == nil {
			context.AfterFunc(ctx, func() { conn.Close() })
		}
		return conn, err
	})
	if err != nil {
		return err
	}
	// A farewell that fails is no failure: the letter was taken.
	if err := c.DialAndSendWithContext(ctx, m); err != nil && !m.IsDelivered() {
		return fmt.Errorf("send mail by %s: %w", s.settings.Host, err)
	}
	return nil
}

func (s *Sender) message(address, account, code string) (*gomail.Msg, error) {
	// One address and nothing else: no names, no lists.
	parsed, err := mail.ParseAddress(address)
	if err != nil || parsed.Address != address {
		return nil, fmt.Errorf("%q is no mail address", address)
	}
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	if err := m.From(s.settings.From); err != nil {
		return nil, fmt.Errorf("the sender of mail: %w", err)
	}
	if err := m.To(address); err != nil {
		return nil, fmt.Errorf("the recipient of mail: %w", err)
	}
	m.Subject(s.settings.Network + ": the code for " + account)
	m.SetDate()
	m.SetMessageID()
	// RFC 3834 5: nobody is to answer this by a program.
	m.SetGenHeader("Auto-Submitted", "auto-generated")
	m.SetBodyString(gomail.TypeTextPlain, strings.NewReplacer(
		"{network}", s.settings.Network, "{server}", s.settings.Server, "{account}", account, "{code}", code,
	).Replace(letter))
	return m, nil
}

// letter is what people read; the words in braces are replaced.
const letter = `Hello {account},

somebody, probably you, gave this address for the account {account}
at {network} ({server}). This code confirms it within a day:

    {code}

In an IRC program, type:

    /msg NickServ VERIFY {account} {code}

At the plain text gateway (nc, telnet), type:

    /verify {account} {code}

If it was not you, do nothing: without the code the account goes away.
`
