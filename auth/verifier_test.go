package auth_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"time"

	"pgregory.net/rapid"

	"madang/auth"
)

func newHasher(t testing.TB, params auth.Params) *auth.Hasher {
	t.Helper()
	h, err := auth.NewHasher(salts(), params)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func newVerifier(t testing.TB, password string) auth.Verifier {
	t.Helper()
	v, err := newHasher(t, cheap).NewVerifier(t.Context(), password)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestNormalize(t *testing.T) {
	for _, tt := range []struct {
		given, want string
		err         error
	}{
		{"correct horse", "correct horse", nil},
		{"  x ", "  x ", nil},
		{"Straße ㅋㅋㅋ 🙂", "Straße ㅋㅋㅋ 🙂", nil},
		{"\u1112\u1161\u11ab", "한", nil}, // as macOS may send it
		{"e\u0301", "é", nil},
		{"a\u2003b\u3000c", "a b c", nil},
		{"Ａ", "Ａ", nil}, // SASLprep would say A
		{"", "", auth.ErrPassword},
		{strings.Repeat("x", 1025), "", auth.ErrPassword},
		{strings.Repeat("\u0958", 200), "", auth.ErrPassword}, // becomes twice as long
		{"a\xffb", "", auth.ErrProfile},
		{"a\x00b", "", auth.ErrProfile},
		{"a\nb", "", auth.ErrProfile},
		{"soft\u00adhyphen", "", auth.ErrProfile},
		{"zero\u200bwidth", "", auth.ErrProfile},
		{"un\U0003fff0assigned", "", auth.ErrProfile},
	} {
		got, err := auth.Normalize(tt.given)
		if !errors.Is(err, tt.err) || err == nil && got != tt.want {
			t.Errorf("%.40q: %q, %v, want %q, %v", tt.given, got, err, tt.want, tt.err)
		}
	}
}

func TestNormalizeIsStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		normal, err := auth.Normalize(rapid.String().Draw(t, "password"))
		if err != nil {
			return
		}
		if again, err := auth.Normalize(normal); again != normal || err != nil {
			t.Fatalf("%q became %q, %v", normal, again, err)
		}
	})
}

func TestVerifier(t *testing.T) {
	h, v := newHasher(t, cheap), newVerifier(t, "한 pass")
	if v.SCRAM.Iterations != auth.IterationsDefault || len(v.SCRAM.Salt) != 16 || v.IsZero() {
		t.Errorf("%d iterations, %d bytes of salt", v.SCRAM.Iterations, len(v.SCRAM.Salt))
	}
	for password, want := range map[string]error{
		"한 pass": nil, "\u1112\u1161\u11ab\u3000pass": nil,
		"한 Pass": auth.ErrMismatch, "": auth.ErrPassword, "한 pass\x01": auth.ErrProfile,
	} {
		for _, half := range []auth.Half{auth.ArgonHalf, auth.SCRAMHalf} {
			if err := h.VerifyPassword(t.Context(), v, half, password); !errors.Is(err, want) {
				t.Errorf("%q, half %d: %v, want %v", password, half, err, want)
			}
		}
	}
	for _, password := range []string{"한 pass", "x"} {
		if err := h.VerifyPassword(t.Context(), auth.Verifier{}, auth.SCRAMHalf, password); !errors.Is(err, auth.ErrMismatch) {
			t.Errorf("%q of nobody: %v", password, err)
		}
	}
	if _, err := h.NewVerifier(t.Context(), "\x01"); !errors.Is(err, auth.ErrProfile) {
		t.Errorf("a control character: %v", err)
	}
	broken := errors.New("no entropy")
	bad, err := auth.NewHasher(iotest.ErrReader(broken), cheap)
	if err != nil {
		t.Fatal(err)
	}
	if v, err := bad.NewVerifier(t.Context(), plain); !errors.Is(err, broken) || !v.IsZero() {
		t.Errorf("no salt: %v", err)
	}
	if err := h.VerifyPassword(t.Context(), auth.Verifier{Argon: "x"}, auth.ArgonHalf, plain); !errors.Is(err, auth.ErrMalformed) {
		t.Errorf("a damaged verifier: %v", err)
	}
}

// The verifier comes from another implementation, Python's hashlib.
func TestVerifierText(t *testing.T) {
	const argon = "$argon2id$v=19$m=1024,t=2,p=2$c2FsdHNhbHRzYWx0c2FsdA$hwz5Y6EHK+gM9oYiZ7xNCIiMAiNwJNw+isMoS+UMvHY"
	const text = "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU= " + argon
	v, err := auth.ParseVerifier(text)
	if err != nil || v.Argon != argon || v.SCRAM.Iterations != 4096 || v.Reveal() != text {
		t.Fatalf("%q, %v", v.Reveal(), err)
	}
	made, err := auth.NewSCRAMVerifier("pencil", v.SCRAM.Salt, 4096)
	if err != nil || !slices.Equal(made.StoredKey, v.SCRAM.StoredKey) || !slices.Equal(made.ServerKey, v.SCRAM.ServerKey) {
		t.Errorf("keys %x and %x, %v", made.StoredKey, made.ServerKey, err)
	}
	if v := newVerifier(t, plain); len(v.Reveal()) > 512 || strings.ContainsAny(v.Reveal(), "\r\n") || (auth.Verifier{}).Reveal() != "" {
		t.Errorf("%q is not one short line", v.Reveal())
	}
	for _, wrong := range []string{
		"", " ", argon, " " + argon, " " + text, strings.TrimSuffix(text, argon), strings.ToLower(text),
		strings.Replace(text, "$4096:", "$4095:", 1), strings.Replace(text, "$4096:", "$600001:", 1), strings.Replace(text, "$4096:", "$04096:", 1),
		strings.Replace(text, "$4096:", "$-4096:", 1), strings.Replace(text, "W22ZaJ0SNY7soEsUEjb6gQ==", "W22ZaJ0S", 1),
		strings.Replace(text, "W22Z", "W2\n2Z", 1), strings.Replace(text, "gQ==$", "gR==$", 1), strings.Replace(text, "dU= ", "dU ", 1),
		strings.Replace(text, "SCRAM-SHA-256", "SCRAM-SHA-1", 1), text + strings.Repeat("x", 1<<20),
	} {
		if v, err := auth.ParseVerifier(wrong); !errors.Is(err, auth.ErrVerifier) || !v.IsZero() {
			t.Errorf("%.200q: %v", wrong, err)
		}
	}
	if _, err := auth.ParseVerifier(strings.Replace(text, "m=1024", "m=1", 1)); !errors.Is(err, auth.ErrCost) {
		t.Errorf("argon2id of no cost: %v", err)
	}
	for _, wrong := range []string{text + " ", text + "\n", strings.Replace(text, "argon2id", "argon2i", 1)} {
		if _, err := auth.ParseVerifier(wrong); !errors.Is(err, auth.ErrMalformed) {
			t.Errorf("%q: %v", wrong, err)
		}
	}
}

func TestVerifiersNeverPrint(t *testing.T) {
	v := newVerifier(t, plain)
	var out strings.Builder
	holder := struct {
		V *auth.Verifier
		W auth.Verifier
		S auth.SCRAMVerifier
	}{&v, v, v.SCRAM}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		fmt.Fprintf(&out, strings.Repeat(verb+"\n", 5), v, &v, v.SCRAM, holder, []any{v})
	}
	for _, handler := range []slog.Handler{slog.NewTextHandler(&out, nil), slog.NewJSONHandler(&out, nil)} {
		slog.New(handler).Error("m", "verifier", v, "pointer", &v, "scram", v.SCRAM, "holder", holder)
	}
	encoded, err := json.Marshal([]any{v, holder})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(&out, string(encoded), v.String(), v.GoString(), v.SCRAM.String(), v.SCRAM.GoString())
	for _, leak := range []string{"argon2id", "10000", fmt.Sprintf("%x", v.SCRAM.StoredKey[:4]), strings.Trim(fmt.Sprint(v.SCRAM.ServerKey[:4]), "[]"), "c2Fsd"} {
		if strings.Contains(out.String(), leak) {
			t.Errorf("%q shows in:\n%s", leak, out.String())
		}
	}
}

func TestIterations(t *testing.T) {
	for iterations, want := range map[uint32]error{
		0: nil, 1: auth.ErrCost, 4095: auth.ErrCost, 4096: nil, 600_000: nil, 600_001: auth.ErrCost, 1<<32 - 1: auth.ErrCost,
	} {
		params := cheap
		params.Iterations = iterations
		if err := params.Validate(); !errors.Is(err, want) {
			t.Errorf("%d iterations: %v, want %v", iterations, err, want)
		}
	}
}

func TestUnknownNamesCostTheSame(t *testing.T) {
	params := auth.Params{MemoryKiB: 24, Passes: 3, Threads: 1}
	h := newHasher(t, params)
	known, err := h.NewVerifier(t.Context(), plain)
	if err != nil {
		t.Fatal(err)
	}
	var work []uint32
	h.CountWork(func(kib uint32) { work = append(work, kib) })
	for _, password := range []string{"wrong", "", "\x00", strings.Repeat("x", 2000), "\xff"} {
		work = nil
		errKnown := h.VerifyPassword(t.Context(), known, auth.ArgonHalf, password)
		cost := slices.Clone(work)
		work = nil
		errUnknown := h.VerifyPassword(t.Context(), auth.Verifier{}, auth.ArgonHalf, password)
		if !slices.Equal(cost, work) || errKnown == nil || !errors.Is(errUnknown, errKnown) {
			t.Errorf("%.20q: %v and %v for work %v and %v", password, errKnown, errUnknown, cost, work)
		}
		if password == "wrong" && !slices.Equal(work, []uint32{72}) {
			t.Errorf("work %v, want one of 72 KiB", work)
		}
	}
}

func TestGuessesTogetherAreCountedOneByOne(t *testing.T) {
	h, v, now := newHasher(t, cheap), newVerifier(t, plain), time.Unix(1_800_000_000, 0)
	from := auth.Source{Throttle: auth.NewThrottle(), Address: local.Addr(), Now: func() time.Time { return now }}
	var mu sync.Mutex
	var wrong, throttled int
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			err := h.Guess(t.Context(), from, v, auth.ArgonHalf, "wrong")
			mu.Lock()
			defer mu.Unlock()
			var tooMany *auth.ThrottledError
			switch {
			case errors.Is(err, auth.ErrMismatch):
				wrong++
			case errors.As(err, &tooMany) && tooMany.Wait == time.Minute:
				throttled++
			default:
				t.Errorf("guess: %v", err)
			}
		})
	}
	all.Wait()
	if wrong != auth.FailuresMax || throttled != 50-auth.FailuresMax {
		t.Errorf("%d guesses were tried, %d were not", wrong, throttled)
	}
	h.CountWork(func(uint32) { t.Error("a throttled guess was worked out") })
	if err := h.Guess(t.Context(), from, v, auth.ArgonHalf, plain); err == nil || err.Error() != "too many wrong passwords or codes from your address; try again in 60 seconds" {
		t.Errorf("the right password while throttled: %v", err)
	}
	elsewhere, later := from, from
	elsewhere.Address = local.Addr().Next()
	later.Now = func() time.Time { return now.Add(time.Minute) }
	h = newHasher(t, cheap)
	for _, from := range []auth.Source{elsewhere, later} {
		if err := h.Guess(t.Context(), from, v, auth.ArgonHalf, plain); err != nil {
			t.Errorf("%v at %v: %v", from.Address, from.Now(), err)
		}
	}
}

func FuzzParseVerifier(f *testing.F) {
	f.Add(newVerifier(f, plain).Reveal())
	f.Add("SCRAM-SHA-256$4096:$: $argon2id$")
	f.Fuzz(func(t *testing.T, text string) {
		v, err := auth.ParseVerifier(text)
		if err == nil && (v.Reveal() != text || v.SCRAM.Iterations < auth.IterationsMin || v.SCRAM.Iterations > auth.IterationsMax) {
			t.Fatalf("%q is accepted as %q", text, v.Reveal())
		}
	})
}
