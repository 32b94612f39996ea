package irc

import "bytes"

// AppendTagged appends lines, each with a tag more: "key=value", escaped.
func AppendTagged(dst, lines []byte, tag string) []byte {
	for len(lines) > 0 {
		var line []byte
		line, lines = nextLine(lines)
		dst = appendTagged(dst, line, tag)
	}
	return dst
}

// AppendBatched appends lines as part of a batch. Those that are part of another one
// already, which is within this, stay as they are.
func AppendBatched(dst, lines []byte, batch string) []byte {
	for len(lines) > 0 {
		var line []byte
		if line, lines = nextLine(lines); bytes.HasPrefix(line, []byte("@batch=")) {
			dst = append(dst, line...)
		} else {
			dst = appendTagged(dst, line, "batch="+batch)
		}
	}
	return dst
}

// AppendOpening appends lines, the first with a tag more.
func AppendOpening(dst, lines []byte, tag string) []byte {
	line, rest := nextLine(lines)
	return append(appendTagged(dst, line, tag), rest...)
}

// IsBatch says whether lines are exactly one batch: they begin with BATCH +id and end
// with BATCH -id.
func IsBatch(lines []byte) bool {
	first, _ := nextLine(lines)
	id, opens := bytes.CutPrefix(afterSource(first), []byte("BATCH +"))
	if !opens {
		return false
	}
	if i := bytes.IndexAny(id, " \r\n"); i >= 0 {
		id = id[:i]
	}
	last := bytes.TrimSuffix(lines, []byte("\r\n"))
	last = afterSource(last[bytes.LastIndexByte(last, '\n')+1:])
	return bytes.HasPrefix(last, []byte("BATCH -")) && string(last[len("BATCH -"):]) == string(id)
}

// afterSource is a line without its tags and its source.
func afterSource(line []byte) []byte {
	for _, sign := range []byte{'@', ':'} {
		if len(line) > 0 && line[0] == sign {
			_, line = cut(line)
		}
	}
	return line
}

// nextLine cuts the first line off, with its end.
func nextLine(lines []byte) (line, rest []byte) {
	end := bytes.IndexByte(lines, '\n') + 1
	if end == 0 {
		end = len(lines)
	}
	return lines[:end], lines[end:]
}

func appendTagged(dst, line []byte, tag string) []byte {
	dst = append(append(dst, '@'), tag...)
	if len(line) > 0 && line[0] == '@' {
		return append(append(dst, ';'), line[1:]...)
	}
	return append(append(dst, ' '), line...)
}
