package auth_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"testing/synctest"

	"madang/auth"
)

// The smallest costs argon2 knows, so that tests are quick.
var cheap = auth.Params{MemoryKiB: 8, Passes: 1, Threads: 1}

func salts() *bytes.Reader { return bytes.NewReader(bytes.Repeat([]byte("saltsaltsaltsal1"), 64)) }

func phc(params string, saltBytes, keyBytes int) string {
	b64 := base64.RawStdEncoding
	return "$argon2id$v=19$" + params + "$" + b64.EncodeToString(make([]byte, saltBytes)) + "$" + b64.EncodeToString(make([]byte, keyBytes))
}

func TestHashAndVerify(t *testing.T) {
	stored, err := auth.Hash(salts(), plain, cheap)
	if err != nil || !strings.HasPrefix(stored, "$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHRzYWx0c2FsMQ$") || strings.Contains(stored, plain) {
		t.Fatalf("%q, %v", stored, err)
	}
	if err := auth.Verify(stored, plain); err != nil {
		t.Error(err)
	}
	for _, wrong := range []string{plain + " ", "x", strings.ToUpper(plain)} {
		if err := auth.Verify(stored, wrong); !errors.Is(err, auth.ErrMismatch) {
			t.Errorf("%q: %v", wrong, err)
		}
	}
	if params, err := auth.Cost(stored); err != nil || params != cheap {
		t.Errorf("cost %+v, %v", params, err)
	}
	random := bytes.NewReader([]byte("0123456789abcdefFEDCBA9876543210"))
	one, _ := auth.Hash(random, plain, cheap)
	two, _ := auth.Hash(random, plain, cheap)
	if one == two || one == "" {
		t.Error("two hashes of one password are equal")
	}
}

// The hash comes from the reference implementation in C, by its command argon2.
func TestVerifyKnownHash(t *testing.T) {
	const known = "$argon2id$v=19$m=1024,t=2,p=2$c2FsdHNhbHRzYWx0c2FsdA$hwz5Y6EHK+gM9oYiZ7xNCIiMAiNwJNw+isMoS+UMvHY"
	if err := auth.Verify(known, "password"); err != nil {
		t.Error(err)
	}
	if err := auth.Verify(known, "Password"); !errors.Is(err, auth.ErrMismatch) {
		t.Error(err)
	}
}

func TestHashRefuses(t *testing.T) {
	for _, password := range []string{"", strings.Repeat("x", auth.PasswordBytesMax+1)} {
		if _, err := auth.Hash(salts(), password, cheap); !errors.Is(err, auth.ErrPassword) {
			t.Errorf("%d bytes: %v", len(password), err)
		}
		if err := auth.Verify(phc("m=8,t=1,p=1", 16, 32), password); !errors.Is(err, auth.ErrPassword) {
			t.Errorf("verify %d bytes: %v", len(password), err)
		}
	}
	if _, err := auth.Hash(salts(), "x", auth.Params{}); !errors.Is(err, auth.ErrCost) {
		t.Errorf("no costs: %v", err)
	}
	broken := errors.New("no entropy")
	if h, err := auth.Hash(iotest.ErrReader(broken), "x", cheap); !errors.Is(err, broken) || h != "" {
		t.Errorf("no salt: %q, %v", h, err)
	}
	if err := auth.DefaultParams().Validate(); err != nil {
		t.Error(err)
	}
}

func TestParse(t *testing.T) {
	good := phc("m=8,t=1,p=1", 16, 32)
	for _, tt := range []struct {
		phc  string
		want error
	}{
		{good, nil},
		{phc("m=19456,t=2,p=1", 8, 16), nil},
		{phc("m=65536,t=3,p=4", 64, 64), nil},
		{phc("m=131072,t=2,p=16", 16, 32), nil},
		{"", auth.ErrMalformed},
		{"$", auth.ErrMalformed},
		{"password", auth.ErrMalformed},
		{"$2a$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW", auth.ErrMalformed},
		{"x" + good, auth.ErrMalformed},
		{good + "\n", auth.ErrMalformed},
		{good + "$", auth.ErrMalformed},
		{good + "=", auth.ErrMalformed},
		{good[:len(good)-1] + "B", auth.ErrMalformed}, // stray bits
		{good[:60] + "\n" + good[60:], auth.ErrMalformed},
		{strings.Replace(good, "argon2id", "argon2i", 1), auth.ErrMalformed},
		{strings.Replace(good, "v=19", "v=16", 1), auth.ErrMalformed},
		{strings.Replace(good, "$v=19", "", 1), auth.ErrMalformed},
		{phc("t=1,m=8,p=1", 16, 32), auth.ErrMalformed},
		{phc("m=08,t=1,p=1", 16, 32), auth.ErrMalformed},
		{phc("m=+8,t=1,p=1", 16, 32), auth.ErrMalformed},
		{phc("m=-8,t=1,p=1", 16, 32), auth.ErrMalformed},
		{phc("m=8,t=1,p=1,keyid=x", 16, 32), auth.ErrMalformed},
		{phc("m=8,t=1,p=256", 16, 32), auth.ErrMalformed},
		{phc("m=4294967296,t=1,p=1", 16, 32), auth.ErrMalformed},
		{phc("m=8,t=1,p=1", 7, 32), auth.ErrMalformed},
		{phc("m=8,t=1,p=1", 65, 32), auth.ErrMalformed},
		{phc("m=8,t=1,p=1", 16, 15), auth.ErrMalformed},
		{phc("m=8,t=1,p=1", 16, 65), auth.ErrMalformed},
		{phc("m=8,t=1,p=1", 16, 1<<20), auth.ErrMalformed},
		{phc("m=7,t=1,p=1", 16, 32), auth.ErrCost},
		{phc("m=15,t=1,p=2", 16, 32), auth.ErrCost},
		{phc("m=8,t=0,p=1", 16, 32), auth.ErrCost},
		{phc("m=8,t=1,p=0", 16, 32), auth.ErrCost},
		{phc("m=131073,t=1,p=1", 16, 32), auth.ErrCost},
		{phc("m=131072,t=4,p=1", 16, 32), auth.ErrCost},
		{phc("m=4294967295,t=1,p=1", 16, 32), auth.ErrCost},
		{phc("m=8,t=4294967295,p=1", 16, 32), auth.ErrCost},
		{phc("m=256,t=1,p=17", 16, 32), auth.ErrCost},
	} {
		if _, err := auth.Cost(tt.phc); !errors.Is(err, tt.want) {
			t.Errorf("%.80q: %v, want %v", tt.phc, err, tt.want)
		}
		if tt.want != nil {
			if err := auth.Verify(tt.phc, plain); !errors.Is(err, tt.want) {
				t.Errorf("verify %.80q: %v, want %v", tt.phc, err, tt.want)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(phc("m=19456,t=2,p=1", 16, 32))
	f.Add("$argon2id$v=19$m=8,t=1,p=1$$")
	f.Add("$argon2id$$$$")
	f.Fuzz(func(t *testing.T, text string) {
		params, err := auth.Cost(text)
		if err != nil {
			if params != (auth.Params{}) || !errors.Is(err, auth.ErrMalformed) && !errors.Is(err, auth.ErrCost) {
				t.Fatalf("%q: %+v, %v", text, params, err)
			}
			return
		}
		if err := params.Validate(); err != nil {
			t.Fatalf("%q is accepted: %v", text, err)
		}
		prefix := fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$", params.MemoryKiB, params.Passes, params.Threads)
		if !strings.HasPrefix(text, prefix) || strings.Count(text, "$") != 5 {
			t.Fatalf("%q is accepted in another spelling than %s", text, prefix)
		}
	})
}

func TestHasher(t *testing.T) {
	h, err := auth.NewHasher(salts(), cheap)
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			stored, err := h.Hash(t.Context(), plain)
			if err != nil || h.Verify(t.Context(), stored, plain) != nil || !errors.Is(h.Verify(t.Context(), stored, "x"), auth.ErrMismatch) {
				t.Errorf("%q, %v", stored, err)
			}
		})
	}
	all.Wait()
	if err := h.Refuse(t.Context(), plain); !errors.Is(err, auth.ErrMismatch) {
		t.Errorf("nobody's password was right: %v", err)
	}
	if err := h.Refuse(t.Context(), ""); !errors.Is(err, auth.ErrPassword) {
		t.Errorf("no password: %v", err)
	}
	if _, err := auth.NewHasher(salts(), auth.Params{}); !errors.Is(err, auth.ErrCost) {
		t.Errorf("no costs: %v", err)
	}
}

// gate is randomness that announces its reader and holds it until the test lets go.
type gate struct {
	entered, leave chan struct{}
}

func (g gate) Read(p []byte) (int, error) {
	g.entered <- struct{}{}
	<-g.leave
	return len(p), nil
}

func TestHasherWorksOneAtATimeAndWaitsWithContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := gate{entered: make(chan struct{}), leave: make(chan struct{})}
		h, err := auth.NewHasher(g, cheap)
		if err != nil {
			t.Fatal(err)
		}
		first := make(chan error, 1)
		go func() { _, err := h.Hash(context.Background(), plain); first <- err }()
		<-g.entered // the turn is taken

		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		waiting := make(chan error, 2)
		go func() { waiting <- h.Verify(ctx, phc("m=8,t=1,p=1", 16, 32), plain) }()
		go func() { waiting <- h.Refuse(ctx, plain) }()
		synctest.Wait()
		if len(waiting) != 0 {
			t.Errorf("two worked at once: %v", <-waiting)
		}
		cancel()
		synctest.Wait()
		if len(waiting) != 2 {
			t.Errorf("%d of 2 stopped waiting", len(waiting))
		}
		for range len(waiting) {
			if err := <-waiting; !errors.Is(err, context.Canceled) {
				t.Errorf("waiting ended with %v", err)
			}
		}
		close(g.leave)
		if err := <-first; err != nil {
			t.Error(err)
		}
		if err := h.Refuse(ctx, plain); !errors.Is(err, context.Canceled) {
			t.Errorf("worked although the context had ended: %v", err)
		}
		if err := h.Refuse(context.Background(), plain); !errors.Is(err, auth.ErrMismatch) {
			t.Errorf("the turn was not given back: %v", err)
		}
	})
}

func BenchmarkVerifyDefault(b *testing.B) {
	stored, err := auth.Hash(salts(), plain, auth.DefaultParams())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if err := auth.Verify(stored, plain); err != nil {
			b.Fatal(err)
		}
	}
}
