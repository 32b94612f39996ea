package render

import (
	"iter"
	"strconv"
	"strings"
	"unicode/utf8"

	"madang/engine"
	"madang/wire/irc"
)

// TagConcat is the tag of a line that goes on with the one before (IRCv3 multiline). On
// a message of the core its value says where its sender had it divided without a line
// break: offsets in its text, in bytes, ascending, with commas between.
const TagConcat = "draft/multiline-concat"

// severalLines says whether the text is more than one line for everybody.
func (s *Speech) severalLines() bool {
	return strings.IndexByte(s.Text, '\n') >= 0 || s.divisions() != ""
}

// divisions is the value of TagConcat.
func (s *Speech) divisions() string {
	for i := range s.Tags {
		if s.Tags[i].Key == TagConcat {
			return s.Tags[i].Value
		}
	}
	return ""
}

// part is what one line of a message holds.
type part struct {
	text string
	goes bool // on with the part before, without a line break
}

// parts are what the lines of a message hold: as its sender divided it, and so that no
// line is longer than the number of bytes.
func (s *Speech) parts(bytes int) iter.Seq[part] {
	return func(yield func(part) bool) {
		divisions, at := s.divisions(), 0
		for line := range strings.SplitSeq(s.Text, "\n") {
			end, goes := at+len(line), false
			for {
				var n int
				n, divisions = nextDivision(divisions, at, end)
				if n < len(line) && !utf8.RuneStart(line[n]) {
					n = len(line)
				}
				n = whole(line, min(n, bytes))
				if !yield(part{line[:n], goes}) {
					return
				}
				at, line, goes = at+n, line[n:], true
				if line == "" {
					break
				}
			}
			at = end + len("\n")
		}
	}
}

// nextDivision is how many bytes there are from an offset up to the next division, or
// else to the end; and the divisions that are left.
func nextDivision(divisions string, at, end int) (bytes int, left string) {
	for divisions != "" {
		word, rest, _ := strings.Cut(divisions, ",")
		n, err := strconv.Atoi(word)
		switch {
		case err != nil || n <= at:
			divisions = rest
		case n >= end:
			return end - at, divisions
		default:
			return n - at, divisions
		}
	}
	return end - at, ""
}

// appendSeveral appends a message of several lines: as a batch for those who have it,
// else line by line without the blank ones.
func (r *Renderer) appendSeveral(dst []byte, f engine.Form, s *Speech) []byte {
	bytes := s.lineBytes(r)
	if f&engine.Form(CapMultiline) != 0 {
		return r.appendMultiline(dst, f, s, bytes)
	}
	first := true
	for p := range s.parts(bytes) {
		if p.text == "" {
			continue
		}
		dst = r.appendSpeechTags(dst, f, s, first, true)
		dst = r.appendSpeechLine(dst, s, p.text)
		first = false
	}
	return dst
}

// lineBytes is how much of the text one line holds, at least one byte.
func (s *Speech) lineBytes(r *Renderer) int {
	head := len(":") + len(r.Source(s.Source)) + len(" ") + len(Verb(s.What)) + len(" ") + len(s.Target) + len(" :")
	if s.Sign != 0 {
		head++
	}
	return max(1, irc.LineBytesMax-len("\r\n")-head)
}

// appendMultiline appends a batch of type draft/multiline.
func (r *Renderer) appendMultiline(dst []byte, f engine.Form, s *Speech, bytes int) []byte {
	id := "m" + strconv.FormatUint(uint64(s.Position), 36)
	if s.After > 0 {
		id += "-" + strconv.FormatUint(uint64(s.After), 36)
	}
	dst = r.appendSpeechTags(dst, f, s, true, true)
	dst = append(dst, ':')
	dst = r.appendSource(dst, s.Source)
	dst = append(append(dst, " BATCH +"...), id...)
	dst = append(dst, " draft/multiline "...)
	if s.Sign != 0 {
		dst = append(dst, s.Sign)
	}
	dst = append(append(dst, s.Target...), '\r', '\n')
	for p := range s.parts(bytes) {
		dst = irc.AppendTag(dst, true, "batch", id)
		if p.goes {
			dst = irc.AppendTag(dst, false, TagConcat, "")
		}
		dst = r.appendSpeechLine(irc.EndTags(dst), s, p.text)
	}
	return irc.Append(dst, r.server, "BATCH", "-"+id)
}

// appendSpeechLine appends one line of a message, without tags.
func (r *Renderer) appendSpeechLine(dst []byte, s *Speech, text string) []byte {
	dst = r.appendSpeechHead(dst, s)
	dst = append(append(dst, " :"...), text...)
	return append(dst, '\r', '\n')
}
