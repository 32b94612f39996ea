package auth_test

import (
	"bytes"
	"net/netip"
	"regexp"
	"strings"
	"testing"

	"madang/auth"
)

var local = netip.MustParseAddrPort("192.0.2.7:4000")

func TestCodeLivesOneToTwoMinutes(t *testing.T) {
	key := newKey(t, 1)
	const minute = 29_400_000
	code := auth.Code(key, local, minute)
	if code != "HYFMK8" { // computed by another HMAC implementation
		t.Errorf("code %q", code)
	}
	for offset, want := range map[int64]bool{-1: false, 0: true, 1: true, 2: false, 60: false} {
		if got := auth.CheckCode(key, local, minute+offset, code); got != want {
			t.Errorf("%d minutes later: %v, want %v", offset, got, want)
		}
	}
	if !auth.CheckCode(key, local, minute, strings.ToLower(code)) {
		t.Error("lower case is refused")
	}
	for _, wrong := range []string{"", code[:5], code + "A", code[1:] + code[:1], "000000", strings.Repeat("ſ", 3)} {
		if auth.CheckCode(key, local, minute, wrong) {
			t.Errorf("%q was accepted for %q", wrong, code)
		}
	}
}

func TestCodeBelongsToOneAddressAndKey(t *testing.T) {
	key := newKey(t, 1)
	code := auth.Code(key, local, 7)
	for _, other := range []string{"192.0.2.7:4001", "192.0.2.8:4000", "[2001:db8::1]:4000"} {
		if auth.CheckCode(key, netip.MustParseAddrPort(other), 7, code) {
			t.Errorf("the code of %s lets %s in", local, other)
		}
	}
	if auth.CheckCode(newKey(t, 2), local, 7, code) {
		t.Error("the code of one key opens another")
	}
	if !auth.CheckCode(key, netip.MustParseAddrPort("[::ffff:192.0.2.7]:4000"), 7, code) {
		t.Error("IPv4 on a dual-stack socket is another address")
	}
}

func TestCodeAlphabet(t *testing.T) {
	key, shape := newKey(t, 1), regexp.MustCompile(`^[A-HJ-NP-Z2-9]{6}$`)
	used := map[rune]bool{}
	for minute := range int64(500) {
		code := auth.Code(key, local, minute-250)
		if !shape.MatchString(code) {
			t.Fatalf("code %q", code)
		}
		for _, r := range code {
			used[r] = true
		}
	}
	if len(used) != 32 {
		t.Errorf("%d characters are used, want 32", len(used))
	}
}

func TestToken(t *testing.T) {
	random := bytes.NewReader(append(bytes.Repeat([]byte{0xFB}, 24), bytes.Repeat([]byte{1}, 24)...))
	one, digestOne, err := auth.NewToken(random)
	if err != nil || len(one) != auth.TokenChars || one != strings.Repeat("-_v7", 8) {
		t.Fatalf("token %q, %v", one, err)
	}
	two, digestTwo, err := auth.NewToken(random)
	if err != nil || one == two || digestOne == digestTwo {
		t.Fatalf("tokens %q and %q, %v", one, two, err)
	}
	if !auth.CheckToken(one, digestOne) || auth.CheckToken(one, digestTwo) || auth.CheckToken("", digestOne) || auth.CheckToken(one+"A", digestOne) {
		t.Error("a digest belongs to exactly one token")
	}
	if token, _, err := auth.NewToken(random); err == nil || token != "" {
		t.Errorf("a token from no randomness: %q, %v", token, err)
	}
}
