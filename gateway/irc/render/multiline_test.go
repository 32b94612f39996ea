package render

import (
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"madang/chat"
	"madang/wire/irc"
)

// Whatever a message holds and however it was divided, its lines hold all of it, no
// character is cut, and lines that do not go on are parted by a line break.
func TestDividedTextIsWhole(t *testing.T) {
	g := renderer()
	source, room := longest(), "#방"
	for _, text := range []string{
		"하나\n\n둘", "\n앞", "뒤\n", "한" + strings.Repeat("글", 400), strings.Repeat("x", 900) + "\n" + strings.Repeat("한😀", 300), "a\nb\nc",
	} {
		for _, divisions := range []string{"", "1", "3", "2,3,4,5,6", "700", "x,3", "9999", "6,6,5", strconv.Itoa(len(text))} {
			said := &chat.Said{Source: source, RoomName: room, Time: at, Text: text, Tags: []chat.Tag{{Key: TagConcat, Value: divisions}}}
			var back strings.Builder
			first := true
			for line := range strings.Lines(string(g.Render(nil, place(said), fSeveral))) {
				bare := untagged(line)
				if len(bare) > irc.LineBytesMax || !utf8.ValidString(line) {
					t.Fatalf("%q divided at %s: %q", text, divisions, line)
				}
				_, part, ok := strings.Cut(strings.TrimSuffix(bare, "\r\n"), " PRIVMSG "+room+" :")
				if !ok {
					continue
				}
				if !first && !strings.Contains(line, TagConcat+" ") {
					back.WriteByte('\n')
				}
				first = false
				back.WriteString(part)
			}
			if back.String() != text {
				t.Errorf("%q divided at %s is %q", text, divisions, back.String())
			}
		}
	}
}
