package reader

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"madang/auth"
	"madang/gateway/charset"
)

func testKey(t *testing.T) auth.Key {
	t.Helper()
	key, err := auth.ParseKey(strings.Repeat("5a", auth.KeyBytes))
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func peer(i int) netip.AddrPort {
	return netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), 5000)
}

func TestStrangers(t *testing.T) {
	key, now := testKey(t), time.Unix(1_800_000_000, 0)
	s := strangers{key: key}
	code := auth.Code(key, peer(1), now.Unix()/60)
	answer, v := s.hear(now, peer(1), []byte("x"))
	if v != asked || string(answer) != "type "+code+" to join\n" || len(answer) > replyBytesMax {
		t.Fatalf("%q %v", answer, v)
	}
	if _, v := s.hear(now, peer(1), []byte("x")); v != ignored {
		t.Error("answered twice in a second")
	}
	if _, v := s.hear(now.Add(time.Second), peer(1), []byte("x")); v != asked {
		t.Error("not answered a second later")
	}
	if _, v := s.hear(now, peer(2), []byte(code)); v == joined {
		t.Error("another's code lets in")
	}
	if _, v := s.hear(now.Add(time.Minute), peer(1), []byte(" "+strings.ToLower(code)+"\r\n")); v != joined {
		t.Error("the code does not let in")
	}
	if _, v := s.hear(now.Add(2*time.Minute), peer(1), []byte(code)); v == joined {
		t.Error("an old code lets in")
	}
}

func TestStrangersRates(t *testing.T) {
	key, now := testKey(t), time.Unix(1_800_000_000, 0)
	s := strangers{key: key}
	answers := 0
	for i := range 1000 {
		if _, v := s.hear(now, peer(i), []byte("x")); v == asked {
			answers++
		}
	}
	if answers != repliesPerSecond {
		t.Errorf("%d answers in a second", answers)
	}
	if _, v := s.hear(now.Add(time.Second), peer(1000), []byte("x")); v != asked {
		t.Error("no answer in the next second")
	}
	a, b := netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("2001:db8::2")
	now = now.Add(10 * time.Second)
	s.hear(now, netip.AddrPortFrom(a, 1), []byte("x"))
	if _, v := s.hear(now, netip.AddrPortFrom(b, 2), []byte("x")); v != ignored {
		t.Error("a /64 is answered twice in a second")
	}
}

func TestStrangersGuessing(t *testing.T) {
	key, now := testKey(t), time.Unix(1_800_000_000, 0)
	s := strangers{key: key}
	code := auth.Code(key, peer(1), now.Unix()/60)
	for range wrongCodesMax {
		s.hear(now, peer(1), []byte("AAAAAA"))
	}
	if _, v := s.hear(now.Add(2*time.Second), peer(1), []byte(code)); v != ignored {
		t.Error("after five wrong codes the sixth counts")
	}
	if _, v := s.hear(now.Add(59*time.Second), peer(1), []byte("hello")); v != ignored {
		t.Error("a closed address is answered")
	}
	if _, v := s.hear(now.Add(closedFor), peer(1), []byte("hello")); v != asked {
		t.Error("the address stays closed")
	}
	now = now.Add(time.Hour)
	for i := range 3 * wrongCodesInMinute {
		s.hear(now, peer(i+10), []byte("AAAAAA"))
	}
	if len(s.wrongs) > wrongCodesInMinute {
		t.Errorf("%d addresses remembered", len(s.wrongs))
	}
	if _, v := s.hear(now, peer(5), []byte(auth.Code(key, peer(5), now.Unix()/60))); v != ignored {
		t.Error("codes are checked although too many were wrong")
	}
	if _, v := s.hear(now.Add(2*time.Minute), peer(5), []byte("x")); v != asked || len(s.wrongs) > 0 {
		t.Errorf("%d addresses remembered for ever", len(s.wrongs))
	}
}

// What somebody writes without knowing of codes costs him nothing.
func TestFirstTextIsNoGuess(t *testing.T) {
	s := strangers{key: testKey(t)}
	now := time.Unix(1_800_000_000, 0)
	for i := range 20 {
		if _, v := s.hear(now.Add(time.Duration(i)*time.Second), peer(1), []byte("hello there")); v != asked {
			t.Fatalf("text %d is not answered", i)
		}
	}
}

func TestCut(t *testing.T) {
	korean := charset.AppendCP949(nil, "x"+strings.Repeat("가", 1000)+"\n")
	for name, test := range map[string]struct {
		text []byte
		in   charset.Name
	}{
		"lines":  {[]byte(strings.Repeat(strings.Repeat("x", 500)+"\n", 9)), charset.UTF8},
		"korean": {[]byte("x" + strings.Repeat("가", 1000) + "\n"), charset.UTF8},
		"emoji":  {[]byte("xyz" + strings.Repeat("😀", 1000) + "\n"), charset.UTF8},
		"cp949":  {korean, charset.CP949},
	} {
		whole := ""
		for _, piece := range cut(test.text, test.in) {
			whole += string(piece)
			ok := strings.HasSuffix(string(piece), "\n") || name != "lines"
			if test.in == charset.UTF8 {
				ok = ok && strings.ToValidUTF8(string(piece), "") == string(piece)
			} else {
				text := strings.TrimPrefix(strings.TrimSuffix(string(piece), "\n"), "x")
				ok = ok && len(text)%2 == 0
			}
			if !ok || len(piece) > DatagramBytesMax {
				t.Errorf("%s: a piece of %d bytes is cut badly", name, len(piece))
			}
		}
		if whole != string(test.text) {
			t.Errorf("%s: the pieces are not the whole", name)
		}
	}
}
