package auth_test

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"madang/auth"
)

func TestAppPassword(t *testing.T) {
	shape := regexp.MustCompile(`^madang_[a-z2-7]{8}_[a-z2-7]{39}$`)
	password, id, err := auth.NewAppPassword(bytes.NewReader([]byte("\x00\x01\x02\x03\x04key key key key key!")))
	text := password.Reveal()
	if err != nil || id != "aaaqeaye" || !shape.MatchString(text) || len(text) != auth.AppPasswordChars {
		t.Fatalf("%s, %s, %v", text, id, err)
	}
	if got, ok := auth.ParseAppPassword(text); got != id || !ok {
		t.Errorf("%s: %s, %v", text, got, ok)
	}
	if digest := auth.TokenDigest(text); !auth.CheckToken(text, digest) || auth.CheckToken(text[1:], digest) {
		t.Error("the digest belongs to the whole text")
	}
	// One slip anywhere is found.
	for i := range text {
		for _, c := range []byte("a7_B1\x00") {
			slip := []byte(text)
			slip[i] = c
			if got, ok := auth.ParseAppPassword(string(slip)); ok && string(slip) != text || !ok && got != "" {
				t.Errorf("%s is taken for %s", slip, text)
			}
		}
	}
	for _, other := range []string{"", "password", "madang_", text + "a", text[1:], strings.ToUpper(text)} {
		if _, ok := auth.ParseAppPassword(other); ok {
			t.Errorf("%q is no app password", other)
		}
	}
	if password, id, err := auth.NewAppPassword(strings.NewReader("short")); err == nil || !password.IsZero() || id != "" {
		t.Errorf("an app password from no randomness: %v", err)
	}
}

func FuzzParseAppPassword(f *testing.F) {
	password, _, err := auth.NewAppPassword(zeros{})
	if err != nil {
		f.Fatal(err)
	}
	f.Add(password.Reveal())
	f.Fuzz(func(t *testing.T, text string) {
		id, ok := auth.ParseAppPassword(text)
		if ok && (len(id) != auth.AppIDChars || !strings.HasPrefix(text, "madang_"+id+"_")) {
			t.Fatalf("%q: %q", text, id)
		}
	})
}
