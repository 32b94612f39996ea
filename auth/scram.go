package auth

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"strconv"
	"strings"
)

const (
	scramNonceBytes    = 18
	scramNonceBytesMax = 512 // of the client's
)

// scram is what an Exchange of SCRAM-SHA-256 remembers (RFC 5802 5).
type scram struct {
	nonce     string // the server's; from the first message on the client's and the server's
	gs2Header string // as the client sent it, with its last comma
	firstBare string // client-first-message-bare
	first     string // server-first-message
	verifier  SCRAMVerifier
	exists    int // 1 if verifier is somebody's
}

// scramFail ends with one of the words of RFC 5802 7, server-error-value.
func (x *Exchange) scramFail(err error, word string) Step {
	step := x.fail(err)
	step.Send = []byte("e=" + word)
	return step
}

// scramFirst takes client-first-message: n,,n=user,r=nonce.
func (x *Exchange) scramFirst(message []byte) Step {
	text := string(message)
	flag, rest, _ := strings.Cut(text, ",")
	actAs, bare, ok := strings.Cut(rest, ",")
	switch {
	case strings.HasPrefix(flag, "p="):
		return x.scramFail(ErrChannelBinding, "channel-binding-not-supported")
	case !ok || flag != "n" && flag != "y":
		return x.scramFail(ErrMessage, "other-error")
	case strings.HasPrefix(bare, "m="):
		return x.scramFail(ErrMessage, "extensions-not-supported")
	}
	fields := strings.Split(bare, ",")
	if len(fields) < 2 || !hasAttribute(fields[0], 'n') || !hasAttribute(fields[1], 'r') || !areAttributes(fields[2:]) {
		return x.scramFail(ErrMessage, "other-error")
	}
	name, ok := decodeName(fields[0][2:])
	if !ok {
		return x.scramFail(ErrMessage, "invalid-username-encoding")
	}
	if actAs != "" {
		switch actAs, ok = decodeName(strings.TrimPrefix(actAs, "a=")); {
		case !ok || !hasAttribute(rest, 'a'):
			return x.scramFail(ErrMessage, "invalid-encoding")
		case actAs != name:
			return x.scramFail(ErrIdentity, "other-error")
		}
	}
	if !isNonce(fields[1][2:]) {
		return x.scramFail(ErrMessage, "other-error")
	}
	x.scram.gs2Header, x.scram.firstBare = text[:len(text)-len(bare)], bare
	x.scram.nonce = fields[1][2:] + x.scram.nonce
	return x.ask(Step{Kind: StepVerifier, Name: name})
}

// scramChallenge sends server-first-message. A name that does not exist has a salt too,
// always the same, and keys that no password has.
func (x *Exchange) scramChallenge(v SCRAMVerifier, exists bool) Step {
	s := &x.scram
	s.verifier = x.sasl.nobody(x.name)
	if exists {
		s.verifier, s.exists = v, 1
	}
	s.first = "r=" + s.nonce + ",s=" + base64.StdEncoding.EncodeToString(s.verifier.Salt) + ",i=" + strconv.Itoa(s.verifier.Iterations)
	return x.challenge(s.first, (*Exchange).scramFinal)
}

func (s *SASL) nobody(name string) SCRAMVerifier {
	folded := []byte(s.fold(name))
	salt := s.key.sum("SCRAM salt", folded)
	stored, server := s.key.sum("SCRAM stored key", folded), s.key.sum("SCRAM server key", folded)
	return SCRAMVerifier{Salt: salt[:saltBytes], Iterations: s.iterations, StoredKey: stored[:], ServerKey: server[:]}
}

// scramFinal takes client-final-message: c=biws,r=nonce,p=proof.
func (x *Exchange) scramFinal(message []byte) Step {
	s := &x.scram
	text := string(message)
	at := strings.LastIndex(text, ",p=")
	if at < 0 {
		return x.scramFail(ErrMessage, "other-error")
	}
	bare, encoded := text[:at], text[at+len(",p="):]
	fields := strings.Split(bare, ",")
	if len(fields) < 2 || !hasAttribute(fields[0], 'c') || !areAttributes(fields[2:]) {
		return x.scramFail(ErrMessage, "other-error")
	}
	bound, err := base64.StdEncoding.DecodeString(fields[0][2:])
	if err != nil {
		return x.scramFail(ErrMessage, "invalid-encoding")
	}
	if !bytes.Equal(bound, []byte(s.gs2Header)) {
		return x.scramFail(ErrChannelBinding, "channel-bindings-dont-match")
	}
	if fields[1] != "r="+s.nonce {
		return x.scramFail(ErrMessage, "other-error")
	}
	proof, err := base64.StdEncoding.DecodeString(encoded)
	if err != nil || len(proof) != sha256.Size {
		return x.scramFail(ErrMessage, "invalid-encoding")
	}
	transcript := s.firstBare + "," + s.first + "," + bare // AuthMessage
	if s.verifier.proves(proof, transcript)&s.exists != 1 {
		return x.scramFail(ErrMismatch, "invalid-proof")
	}
	reply := "v=" + base64.StdEncoding.EncodeToString(hmacSHA256(s.verifier.ServerKey, transcript))
	return x.challenge(reply, (*Exchange).scramEnd)
}

// proves returns 1 if the proof is of the password (RFC 5802 3).
func (s SCRAMVerifier) proves(proof []byte, transcript string) int {
	clientKey := make([]byte, sha256.Size)
	subtle.XORBytes(clientKey, proof, hmacSHA256(s.StoredKey, transcript))
	stored := sha256.Sum256(clientKey)
	return subtle.ConstantTimeCompare(stored[:], s.StoredKey)
}

// scramEnd takes the client's empty answer, by which it has accepted our own proof.
func (x *Exchange) scramEnd(message []byte) Step {
	if len(message) != 0 {
		return x.fail(ErrMessage)
	}
	return x.done()
}

func hasAttribute(field string, letter byte) bool {
	return len(field) >= 2 && field[0] == letter && field[1] == '='
}

// areAttributes reports extensions that may be ignored (RFC 5802 5.1).
func areAttributes(fields []string) bool {
	for _, field := range fields {
		if len(field) < 2 || field[1] != '=' || !('a' <= field[0]|0x20 && field[0]|0x20 <= 'z') {
			return false
		}
	}
	return true
}

// decodeName reads saslname: =2C is a comma, =3D an equals sign.
func decodeName(text string) (string, bool) {
	if strings.Contains(strings.NewReplacer("=2C", "", "=3D", "").Replace(text), "=") {
		return "", false
	}
	name := strings.NewReplacer("=2C", ",", "=3D", "=").Replace(text)
	return name, validName(name)
}

// isNonce: printable ASCII without a comma, which the split took.
func isNonce(text string) bool {
	for _, c := range []byte(text) {
		if c <= ' ' || c > '~' {
			return false
		}
	}
	return text != "" && len(text) <= scramNonceBytesMax
}
