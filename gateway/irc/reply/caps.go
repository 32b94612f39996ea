package reply

// capLineBytes is how much of a list of capabilities stands in one line: with the head
// before it, no line is longer than the protocol allows.
const capLineBytes = 400

// CapList writes a CAP line with a list (IRCv3 capability-negotiation), in several lines
// for clients that read them; for others it is cut, between two names, to one.
func (w *Writer) CapList(sub string, words []string, several bool) {
	line := ""
	for _, word := range words {
		if line != "" && len(line)+len(" ")+len(word) > capLineBytes {
			if !several {
				break
			}
			w.Line(w.House.Name, "CAP", w.Nick, sub, "*", line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	w.Cap(sub, line)
}
