package reply

import (
	"bytes"

	"madang/wire/irc"
)

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
			return irc.AppendTagged(nil, b, "label="+p.Label)
		}
		if irc.IsBatch(b) {
			return irc.AppendOpening(nil, b, "label="+p.Label)
		}
	}
	var dst []byte
	if p.First {
		dst = append(dst, "@label="+p.Label+" :"+p.Source+" BATCH +"+p.Batch+" labeled-response\r\n"...)
	}
	dst = irc.AppendBatched(dst, b, p.Batch)
	if p.Last && !paged {
		dst = append(dst, ":"+p.Source+" BATCH -"+p.Batch+"\r\n"...)
	}
	return dst
}

// Continued gives a further page its place in the batch.
func (p *Part) Continued(b []byte, more bool) []byte {
	dst := irc.AppendBatched(nil, b, p.Batch)
	if p.Last && !more {
		dst = append(dst, ":"+p.Source+" BATCH -"+p.Batch+"\r\n"...)
	}
	return dst
}
