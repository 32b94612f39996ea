package auth

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// The mechanisms.
const (
	MechanismPlain    = "PLAIN"         // RFC 4616
	MechanismExternal = "EXTERNAL"      // RFC 4422, appendix A
	MechanismSCRAM    = "SCRAM-SHA-256" // RFC 7677
)

// SASLNameBytesMax bounds the names in messages (RFC 4616 2).
const SASLNameBytesMax = 255

// The reasons of a failed Exchange, besides ErrMismatch and ErrTooLong.
var (
	// ErrMechanism: there is no such mechanism (numeric 908).
	ErrMechanism = errors.New("no such sign-in mechanism")
	// ErrNoCertificate: EXTERNAL without a client certificate.
	ErrNoCertificate = errors.New("signing in by certificate needs a connection with one")
	// ErrMessage: not a message of the mechanism.
	ErrMessage = errors.New("the sign-in message is malformed")
	// ErrIdentity: a name to act as that is not the name that signs in.
	ErrIdentity = errors.New("signing in as one account to act as another is not possible")
	// ErrChannelBinding: the client insists on binding to the TLS channel.
	ErrChannelBinding = errors.New("channel binding is not supported")
	// ErrSequence: a message or an answer that nobody waits for.
	ErrSequence = errors.New("the sign-in is out of sequence")
)

// SASL starts exchanges. It is safe for concurrent use if its parts are.
type SASL struct {
	// Fixed after construction.
	random     io.Reader
	key        Key
	iterations int
	fold       func(name string) string
}

// NewSASL draws nonces from random, and makes with key the salts of names that do not
// exist. params are those of the Hasher that makes the verifiers; fold gives all
// spellings of one account's name the same text, as the lookup of accounts does. Unless
// both agree, existing names can be told from others.
func NewSASL(random io.Reader, key Key, params Params, fold func(name string) string) *SASL {
	return &SASL{random: random, key: key, iterations: params.iterations(), fold: fold}
}

// Mechanisms are the names that Start knows, the best first. Offer MechanismExternal to
// those who showed a certificate.
func Mechanisms() []string {
	return []string{MechanismExternal, MechanismSCRAM, MechanismPlain}
}

// Start begins an exchange of the mechanism, whose case does not matter; the client
// speaks first. fingerprint is that of the client's certificate, or empty. Errors are
// ErrMechanism, ErrNoCertificate and those of random.
func (s *SASL) Start(mechanism, fingerprint string) (*Exchange, error) {
	x := &Exchange{sasl: s, fingerprint: fingerprint}
	switch strings.ToUpper(mechanism) {
	case MechanismPlain:
		x.next = (*Exchange).plain
	case MechanismExternal:
		if fingerprint == "" {
			return nil, ErrNoCertificate
		}
		x.next = (*Exchange).external
	case MechanismSCRAM:
		nonce := make([]byte, scramNonceBytes)
		if _, err := io.ReadFull(s.random, nonce); err != nil {
			return nil, fmt.Errorf("draw a nonce: %w", err)
		}
		x.scram.nonce = base64.StdEncoding.EncodeToString(nonce)
		x.next = (*Exchange).scramFirst
	default:
		return nil, ErrMechanism
	}
	return x, nil
}

// An Exchange is one try at signing in, seen from the server: a machine that is fed the
// client's messages and says what to do next. It does no I/O, never blocks and works at
// most some HMACs at a time. One owner uses it; drop it when it ends or is aborted.
type Exchange struct {
	// Fixed after construction.
	sasl        *SASL
	fingerprint string

	next  func(x *Exchange, message []byte) Step // nil unless the client's message is awaited
	waits StepKind                               // the question that awaits its answer, or StepFailed
	name  string
	scram scram
}

// A StepKind says what an Exchange wants.
type StepKind uint8

// The steps.
const (
	// StepFailed: it is over; Err says why. Tell the client no more than that it
	// failed. ErrMismatch from Feed is a wrong guess, to be told to the Throttle; from
	// Settle, whoever checked has told it. Send is SCRAM's last word (e=…) for
	// protocols whose failure can carry it, which IRC's cannot.
	StepFailed StepKind = iota
	// StepChallenge: send Send, feed the client's answer.
	StepChallenge
	// StepVerifier: look the account Name up and Provide its verifier.
	StepVerifier
	// StepPassword: check Password for the account Name, and Settle.
	StepPassword
	// StepCertificate: find the account of Fingerprint, and Settle.
	StepCertificate
	// StepDone: Name is signed in.
	StepDone
)

// A Step is what to do next. The zero Step is a failure.
type Step struct {
	Kind     StepKind
	Send     []byte // StepChallenge, may be empty; StepFailed
	Name     string // as the client spelled it, or as Settle was told
	Password Secret // StepPassword; neither normalised nor bounded, not empty
	// Fingerprint is the certificate's. The account that has it is signed in if Name is
	// empty or names that account (StepCertificate).
	Fingerprint string
	Err         error // StepFailed
}

// Feed takes the client's next message, decoded. A message that nobody waits for ends
// the exchange. SCRAM's guess is checked here: ask the Throttle before.
func (x *Exchange) Feed(message []byte) Step {
	next := x.next
	x.next = nil
	switch {
	case next == nil:
		return x.fail(ErrSequence)
	case len(message) > MessageBytesMax:
		return x.fail(ErrTooLong)
	}
	return next(x, message)
}

// Settle answers StepPassword and StepCertificate: name, in the server's spelling, is
// signed in, or not ok.
func (x *Exchange) Settle(name string, ok bool) Step {
	switch {
	case x.waits != StepPassword && x.waits != StepCertificate:
		return x.fail(ErrSequence)
	case !ok:
		return x.fail(ErrMismatch)
	}
	x.name = name
	return x.done()
}

// Provide answers StepVerifier. Not known is an unknown name, an account without a
// password, and one that may not sign in by a password alone: to the client all three
// are a wrong password.
func (x *Exchange) Provide(v Verifier, known bool) Step {
	if x.waits != StepVerifier {
		return x.fail(ErrSequence)
	}
	x.waits = StepFailed
	return x.scramChallenge(v.SCRAM, known && v.SCRAM.valid())
}

func (x *Exchange) ask(step Step) Step {
	x.waits, x.name = step.Kind, step.Name
	return step
}

func (x *Exchange) challenge(text string, next func(*Exchange, []byte) Step) Step {
	x.next = next
	return Step{Kind: StepChallenge, Send: []byte(text)}
}

func (x *Exchange) done() Step {
	x.next, x.waits = nil, StepFailed
	return Step{Kind: StepDone, Name: x.name}
}

func (x *Exchange) fail(err error) Step {
	x.next, x.waits = nil, StepFailed
	return Step{Kind: StepFailed, Err: err}
}

// plain takes [authzid] NUL authcid NUL passwd (RFC 4616 2).
func (x *Exchange) plain(message []byte) Step {
	fields := bytes.Split(message, []byte{0})
	if len(fields) != 3 || !validName(string(fields[1])) || len(fields[2]) == 0 {
		return x.fail(ErrMessage)
	}
	name := string(fields[1])
	if actAs := string(fields[0]); actAs != "" && actAs != name {
		return x.fail(ErrIdentity)
	}
	return x.ask(Step{Kind: StepPassword, Name: name, Password: NewSecret(string(fields[2]))})
}

// external takes the name to act as, or nothing (RFC 4422 A.1).
func (x *Exchange) external(message []byte) Step {
	name := string(message)
	if name != "" && !validName(name) {
		return x.fail(ErrMessage)
	}
	return x.ask(Step{Kind: StepCertificate, Name: name, Fingerprint: x.fingerprint})
}

func validName(name string) bool {
	return name != "" && len(name) <= SASLNameBytesMax && utf8.ValidString(name) && !strings.Contains(name, "\x00")
}
