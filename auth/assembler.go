package auth

import (
	"encoding/base64"
	"errors"
)

// Bounds of SASL in IRC (IRCv3 sasl-3.1, "The AUTHENTICATE Command").
const (
	ChunkBytesMax   = 400      // a shorter chunk is the last
	MessageBytesMax = 8 * 1024 // of base64, all chunks together
)

// The errors of an Assembler.
var (
	// ErrTooLong: a chunk or a message is over its bound (numeric 905).
	ErrTooLong = errors.New("the sign-in message is too long")
	// ErrAborted: the client gave up (numeric 906).
	ErrAborted = errors.New("the sign-in was aborted")
	// ErrBase64: the chunks are not base64 (RFC 4648 4) with padding.
	ErrBase64 = errors.New("the sign-in message is not base64")
)

// An Assembler puts the parameters of AUTHENTICATE lines together. The zero Assembler is
// empty and holds no memory.
type Assembler struct {
	text []byte // at most MessageBytesMax
}

// Add takes the next chunk, which it does not keep. Once a message is complete it is
// returned with done, and the Assembler is empty again; after an error it is too. An
// empty message is "+", and so is the end of one whose last chunk was full.
func (a *Assembler) Add(chunk []byte) (message []byte, done bool, err error) {
	switch {
	case string(chunk) == "*":
		a.text = nil
		return nil, false, ErrAborted
	case len(chunk) > ChunkBytesMax || len(a.text)+len(chunk) > MessageBytesMax:
		a.text = nil
		return nil, false, ErrTooLong
	case string(chunk) != "+":
		a.text = append(a.text, chunk...)
	}
	if len(chunk) == ChunkBytesMax {
		return nil, false, nil
	}
	text := a.text
	a.text = nil
	message, err = base64.StdEncoding.Strict().DecodeString(string(text))
	if err != nil || len(chunk) == 0 {
		return nil, false, ErrBase64
	}
	return message, true, nil
}

// Chunks is what Add undoes: the parameters that carry message, at least one.
func Chunks(message []byte) []string {
	text := base64.StdEncoding.EncodeToString(message)
	var chunks []string
	for len(text) >= ChunkBytesMax {
		chunks = append(chunks, text[:ChunkBytesMax])
		text = text[ChunkBytesMax:]
	}
	if text == "" {
		text = "+"
	}
	return append(chunks, text)
}
