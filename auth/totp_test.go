package auth_test

import (
	"bytes"
	"encoding/base32"
	"fmt"
	"net/url"
	"testing"
	"time"

	"madang/auth"
)

var vectorTOTP = auth.NewSecret(base32.StdEncoding.EncodeToString([]byte("12345678901234567890")))

// RFC 6238, appendix B, SHA-1; the last six of its eight digits.
func TestTOTPVectors(t *testing.T) {
	for second, code := range map[int64]string{
		59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130",
	} {
		now := time.Unix(second, 0)
		if step, ok := auth.CheckTOTP(vectorTOTP, now, 0, code); !ok || step != second/30 {
			t.Errorf("%d: %q is of step %d, %v", second, code, step, ok)
		}
		for offset, want := range map[time.Duration]bool{
			-60 * time.Second: false, -30 * time.Second: true, 30 * time.Second: true, 60 * time.Second: false,
		} {
			if now.Add(offset).Unix() < 0 {
				continue // steps count from 1970
			}
			if step, ok := auth.CheckTOTP(vectorTOTP, now.Add(offset), 0, code); ok != want || ok && step != second/30 {
				t.Errorf("%q at %d%+v: %v, step %d", code, second, offset, ok, step)
			}
		}
	}
}

func TestTOTPWorksOnce(t *testing.T) {
	now := time.Unix(1111111109, 0)
	const code = "081804"
	step, ok := auth.CheckTOTP(vectorTOTP, now, 0, code)
	if !ok {
		t.Fatal("the code was refused")
	}
	for last, want := range map[int64]bool{step: false, step + 1: false, step - 1: true} {
		if _, ok := auth.CheckTOTP(vectorTOTP, now.Add(10*time.Second), last, code); ok != want {
			t.Errorf("after step %+d: %v, want %v", last-step, ok, want)
		}
	}
	// The next code still works, although its step has not come.
	if next, ok := auth.CheckTOTP(vectorTOTP, now, step, "050471"); !ok || next != step+1 {
		t.Errorf("the next code: step %d, %v", next, ok)
	}
}

func TestTOTPRefuses(t *testing.T) {
	now := time.Unix(59, 0)
	for _, code := range []string{"", "28708", "2870820", "94287082", " 28708", "287083", "２８７０８２", "------"} {
		if _, ok := auth.CheckTOTP(vectorTOTP, now, 0, code); ok {
			t.Errorf("%q was accepted", code)
		}
	}
	for _, secret := range []string{"", "x", "GEZDGNBV=", "00000000"} {
		for code := range 1000 { // HMAC with an empty key has codes as well
			if _, ok := auth.CheckTOTP(auth.NewSecret(secret), now, 0, fmt.Sprintf("%06d", code*1000)); ok {
				t.Errorf("the secret %q has the code %06d", secret, code*1000)
			}
		}
	}
}

func TestTOTPSecret(t *testing.T) {
	secret, err := auth.NewTOTPSecret(bytes.NewReader([]byte("12345678901234567890")))
	if err != nil || secret.Reveal() != "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" {
		t.Fatalf("%q, %v", secret.Reveal(), err)
	}
	if secret, err := auth.NewTOTPSecret(bytes.NewReader(nil)); err == nil || !secret.IsZero() {
		t.Errorf("a secret from no randomness: %v", err)
	}
	const want = "otpauth://totp/Our%20yard:%EB%8B%98%2Fx.y?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Our%20yard&algorithm=SHA1&digits=6&period=30"
	if uri := auth.TOTPURI(secret, "Our yard", "님/x:y"); uri != want {
		t.Errorf("%s, want %s", uri, want)
	}
	if evil, err := url.Parse(auth.TOTPURI(secret, "a&secret=b+c?#", "d&e?#f")); err != nil || evil.Query().Get("issuer") != "a&secret=b+c?#" || len(evil.Query()) != 5 || evil.Path != "/a&secret=b+c?#:d&e?#f" {
		t.Errorf("%v: %v", evil, err)
	}
}

func TestSplitCode(t *testing.T) {
	for given, want := range map[string][2]string{
		"pass 123456":         {"pass", "123456"},
		"two words 000000":    {"two words", "000000"},
		"pass  123456":        {"pass ", "123456"},
		"p 123456 654321":     {"p 123456", "654321"},
		" 123456":             {"", "123456"},
		"123456":              {"123456", ""},
		"pass":                {"pass", ""},
		"pass 12345":          {"pass 12345", ""},
		"pass 1234567":        {"pass 1234567", ""},
		"pass123456":          {"pass123456", ""},
		"pass 12345x":         {"pass 12345x", ""},
		"pass 123456 ":        {"pass 123456 ", ""},
		"pass\u00a0123456":    {"pass\u00a0123456", ""},
		"pass １２":             {"pass １２", ""},
		"":                    {"", ""},
		"pass \uff11\uff1211": {"pass \uff11\uff1211", ""},
	} {
		if password, code := auth.SplitCode(given); password != want[0] || code != want[1] {
			t.Errorf("%q: %q and %q, want %q", given, password, code, want)
		}
	}
}
