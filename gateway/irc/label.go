package irc

import (
	"bytes"
	"strconv"

	"madang/gateway/irc/render"
	"madang/wire/irc"
)

// labelled is a line with a label, and what it asks (IRCv3 labeled-response).
type labelled struct {
	label string // escaped, as it was written
	asks  []ask
	// answered says that the answer went another way.
	answered bool
}

// part is one ask's place in a labelled response.
type part struct {
	source      string // the server
	label       string
	batch       string // id of the batch, if there will be one
	first, last bool
}

// within handles a line, and sees to it that its answer bears its label.
func (c *client) within(m *irc.Message, handle func(*irc.Message)) {
	label, ok := m.Tag("label")
	if !ok || len(label) == 0 || len(label) > labelBytesMax || c.caps&render.CapLabeledResponse == 0 {
		handle(m)
		return
	}
	c.withLabel(string(label), func() { handle(m) })
}

// labelBytesMax bounds a label (IRCv3 labeled-response, "Tags").
const labelBytesMax = 64

// withLabel has what f asks answered under a label. An empty label is none.
func (c *client) withLabel(label string, f func()) {
	if label == "" {
		f()
		return
	}
	g := c.gateway
	l := &labelled{label: label}
	g.labelled = l
	defer func() { g.labelled = nil }()
	f()
	g.labelled = nil
	if l.answered {
		return
	}
	if len(l.asks) == 0 {
		l.asks = append(l.asks, ask{})
	}
	g.batches++
	batch := "r" + strconv.FormatUint(g.batches, 36)
	for i, a := range l.asks {
		c.submit(a, &part{source: g.house.Name, label: label, batch: batch, first: i == 0, last: i == len(l.asks)-1})
	}
}

// label is that of the line being handled; empty: it has none.
func (g *Gateway) label() string {
	if g.labelled == nil {
		return ""
	}
	return g.labelled.label
}

// wrap gives an answer its label: nothing is acknowledged, one line bears it, several
// become a batch.
func (p *part) wrap(b []byte, paged bool) []byte {
	if p.first && p.last && !paged {
		switch bytes.Count(b, []byte{'\n'}) {
		case 0:
			return append(b, "@label="+p.label+" :"+p.source+" ACK\r\n"...)
		case 1:
			return appendTagged(nil, b, "label="+p.label)
		}
	}
	var dst []byte
	if p.first {
		dst = append(dst, "@label="+p.label+" :"+p.source+" BATCH +"+p.batch+" labeled-response\r\n"...)
	}
	dst = appendTagged(dst, b, "batch="+p.batch)
	if p.last && !paged {
		dst = append(dst, ":"+p.source+" BATCH -"+p.batch+"\r\n"...)
	}
	return dst
}

// continued gives a further page its place in the batch.
func (p *part) continued(b []byte, more bool) []byte {
	dst := appendTagged(nil, b, "batch="+p.batch)
	if p.last && !more {
		dst = append(dst, ":"+p.source+" BATCH -"+p.batch+"\r\n"...)
	}
	return dst
}

// appendTagged appends lines, each with a tag more.
func appendTagged(dst, lines []byte, tag string) []byte {
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
