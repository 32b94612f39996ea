package irc

import (
	"strconv"

	"madang/gateway/irc/render"
	"madang/gateway/irc/reply"
	"madang/wire/irc"
)

// labelled is a line with a label, and what it asks (IRCv3 labeled-response).
type labelled struct {
	label string // escaped, as it was written
	asks  []ask
	// answered says that the answer went another way.
	answered bool
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
	h := c.hall
	l := &labelled{label: label}
	h.labelled = l
	defer func() { h.labelled = nil }()
	f()
	h.labelled = nil
	if l.answered {
		return
	}
	if len(l.asks) == 0 {
		l.asks = append(l.asks, ask{})
	}
	batch := h.nextBatch()
	for i, a := range l.asks {
		c.submit(a, &reply.Part{Source: h.house.Name, Label: label, Batch: batch, First: i == 0, Last: i == len(l.asks)-1})
	}
}

// label is that of the line being handled; empty: it has none.
func (c *client) label() string {
	if c.hall.labelled == nil {
		return ""
	}
	return c.hall.labelled.label
}

// takeLabel is label for what is answered in another way: nothing more bears it.
func (c *client) takeLabel() string {
	label := c.label()
	if label != "" {
		c.hall.labelled.answered = true
	}
	return label
}

// nextBatch is an id that no batch had before.
func (h *hall) nextBatch() string {
	h.batches++
	return "r" + strconv.FormatUint(h.batches, 36)
}
