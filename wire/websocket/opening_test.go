package websocket

import (
	"bytes"
	"strings"
	"testing"
)

// asked is a good request with other lines: one that begins as a line that is there
// takes its place, and "-Name" takes it away.
func asked(changes ...string) string {
	lines := []string{
		"GET /irc HTTP/1.1", "Host: chat.example.org:8097", "Upgrade: websocket", "Connection: keep-alive, Upgrade",
		"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13",
	}
	for _, c := range changes {
		name, _, _ := strings.Cut(strings.TrimPrefix(c, "-"), ":")
		at := len(lines)
		for i, l := range lines {
			if strings.HasPrefix(l, name+":") {
				at = i
			}
		}
		switch {
		case strings.HasPrefix(c, "GET ") || !strings.Contains(c, ":") && c[0] != '-':
			lines[0] = c
		case c[0] == '-':
			lines = append(lines[:at], lines[at+1:]...)
		case at == len(lines) || c[0] == '+':
			lines = append(lines, strings.TrimPrefix(c, "+"))
		default:
			lines[at] = c
		}
	}
	return strings.Join(lines, "\r\n") + "\r\n\r\n"
}

func TestOpening(t *testing.T) {
	long := "X: " + strings.Repeat("x", RequestBytesMax)
	policy := Policy{Paths: []string{"/", "/irc"}, Origins: []string{"https://Web.example.net"}}
	for _, test := range []struct {
		name, request string
		status        int
		part          string // of the answer
		protocol      Protocol
	}{
		{"as in RFC 6455 1.3", asked(), 101, "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n", Text},
		{"text", asked("Sec-WebSocket-Protocol: text.ircv3.net"), 101, "Sec-WebSocket-Protocol: text.ircv3.net\r\n", Text},
		{"the client's order", asked("Sec-WebSocket-Protocol: chat,binary.ircv3.net, text.ircv3.net"), 101, "Protocol: binary.ircv3.net\r\n", Binary},
		{"in two fields", asked("Sec-WebSocket-Protocol: chat", "+Sec-WebSocket-Protocol: binary.ircv3.net"), 101, "Protocol: binary.ircv3.net\r\n", Binary},
		{"an extension", asked("Sec-WebSocket-Extensions: permessage-deflate"), 101, "xOo=\r\n\r\n", Text},
		{"the root", asked("GET /?server=x HTTP/1.1"), 101, "", Text},
		{"a slash", asked("GET /irc/ HTTP/1.1"), 101, "", Text},
		{"its own page", asked("Origin: http://CHAT.example.org"), 101, "", Text},
		{"a listed page", asked("Origin: https://web.example.net"), 101, "", Text},
		{"LF alone", strings.ReplaceAll(asked(), "\r", ""), 101, "", Text},
		{"another page", asked("Origin: https://evil.example.net"), 403, "", 0},
		{"a page of the host's end", asked("Origin: https://evilchat.example.org"), 403, "", 0},
		{"a page from nowhere", asked("Origin: null"), 403, "", 0},
		{"two origins", asked("Origin: https://web.example.net", "+Origin: https://evil.example.net"), 400, "", 0},
		{"no path", asked("GET /files HTTP/1.1"), 404, "", 0},
		{"no slash", asked("GET irc HTTP/1.1"), 404, "", 0},
		{"POST", asked("POST /irc HTTP/1.1"), 405, "Allow: GET\r\n", 0},
		{"a visitor", asked("-Upgrade:", "-Connection:"), 426, "Upgrade: websocket\r\nConnection: upgrade, close\r\n", 0},
		{"HTTP/2", asked("Upgrade: h2c"), 426, "", 0},
		{"an old version", asked("Sec-WebSocket-Version: 8"), 426, "Sec-WebSocket-Version: 13\r\n", 0},
		{"no version", asked("-Sec-WebSocket-Version:"), 426, "Sec-WebSocket-Version: 13\r\n", 0},
		{"no key", asked("-Sec-WebSocket-Key:"), 400, "", 0},
		{"a short key", asked("Sec-WebSocket-Key: AAAA"), 400, "", 0},
		{"two keys", asked("+Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="), 400, "", 0},
		{"no host", asked("-Host:"), 400, "", 0},
		{"two hosts", asked("+Host: other"), 400, "", 0},
		{"HTTP/1.0", asked("GET /irc HTTP/1.0"), 400, "", 0},
		{"a body", asked("Content-Length: 5"), 400, "", 0},
		{"a second length", asked("Content-Length: 0", "+Content-Length: 5"), 400, "", 0},
		{"a folded line", asked("X: y\r\n z"), 400, "", 0},
		{"a blank before the colon", asked("X : y"), 400, "", 0},
		{"a control character", asked("X: \x01"), 400, "", 0},
		{"IRC", "NICK mina\r\n", 400, "Connection: close\r\n", 0},
		{"an empty line", "\r\n", 400, "", 0},
		{"too long", asked(long), 431, "", 0},
		{"endless", strings.Repeat("x", RequestBytesMax+1), 431, "", 0},
	} {
		for _, step := range []int{len(test.request), 1, 7} {
			var o Opening
			v, left, ok := Verdict{}, []byte(nil), false
			behind := "behind"
			for rest := []byte(test.request + behind); len(rest) > 0 && !ok; {
				n := min(step, len(rest))
				if n == len(test.request) {
					n = len(rest)
				}
				v, left, ok = o.Next(rest[:n:n], &policy)
				rest = rest[n:]
			}
			head := "HTTP/1.1 " + map[bool]string{true: "101 Switching Protocols"}[test.status == 101]
			if !ok || v.Status != test.status || v.Protocol != test.protocol || !strings.Contains(string(v.Answer), test.part) ||
				!strings.HasPrefix(string(v.Answer), head) {
				t.Errorf("%s, %d at a time: %d %v %q", test.name, step, v.Status, v.Protocol, v.Answer)
			}
			if v.Status == 101 && step == len(test.request) && string(left) != behind {
				t.Errorf("%s: %q is left", test.name, left)
			}
			if v.Status == 101 && len(o.Rest()) > 0 {
				t.Errorf("%s: %q is kept", test.name, o.Rest())
			}
		}
	}
}

func TestPolicy(t *testing.T) {
	for _, test := range []struct {
		origins      []string
		origin, host string
		want         bool
	}{
		{nil, "https://a.example", "a.example", true},
		{nil, "http://a.example:8080", "a.example:8097", true},
		{nil, "http://[::1]:8080", "[::1]:8097", true},
		{nil, "http://[::1]", "[::2]", false},
		{nil, "http://", "", false},
		{nil, "a.example", "a.example", false},
		{nil, "https://a.example:x@evil.example", "a.example", false},
		{nil, "https://a.example:1/evil", "a.example", false},
		{[]string{"*"}, "null", "a.example", true},
		{[]string{"null"}, "null", "a.example", true},
		{[]string{"https://b.example"}, "http://b.example", "a.example", false},
	} {
		p := Policy{Origins: test.origins}
		if got := p.allows(test.origin, test.host); got != test.want {
			t.Errorf("%v: %s at %s: %v", test.origins, test.origin, test.host, got)
		}
	}
	if p := (Policy{}); !p.knows("/anything") || p.knows("anything") {
		t.Error("without paths it is anywhere that is a path")
	}
}

// An answer says how long it is.
func TestRefusal(t *testing.T) {
	for _, status := range []int{400, 403, 404, 405, 408, 426, 431} {
		head, body, _ := bytes.Cut(Refusal(status, "자리가 없습니다"), []byte("\r\n\r\n"))
		if string(body) != "자리가 없습니다\n" || !strings.HasSuffix(string(head), "Content-Length: 23") {
			t.Errorf("%d: %q %q", status, head, body)
		}
	}
}

func FuzzOpening(f *testing.F) {
	f.Add([]byte(asked()), 3)
	f.Add([]byte(asked("Origin: https://x", "Sec-WebSocket-Protocol: binary.ircv3.net")), 100)
	f.Add([]byte("NICK a\r\nUSER a 0 * :a\r\n"), 1)
	f.Fuzz(func(t *testing.T, request []byte, cut int) {
		policy := Policy{Paths: []string{"/", "/irc"}}
		var whole, parts Opening
		want, left, ok := whole.Next(bytes.Clone(request), &policy)
		if len(whole.Rest()) > RequestBytesMax {
			t.Fatalf("%d bytes are kept", len(whole.Rest()))
		}
		cut = max(0, min(cut, len(request)))
		got, rest, done := parts.Next(bytes.Clone(request[:cut]), &policy)
		if done {
			rest = append(bytes.Clone(rest), request[cut:]...)
		} else {
			got, rest, done = parts.Next(bytes.Clone(request[cut:]), &policy)
		}
		if done != ok || got.Status != want.Status && want.Status != 431 || want.Status == 101 && (!bytes.Equal(rest, left) || !bytes.Equal(got.Answer, want.Answer)) {
			t.Fatalf("whole: %d %v %q; cut at %d: %d %v %q", want.Status, ok, left, cut, got.Status, done, rest)
		}
	})
}
