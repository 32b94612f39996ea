package config

import "strings"

// linesOf finds the line of every key and table of a valid TOML text, by path. It
// knows as much of TOML as that takes: headers, keys, and where values end that go
// over several lines. Keys inside inline tables count for the table.
func linesOf(text string) map[string]int {
	s := lineScanner{lines: map[string]int{}, elements: map[string]int{}}
	for i, line := range strings.Split(text, "\n") {
		s.line(i+1, line)
	}
	return s.lines
}

type lineScanner struct {
	lines    map[string]int
	elements map[string]int // of arrays of tables, so far
	table    string         // path of the table that is open, with its dot
	quote    string         // of a multi-line text that is open
	depth    int            // of brackets that are open
}

func (s *lineScanner) line(n int, line string) {
	if s.quote != "" || s.depth > 0 {
		s.value(line)
		return
	}
	line = strings.TrimSpace(line)
	switch {
	case line == "" || line[0] == '#':
	case strings.HasPrefix(line, "[["):
		path := headerPath(line[2:])
		element := elementPath(path, s.elements[path])
		s.elements[path]++
		s.note(path, n)
		s.note(element, n)
		s.table = element + "."
	case line[0] == '[':
		s.table = headerPath(line[1:])
		s.note(s.table, n)
		s.table += "."
	default:
		key, value, _ := strings.Cut(line, "=")
		s.note(s.table+keyPath(key), n)
		s.value(value)
	}
}

func (s *lineScanner) note(path string, n int) {
	if s.lines[path] == 0 {
		s.lines[path] = n
	}
}

func headerPath(rest string) string {
	name, _, _ := strings.Cut(rest, "]")
	return keyPath(name)
}

// keyPath is a key without spaces and quotes.
func keyPath(key string) string {
	parts := strings.Split(key, ".")
	for i, part := range parts {
		parts[i] = strings.Trim(strings.TrimSpace(part), `"'`)
	}
	return strings.Join(parts, ".")
}

// value follows what may go on in the next line.
func (s *lineScanner) value(rest string) {
	for i := 0; i < len(rest); {
		if s.quote != "" {
			i = s.inText(rest, i)
			continue
		}
		switch c := rest[i]; {
		case c == '#':
			return
		case c == '"' || c == '\'':
			s.quote = rest[i : i+1]
			if strings.HasPrefix(rest[i:], strings.Repeat(s.quote, 3)) {
				s.quote = rest[i : i+3]
			}
			i += len(s.quote)
			continue
		case c == '[' || c == '{':
			s.depth++
		case c == ']' || c == '}':
			s.depth--
		}
		i++
	}
	if len(s.quote) == 1 {
		s.quote = ""
	}
}

// inText goes on behind the next escape or the end of the text.
func (s *lineScanner) inText(rest string, i int) int {
	switch {
	case strings.HasPrefix(rest[i:], s.quote):
		i += len(s.quote)
		// A text may end in quotes of its own: """"quoted"""".
		for len(s.quote) == 3 && i < len(rest) && rest[i] == s.quote[0] {
			i++
		}
		s.quote = ""
		return i
	case s.quote[0] == '"' && rest[i] == '\\':
		return i + 2
	}
	return i + 1
}
