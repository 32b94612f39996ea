package reply

import "bytes"

// Part is the place that one of several answers to a line has in a labelled response
// (IRCv3 labeled-response).
type Part struct {
	Source      string // the server
	Label       string // escaped
	Batch       string // id of the batch, if there will be one
	First, Last bool
}

// Wrap gives an answer its label: nothing is acknowledged, one line bears it, several
// become a batch.
func (p *Part) Wrap(b []byte, paged bool) []byte {
	if p.First && p.Last && !paged {
		switch bytes.Count(b, []byte{'\n'}) {
		case 0:
			return append(b, "@label="+p.Label+" :"+p.Source+" ACK\r\n"...)
		case 1:
			return AppendTagged(nil, b, "label="+p.Label)
		}
	}
	var dst []byte
	if p.First {
		dst = append(dst, "@label="+p.Label+" :"+p.Source+" BATCH +"+p.Batch+" labeled-response\r\n"...)
	}
	dst = AppendTagged(dst, b, "batch="+p.Batch)
	if p.Last && !paged {
		dst = append(dst, ":"+p.Source+" BATCH -"+p.Batch+"\r\n"...)
	}
	return dst
}

// Continued gives a further page its place in the batch.
func (p *Part) Continued(b []byte, more bool) []byte {
	dst := AppendTagged(nil, b, "batch="+p.Batch)
	if p.Last && !more {
		dst = append(dst, ":"+p.Source+" BATCH -"+p.Batch+"\r\n"...)
	}
	return dst
}

// AppendTagged appends lines, each with a tag more.
func AppendTagged(dst, lines []byte, tag string) []byte {
	for len(lines) > 0 {
		end := bytes.IndexByte(lines, '\n') + 1
		if end == 0 {
			end = len(lines)
		}
		line := lines[:end]
		lines = lines[end:]
		dst = append(append(dst, '@'), tag...)
		if line[0] == '@' {
			dst = append(dst, ';')
			line = line[1:]
		} else {
			dst = append(dst, ' ')
		}
		dst = append(dst, line...)
	}
	return dst
}
