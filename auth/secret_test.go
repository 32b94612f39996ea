package auth_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"

	"madang/auth"
)

const plain = "hunter2-마당"

// holder hides its secrets from fmt's methods, as any struct with unexported fields does.
type holder struct {
	secret auth.Secret
	key    auth.Key
	Open   auth.Secret
}

func newKey(t testing.TB, fill byte) auth.Key {
	t.Helper()
	key, err := auth.NewKey(bytes.NewReader(bytes.Repeat([]byte{fill}, auth.KeyBytes)))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func TestSecretsNeverPrint(t *testing.T) {
	s, key := auth.NewSecret(plain), newKey(t, 0xA7)
	h := holder{secret: s, key: key, Open: s}
	var out strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%10.3s", "%T"} {
		for _, value := range []any{s, &s, key, &key, h, &h, []auth.Secret{s}, map[string]any{"k": s, "l": key}} {
			fmt.Fprintf(&out, verb+"\n", value)
		}
	}
	for _, handler := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		slog.New(handler).Error("m", "secret", s, "pointer", &s, "key", key, "holder", h, slog.Group("g", "secret", s))
	}
	encoded, err := json.Marshal(map[string]any{"secret": s, "key": key, "holder": h})
	if err != nil {
		t.Fatal(err)
	}
	out.Write(encoded)
	if err := toml.NewEncoder(&out).Encode(map[string]any{"secret": s}); err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(&out, s.String(), s.GoString(), key.String(), key.GoString())
	for _, leak := range []string{
		plain, "hunter2", fmt.Sprintf("%x", plain), fmt.Sprintf("%X", plain), strings.Trim(fmt.Sprint([]byte(plain)), "[]"),
		"a7a7", "A7A7", "167 167", "0xa7, 0xa7",
	} {
		if strings.Contains(out.String(), leak) {
			t.Errorf("%q shows in:\n%s", leak, out.String())
		}
	}
}

func TestSecretPrintsAsStars(t *testing.T) {
	for _, s := range []auth.Secret{auth.NewSecret(plain), {}} {
		text, err := json.Marshal(s)
		if got := fmt.Sprintf("%v %s %+v %#v %q", s, s, s, s, s); got != "*** *** *** *** ***" || string(text) != `"***"` || err != nil {
			t.Errorf("printed %s, JSON %s, %v", got, text, err)
		}
	}
}

func TestSecretIsRead(t *testing.T) {
	var fromJSON, fromTOML struct{ Password auth.Secret }
	if err := json.Unmarshal([]byte(`{"Password":"`+plain+`"}`), &fromJSON); err != nil || fromJSON.Password.Reveal() != plain {
		t.Errorf("JSON: %q, %v", fromJSON.Password.Reveal(), err)
	}
	if _, err := toml.Decode(`Password = "`+plain+`"`, &fromTOML); err != nil || fromTOML.Password.Reveal() != plain {
		t.Errorf("TOML: %q, %v", fromTOML.Password.Reveal(), err)
	}
	if err := json.Unmarshal([]byte(`{"Password":"***"}`), &fromJSON); !errors.Is(err, auth.ErrMasked) {
		t.Errorf("the mask was taken for a secret: %v", err)
	}
}

func TestSecretEqual(t *testing.T) {
	s := auth.NewSecret(plain)
	if !s.Equal(plain) || s.Equal(plain+"x") || s.Equal("") || s.IsZero() {
		t.Error("a secret equals exactly its text")
	}
	empty := auth.NewSecret("")
	if empty.Equal("") || !empty.IsZero() || empty.Reveal() != "" {
		t.Error("an empty secret must open nothing")
	}
}

func TestKeyRoundTrip(t *testing.T) {
	key := newKey(t, 0xA7)
	again, err := auth.ParseKey(key.Reveal())
	if err != nil || again.Reveal() != key.Reveal() || key.Reveal() != strings.Repeat("a7", auth.KeyBytes) {
		t.Errorf("%s, %v", again.Reveal(), err)
	}
	for _, text := range []string{"", "a7", strings.Repeat("0", 64), strings.Repeat("g", 64), strings.Repeat("a7", 33)} {
		if key, err := auth.ParseKey(text); !errors.Is(err, auth.ErrKey) || !key.IsZero() {
			t.Errorf("ParseKey(%q): %v", text, err)
		}
	}
	if _, err := auth.NewKey(strings.NewReader("short")); err == nil {
		t.Error("a key was drawn from too little randomness")
	}
}

func TestZeroKeyPanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a zero key made a code")
		}
	}()
	auth.Code(auth.Key{}, local, 1)
}
