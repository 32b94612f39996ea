package auth_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/iotest"

	"pgregory.net/rapid"

	"madang/auth"
)

var vectorSCRAM = auth.SCRAMVerifier{ // user, pencil (RFC 7677 3)
	Salt: unbase64("W22ZaJ0SNY7soEsUEjb6gQ=="), Iterations: 4096,
	StoredKey: unbase64("WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY="),
	ServerKey: unbase64("wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="),
}

func unbase64(text string) []byte {
	decoded, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		panic(err)
	}
	return decoded
}

func newSASL(t testing.TB) *auth.SASL {
	return auth.NewSASL(rand.Reader, newKey(t, 1), auth.Params{Iterations: 4096}, strings.ToLower)
}

func start(t testing.TB, s *auth.SASL, mechanism string) *auth.Exchange {
	t.Helper()
	x, err := s.Start(mechanism, "cert")
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestStart(t *testing.T) {
	s := newSASL(t)
	for _, mechanism := range auth.Mechanisms() {
		start(t, s, strings.ToLower(mechanism))
	}
	for mechanism, want := range map[string]error{
		"": auth.ErrMechanism, "SCRAM-SHA-256-PLUS": auth.ErrMechanism, "SCRAM-SHA-1": auth.ErrMechanism, "EXTERNAL": auth.ErrNoCertificate,
	} {
		if x, err := s.Start(mechanism, ""); x != nil || !errors.Is(err, want) {
			t.Errorf("%q: %v, want %v", mechanism, err, want)
		}
	}
	broken := errors.New("no entropy")
	poor := auth.NewSASL(iotest.ErrReader(broken), newKey(t, 1), cheap, strings.ToLower)
	if x, err := poor.Start(auth.MechanismSCRAM, ""); x != nil || !errors.Is(err, broken) {
		t.Errorf("a nonce from nothing: %v", err)
	}
}

func TestPlain(t *testing.T) {
	long := strings.Repeat("n", auth.SASLNameBytesMax)
	for _, tt := range []struct {
		message, name, password string
		err                     error
	}{
		{"\x00tim\x00tanstaaftanstaaf", "tim", "tanstaaftanstaaf", nil}, // RFC 4616 4
		{"tim\x00tim\x00x", "tim", "x", nil},
		{"\x00마당\x00\xff", "마당", "\xff", nil}, // the profile refuses it later
		{"\x00" + long + "\x00x", long, "x", nil},
		{"Ursel\x00Kurt\x00xipj3plmq", "", "", auth.ErrIdentity}, // RFC 4616 4
		{"", "", "", auth.ErrMessage},
		{"\x00", "", "", auth.ErrMessage},
		{"\x00\x00", "", "", auth.ErrMessage},
		{"\x00tim\x00", "", "", auth.ErrMessage},
		{"\x00\x00x", "", "", auth.ErrMessage},
		{"tim\x00x", "", "", auth.ErrMessage},
		{"\x00tim\x00x\x00", "", "", auth.ErrMessage},
		{"\x00t\xffm\x00x", "", "", auth.ErrMessage},
		{"\x00" + long + "n\x00x", "", "", auth.ErrMessage},
		{strings.Repeat("x", auth.MessageBytesMax+1), "", "", auth.ErrTooLong},
	} {
		step := start(t, newSASL(t), "PLAIN").Feed([]byte(tt.message))
		want := auth.StepPassword
		if tt.err != nil {
			want = auth.StepFailed
		}
		if step.Kind != want || step.Name != tt.name || step.Password.Reveal() != tt.password || !errors.Is(step.Err, tt.err) {
			t.Errorf("%.40q: %+v", tt.message, step)
		}
	}
}

func TestPlainSettles(t *testing.T) {
	x := start(t, newSASL(t), "PLAIN")
	x.Feed([]byte("\x00tim\x00secret"))
	if step := x.Settle("Tim", true); step.Kind != auth.StepDone || step.Name != "Tim" || step.Err != nil {
		t.Errorf("the right password: %+v", step)
	}
	x = start(t, newSASL(t), "PLAIN")
	x.Feed([]byte("\x00tim\x00secret"))
	if step := x.Settle("Tim", false); step.Kind != auth.StepFailed || step.Name != "" || !errors.Is(step.Err, auth.ErrMismatch) {
		t.Errorf("a wrong password: %+v", step)
	}
	if step := x.Settle("Tim", true); step.Kind != auth.StepFailed || !errors.Is(step.Err, auth.ErrSequence) {
		t.Errorf("a verdict after the verdict: %+v", step)
	}
}

func TestExternal(t *testing.T) {
	for message, name := range map[string]string{"": "", "tim": "tim"} {
		x := start(t, newSASL(t), "EXTERNAL")
		if step := x.Feed([]byte(message)); step.Kind != auth.StepCertificate || step.Name != name || step.Fingerprint != "cert" {
			t.Errorf("%q: %+v", message, step)
		}
		if step := x.Settle("Tim", true); step.Kind != auth.StepDone || step.Name != "Tim" {
			t.Errorf("%q settles: %+v", message, step)
		}
	}
	for _, message := range []string{"\x00", "a\x00b", "\xff", strings.Repeat("x", 256)} {
		if step := start(t, newSASL(t), "EXTERNAL").Feed([]byte(message)); step.Kind != auth.StepFailed || !errors.Is(step.Err, auth.ErrMessage) {
			t.Errorf("%q: %+v", message, step)
		}
	}
}

// Whatever comes out of turn ends the exchange, and nothing brings it back.
func TestOutOfSequence(t *testing.T) {
	verifier := auth.Verifier{Argon: "x", SCRAM: vectorSCRAM}
	acts := map[string]func(*auth.Exchange) auth.Step{
		"feed":    func(x *auth.Exchange) auth.Step { return x.Feed([]byte("n,,n=user,r=x")) },
		"settle":  func(x *auth.Exchange) auth.Step { return x.Settle("tim", true) },
		"provide": func(x *auth.Exchange) auth.Step { return x.Provide(verifier, true) },
	}
	for _, tt := range []struct{ mechanism, first, wrong string }{
		{"PLAIN", "", "settle"}, {"PLAIN", "", "provide"}, {"PLAIN", "\x00a\x00b", "provide"}, {"PLAIN", "\x00a\x00b", "feed"},
		{"EXTERNAL", "", "settle"}, {"EXTERNAL", "a", "provide"}, {"EXTERNAL", "a", "feed"},
		{"SCRAM-SHA-256", "", "settle"}, {"SCRAM-SHA-256", "", "provide"},
		{"SCRAM-SHA-256", "n,,n=user,r=x", "settle"}, {"SCRAM-SHA-256", "n,,n=user,r=x", "feed"},
	} {
		x := start(t, newSASL(t), tt.mechanism)
		if tt.first != "" {
			x.Feed([]byte(tt.first))
		}
		if step := acts[tt.wrong](x); step.Kind != auth.StepFailed || !errors.Is(step.Err, auth.ErrSequence) {
			t.Errorf("%v: %+v", tt, step)
		}
		for name, act := range acts {
			if step := act(x); step.Kind != auth.StepFailed || step.Err == nil {
				t.Errorf("%v, then %s: %+v", tt, name, step)
			}
		}
	}
}

// RFC 7677 3.
func TestSCRAMVector(t *testing.T) {
	x := start(t, newSASL(t), "SCRAM-SHA-256")
	x.SetNonce("%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0")
	if step := x.Feed([]byte("n,,n=user,r=rOprNGfwEbeRWgbNEkqO")); step.Kind != auth.StepVerifier || step.Name != "user" {
		t.Fatalf("client-first-message: %+v", step)
	}
	step := x.Provide(auth.Verifier{SCRAM: vectorSCRAM}, true)
	if step.Kind != auth.StepChallenge || string(step.Send) != "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096" {
		t.Fatalf("server-first-message: %v %q", step.Kind, step.Send)
	}
	step = x.Feed([]byte("c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="))
	if step.Kind != auth.StepChallenge || string(step.Send) != "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=" {
		t.Fatalf("server-final-message: %v %q, %v", step.Kind, step.Send, step.Err)
	}
	if step = x.Feed(nil); step.Kind != auth.StepDone || step.Name != "user" {
		t.Errorf("the end: %+v", step)
	}
}

// client is the other side of SCRAM-SHA-256, as RFC 5802 3 has it.
type client struct {
	gs2, bare, password string
	server              []byte // the signature to expect; set by final
	transcript          string
}

func (c *client) first() []byte { return []byte(c.gs2 + c.bare) }

func (c *client) final(t testing.TB, challenge []byte) []byte {
	t.Helper()
	fields := strings.Split(string(challenge), ",")
	var iterations int
	if len(fields) != 3 {
		t.Fatalf("server-first-message %q", challenge)
	}
	if _, err := fmt.Sscanf(fields[2], "i=%d", &iterations); err != nil {
		t.Fatal(err)
	}
	salted, err := pbkdf2.Key(sha256.New, c.password, unbase64(fields[1][2:]), iterations, 32)
	if err != nil {
		t.Fatal(err)
	}
	without := "c=" + base64.StdEncoding.EncodeToString([]byte(c.gs2)) + "," + fields[0]
	c.transcript = c.bare + "," + string(challenge) + "," + without
	key := sum(salted, "Client Key")
	stored := sha256.Sum256(key)
	proof := make([]byte, 32)
	subtle.XORBytes(proof, key, sum(stored[:], c.transcript))
	c.server = sum(sum(salted, "Server Key"), c.transcript)
	return []byte(without + ",p=" + base64.StdEncoding.EncodeToString(proof))
}

func sum(key []byte, text string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(text))
	return h.Sum(nil)
}

func TestSCRAMConversations(t *testing.T) {
	v := newVerifier(t, "한 pass")
	for _, tt := range []struct {
		gs2, bare, password string
		known               bool
		name                string // as asked for
		ok                  bool
	}{
		{"n,,", "n=tim,r=abc", "한 pass", true, "tim", true},
		{"y,,", "n=tim,r=abc", "한 pass", true, "tim", true},
		{"n,a=tim,", "n=tim,r=abc", "한 pass", true, "tim", true},
		{"n,,", "n=a=2Cb=3D2C,r=abc,x=ext,Y=", "한 pass", true, "a,b=2C", true},
		{"n,,", "n=tim,r=abc", "한 Pass", true, "tim", false},
		{"n,,", "n=tim,r=abc", "한 pass", false, "tim", false},
	} {
		x, c := start(t, newSASL(t), "SCRAM-SHA-256"), &client{gs2: tt.gs2, bare: tt.bare, password: tt.password}
		step := x.Feed(c.first())
		if step.Kind != auth.StepVerifier || step.Name != tt.name {
			t.Errorf("%+v: %+v", tt, step)
			continue
		}
		step = x.Feed(c.final(t, x.Provide(v, tt.known).Send))
		if !tt.ok {
			if step.Kind != auth.StepFailed || !errors.Is(step.Err, auth.ErrMismatch) || string(step.Send) != "e=invalid-proof" {
				t.Errorf("%+v: %+v", tt, step)
			}
			continue
		}
		if want := "v=" + base64.StdEncoding.EncodeToString(c.server); string(step.Send) != want {
			t.Errorf("%+v: %+v, want %q", tt, step, want)
		}
		if step = x.Feed(nil); step.Kind != auth.StepDone || step.Name != tt.name {
			t.Errorf("%+v: %+v", tt, step)
		}
	}
}

func TestSCRAMRefusesFirst(t *testing.T) {
	for message, want := range map[string]struct {
		err  error
		word string
	}{
		"p=tls-server-end-point,,n=tim,r=abc":    {auth.ErrChannelBinding, "channel-binding-not-supported"},
		"p=tls-exporter,,n=tim,r=abc":            {auth.ErrChannelBinding, "channel-binding-not-supported"},
		"n,,m=ext,n=tim,r=abc":                   {auth.ErrMessage, "extensions-not-supported"},
		"n,a=tom,n=tim,r=abc":                    {auth.ErrIdentity, "other-error"},
		"n,a==,n=tim,r=abc":                      {auth.ErrMessage, "invalid-encoding"},
		"n,b=tim,n=tim,r=abc":                    {auth.ErrMessage, "invalid-encoding"},
		"n,tim,n=tim,r=abc":                      {auth.ErrMessage, "invalid-encoding"},
		"n,,n=t=im,r=abc":                        {auth.ErrMessage, "invalid-username-encoding"},
		"n,,n=t=2c,r=abc":                        {auth.ErrMessage, "invalid-username-encoding"},
		"n,,n==2=2CC,r=abc":                      {auth.ErrMessage, "invalid-username-encoding"},
		"n,,n=,r=abc":                            {auth.ErrMessage, "invalid-username-encoding"},
		"n,,n=\xff,r=abc":                        {auth.ErrMessage, "invalid-username-encoding"},
		"n,,n=a\x00,r=abc":                       {auth.ErrMessage, "invalid-username-encoding"},
		"":                                       {auth.ErrMessage, "other-error"},
		"n":                                      {auth.ErrMessage, "other-error"},
		"n,":                                     {auth.ErrMessage, "other-error"},
		"n,,":                                    {auth.ErrMessage, "other-error"},
		"n,n=tim,r=abc":                          {auth.ErrMessage, "other-error"},
		"x,,n=tim,r=abc":                         {auth.ErrMessage, "other-error"},
		"n,,n=tim":                               {auth.ErrMessage, "other-error"},
		"n,,r=abc,n=tim":                         {auth.ErrMessage, "other-error"},
		"n,,n=tim,r=":                            {auth.ErrMessage, "other-error"},
		"n,,n=tim,r=a b":                         {auth.ErrMessage, "other-error"},
		"n,,n=tim,r=abc,":                        {auth.ErrMessage, "other-error"},
		"n,,n=tim,r=abc,1=x":                     {auth.ErrMessage, "other-error"},
		"n,,n=tim,r=" + strings.Repeat("a", 513): {auth.ErrMessage, "other-error"},
	} {
		step := start(t, newSASL(t), "SCRAM-SHA-256").Feed([]byte(message))
		if step.Kind != auth.StepFailed || !errors.Is(step.Err, want.err) || string(step.Send) != "e="+want.word {
			t.Errorf("%.40q: %v %q, want %v %q", message, step.Err, step.Send, want.err, want.word)
		}
	}
}

func TestSCRAMRefusesFinal(t *testing.T) {
	v := auth.Verifier{SCRAM: vectorSCRAM}
	for _, tt := range []struct {
		old, new string // replaced in a good client-final-message
		err      error
		word     string
	}{
		{"c=biws", "c=eSws", auth.ErrChannelBinding, "channel-bindings-dont-match"},
		{"c=biws", "c=biwsYWJj", auth.ErrChannelBinding, "channel-bindings-dont-match"},
		{"c=biws", "c=b", auth.ErrMessage, "invalid-encoding"},
		{"c=biws", "d=biws", auth.ErrMessage, "other-error"},
		{"r=abc", "r=abd", auth.ErrMessage, "other-error"},
		{"nonce,", "nonc,", auth.ErrMessage, "other-error"},
		{"nonce,", "nonce,?,", auth.ErrMessage, "other-error"},
		{"nonce,", "nonce,x=1,", auth.ErrMismatch, "invalid-proof"}, // allowed, but not what was proved
		{",p=", ",q=", auth.ErrMessage, "other-error"},
		{",p=", ",p=AAAA", auth.ErrMessage, "invalid-encoding"},
		{",p=", ",p=!", auth.ErrMessage, "invalid-encoding"},
		{"c=biws,r=abcnonce,p=", "", auth.ErrMessage, "other-error"},
		{"c=biws,r=abcnonce,p=", ",p=", auth.ErrMessage, "other-error"},
	} {
		x, c := start(t, newSASL(t), "SCRAM-SHA-256"), &client{gs2: "n,,", bare: "n=user,r=abc", password: "pencil"}
		x.SetNonce("nonce")
		x.Feed(c.first())
		good := string(c.final(t, x.Provide(v, true).Send))
		step := x.Feed([]byte(strings.Replace(good, tt.old, tt.new, 1)))
		if step.Kind != auth.StepFailed || !errors.Is(step.Err, tt.err) || string(step.Send) != "e="+tt.word {
			t.Errorf("%v: %v %q", tt, step.Err, step.Send)
		}
	}
	x, c := start(t, newSASL(t), "SCRAM-SHA-256"), &client{gs2: "n,,", bare: "n=user,r=abc", password: "pencil"}
	x.Feed(c.first())
	if step := x.Feed(nil); step.Kind != auth.StepFailed {
		t.Errorf("impatience: %+v", step)
	}
	x = start(t, newSASL(t), "SCRAM-SHA-256")
	x.Feed(c.first())
	x.Feed(c.final(t, x.Provide(v, true).Send))
	if step := x.Feed([]byte("x")); step.Kind != auth.StepFailed || !errors.Is(step.Err, auth.ErrMessage) {
		t.Errorf("words after the proof: %+v", step)
	}
}

// challenged returns what a stranger sees who asks for name: salt and iterations.
func challenged(t testing.TB, s *auth.SASL, name string, v auth.Verifier, known bool) string {
	t.Helper()
	x := start(t, s, "SCRAM-SHA-256")
	x.SetNonce("nonce")
	x.Feed([]byte("n,,n=" + name + ",r=abc"))
	return string(x.Provide(v, known).Send)
}

func TestUnknownNamesLookLikeKnown(t *testing.T) {
	s, other := newSASL(t), auth.NewSASL(rand.Reader, newKey(t, 2), auth.Params{Iterations: 4096}, strings.ToLower)
	known := challenged(t, s, "user", auth.Verifier{SCRAM: vectorSCRAM}, true)
	none := challenged(t, s, "nobody", auth.Verifier{}, false)
	if len(known) != len(none) || !strings.HasSuffix(none, ",i=4096") {
		t.Errorf("known %q, unknown %q", known, none)
	}
	for _, same := range []string{"nobody", "NOBODY"} {
		if got := challenged(t, s, same, auth.Verifier{}, false); got != none {
			t.Errorf("%s, asked for again: %q, then %q", same, none, got)
		}
	}
	// Not known although there is a verifier, and known without a usable one.
	if got := challenged(t, s, "nobody", auth.Verifier{SCRAM: vectorSCRAM}, false); got != none {
		t.Errorf("refused: %q, want %q", got, none)
	}
	if got := challenged(t, s, "nobody", auth.Verifier{}, true); got != none {
		t.Errorf("without a password: %q, want %q", got, none)
	}
	if challenged(t, s, "nobody2", auth.Verifier{}, false) == none || challenged(t, other, "nobody", auth.Verifier{}, false) == none {
		t.Error("the salts of names and of servers are the same")
	}
}

// Allocations stand for steps taken: the paths have no loops of their own.
func TestUnknownNamesCostTheSameInSCRAM(t *testing.T) {
	s := auth.NewSASL(zeros{}, newKey(t, 1), auth.Params{Iterations: 4096}, func(name string) string { return name })
	c := &client{gs2: "n,,", bare: "n=user,r=abc", password: "wrong"}
	cost := func(known bool) float64 {
		x := start(t, s, "SCRAM-SHA-256")
		x.Feed(c.first())
		final := c.final(t, x.Provide(auth.Verifier{SCRAM: vectorSCRAM}, known).Send)
		return testing.AllocsPerRun(20, func() {
			x := start(t, s, "SCRAM-SHA-256")
			x.Feed(c.first())
			x.Provide(auth.Verifier{SCRAM: vectorSCRAM}, known)
			if step := x.Feed(final); !errors.Is(step.Err, auth.ErrMismatch) {
				t.Errorf("%+v", step)
			}
		})
	}
	if known, unknown := cost(true), cost(false); known != unknown || known == 0 {
		t.Errorf("%v allocations for a known name, %v for an unknown one", known, unknown)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// Any name and password that may be registered signs in, and no other password does.
func TestSCRAMProperty(t *testing.T) {
	s := newSASL(t)
	rapid.Check(t, func(rt *rapid.T) {
		name := rapid.StringMatching(`[a-z,=가-힣]{1,20}`).Draw(rt, "name")
		password, err := auth.Normalize(rapid.StringMatching(`[ -~가-힣]{1,20}`).Draw(rt, "password"))
		if err != nil {
			rt.Fatal(err)
		}
		given := rapid.SampledFrom([]string{password, password + "x", "x"}).Draw(rt, "given")
		scram, err := auth.NewSCRAMVerifier(password, []byte("saltsalt"), auth.IterationsMin)
		if err != nil {
			rt.Fatal(err)
		}
		x, err := s.Start("SCRAM-SHA-256", "")
		if err != nil {
			rt.Fatal(err)
		}
		c := &client{gs2: "n,,", bare: "n=" + strings.NewReplacer(",", "=2C", "=", "=3D").Replace(name) + ",r=nonce", password: given}
		if step := x.Feed(c.first()); step.Kind != auth.StepVerifier || step.Name != name {
			rt.Fatalf("%+v", step)
		}
		step := x.Feed(c.final(t, x.Provide(auth.Verifier{SCRAM: scram}, true).Send))
		if (step.Kind == auth.StepChallenge) != (given == password) {
			rt.Fatalf("%q for %q: %+v", given, password, step)
		}
	})
}

// FuzzExchange feeds two messages and answers every question with yes. Nobody is signed
// in by SCRAM without the proof, and by nothing under a name he did not give.
func FuzzExchange(f *testing.F) {
	f.Add(0, []byte("\x00tim\x00secret"), []byte(""))
	f.Add(1, []byte("tim"), []byte(""))
	f.Add(2, []byte("n,,n=user,r=rOprNGfwEbeRWgbNEkqO"), []byte("c=biws,r=rOprNGfwEbeRWgbNEkqOnonce,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="))
	f.Add(2, []byte("y,a==2C,n==2C,r=x,y=z"), []byte("c=eSxhPT0yQyw=,r=xnonce,p="))
	f.Add(2, []byte("p=tls-unique,,n=a,r=b"), []byte("c=,r=,p="))
	s := newSASL(f)
	f.Fuzz(func(t *testing.T, mechanism int, one, two []byte) {
		x := start(t, s, auth.Mechanisms()[uint(mechanism)%3])
		x.SetNonce("nonce")
		for _, message := range [][]byte{one, two} {
			step := x.Feed(bytes.Clone(message))
			checkStep(t, step)
			switch step.Kind {
			case auth.StepVerifier:
				step = x.Provide(auth.Verifier{SCRAM: vectorSCRAM}, true)
				checkStep(t, step)
			case auth.StepPassword, auth.StepCertificate:
				step = x.Settle("settled", true)
				if step.Kind != auth.StepDone || step.Name != "settled" {
					t.Fatalf("%+v", step)
				}
			case auth.StepChallenge:
				t.Fatalf("a proof was guessed: %q, %q", one, two)
			case auth.StepDone:
				t.Fatalf("signed in: %q, %q", one, two)
			}
		}
	})
}

func checkStep(t *testing.T, step auth.Step) {
	t.Helper()
	bad := len(step.Name) > auth.SASLNameBytesMax || strings.Contains(step.Name, "\x00") || strings.ContainsAny(string(step.Send), "\x00\r\n")
	switch step.Kind {
	case auth.StepFailed:
		bad = bad || step.Err == nil || step.Name != ""
	case auth.StepVerifier:
		bad = bad || step.Name == ""
	case auth.StepPassword:
		bad = bad || step.Name == "" || step.Password.IsZero()
	case auth.StepCertificate:
		bad = bad || step.Fingerprint != "cert"
	}
	if bad {
		t.Fatalf("%+v", step)
	}
}
