package irc

import "testing"

func TestTagged(t *testing.T) {
	const lines = ":s BATCH +a x #y\r\n@batch=a;time=1 :n PRIVMSG #y :z\r\n:s BATCH -a\r\n"
	for _, c := range []struct{ what, got, want string }{
		{"every line", string(AppendTagged(nil, []byte(lines), "label=l")),
			"@label=l :s BATCH +a x #y\r\n@label=l;batch=a;time=1 :n PRIVMSG #y :z\r\n@label=l :s BATCH -a\r\n"},
		{"a batch within", string(AppendBatched(nil, []byte(lines), "o")),
			"@batch=o :s BATCH +a x #y\r\n@batch=a;time=1 :n PRIVMSG #y :z\r\n@batch=o :s BATCH -a\r\n"},
		{"the first line", string(AppendOpening(nil, []byte(lines), "label=l")), "@label=l " + lines},
	} {
		if c.got != c.want {
			t.Errorf("%s: %q, want %q", c.what, c.got, c.want)
		}
	}
	for text, want := range map[string]bool{
		lines: true, "@msgid=1 " + lines: true, "": false, ":s PRIVMSG a :BATCH +a\r\n": false,
		":s BATCH +a x\r\n:s BATCH -b\r\n": false, ":s BATCH +a x\r\n": false,
		":s NOTICE a :x\r\n" + lines: false, lines + ":s NOTICE a :x\r\n": false,
	} {
		if got := IsBatch([]byte(text)); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
