package auth_test

import (
	"bytes"
	"encoding/base64"
	"errors"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"madang/auth"
)

func TestAssembler(t *testing.T) {
	full := strings.Repeat("QUJD", 100) // 400 characters, 300 bytes
	for _, tt := range []struct {
		chunks []string
		want   string
		err    error
	}{
		{[]string{"+"}, "", nil},
		{[]string{"AGEAYg=="}, "\x00a\x00b", nil},
		{[]string{full, "+"}, strings.Repeat("ABC", 100), nil},
		{[]string{full, "QQ=="}, strings.Repeat("ABC", 100) + "A", nil},
		{[]string{full, full, "QQ=="}, strings.Repeat("ABC", 200) + "A", nil},
		{slices.Repeat([]string{full}, 21), "", auth.ErrTooLong},
		{append(slices.Repeat([]string{full}, 20), full[:192]), strings.Repeat("ABC", 2048), nil},
		{append(slices.Repeat([]string{full}, 20), full[:196]), "", auth.ErrTooLong},
		{[]string{full + "A"}, "", auth.ErrTooLong},
		{[]string{"*"}, "", auth.ErrAborted},
		{[]string{full, "*"}, "", auth.ErrAborted},
		{[]string{""}, "", auth.ErrBase64},
		{[]string{full, ""}, "", auth.ErrBase64},
		{[]string{"QQ"}, "", auth.ErrBase64},
		{[]string{"QR=="}, "", auth.ErrBase64},
		{[]string{"QQ==QQ=="}, "", auth.ErrBase64},
		{[]string{"++"}, "", auth.ErrBase64},
		{[]string{"Q-_="}, "", auth.ErrBase64},
	} {
		var a auth.Assembler
		for i, chunk := range tt.chunks {
			message, done, err := a.Add([]byte(chunk))
			if last := i == len(tt.chunks)-1; !last && (done || err != nil) || last && (done == (err != nil) || !errors.Is(err, tt.err) || string(message) != tt.want) {
				t.Errorf("%d chunks, the last %.20q: %.20q, %v, %v", i+1, chunk, message, done, err)
			}
		}
		// Whatever happened, it starts anew.
		if message, done, err := a.Add([]byte("QQ==")); string(message) != "A" || !done || err != nil {
			t.Errorf("after %d chunks, the last %.20q: %.20q, %v, %v", len(tt.chunks), tt.chunks[len(tt.chunks)-1], message, done, err)
		}
	}
}

func TestAssemblerKeepsNothingOfTheCaller(t *testing.T) {
	var a auth.Assembler
	line := []byte(strings.Repeat("QUJD", 100))
	a.Add(line)
	clear(line)
	if message, done, err := a.Add([]byte("+")); string(message) != strings.Repeat("ABC", 100) || !done || err != nil {
		t.Errorf("%.20q, %v, %v", message, done, err)
	}
}

func TestChunksAreAssembled(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		message := rapid.SliceOfN(rapid.Byte(), 0, auth.MessageBytesMax/4*3).Draw(t, "message")
		var a auth.Assembler
		chunks := auth.Chunks(message)
		for i, chunk := range chunks {
			got, done, err := a.Add([]byte(chunk))
			if err != nil || done != (i == len(chunks)-1) || done && !bytes.Equal(got, message) {
				t.Fatalf("chunk %d of %d, %d characters: %v, %v", i+1, len(chunks), len(chunk), done, err)
			}
		}
	})
}

func FuzzAssembler(f *testing.F) {
	f.Add([]byte("AGEAYg=="), []byte("+"))
	f.Add(bytes.Repeat([]byte("QUJD"), 100), []byte("QQ=="))
	f.Fuzz(func(t *testing.T, one, two []byte) {
		var a auth.Assembler
		var text []byte
		for _, chunk := range [][]byte{one, two} {
			message, done, err := a.Add(chunk)
			if err != nil {
				return
			}
			if string(chunk) != "+" {
				text = append(text, chunk...)
			}
			// A decoder skips line breaks, which no line of IRC has.
			plainText := strings.NewReplacer("\r", "", "\n", "").Replace(string(text))
			if done && base64.StdEncoding.EncodeToString(message) != plainText {
				t.Fatalf("%q became %q", text, message)
			}
			if done {
				text = nil
			}
		}
	})
}
