package client

import (
	"strconv"

	"madang/gateway/irc/render"
	"madang/gateway/irc/reply"
	"madang/wire/irc"
)

// labelled is a line with a label, and what it asks (IRCv3 labeled-response).
type labelled struct {
	label string // escaped, as it was written
	asks  []Ask
	// answered says that the answer went another way.
	answered bool
}

// Within handles a line, and sees to it that its answer bears its label.
func (c *Client) Within(m *irc.Message, handle func(*irc.Message)) {
	label, ok := m.Tag("label")
	if !ok || len(label) == 0 || len(label) > labelBytesMax || c.Caps&render.CapLabeledResponse == 0 {
		handle(m)
		return
	}
	c.WithLabel(string(label), func() { handle(m) })
}

// labelBytesMax bounds a label (IRCv3 labeled-response, "Tags").
const labelBytesMax = 64

// WithLabel has what f asks answered under a label. An empty label is none.
func (c *Client) WithLabel(label string, f func()) {
	if label == "" {
		f()
		return
	}
	h := c.Hall
	l := &labelled{label: label}
	h.labelled = l
	defer func() { h.labelled = nil }()
	f()
	h.labelled = nil
	if l.answered {
		return
	}
	if len(l.asks) == 0 {
		l.asks = append(l.asks, Ask{})
	}
	batch := h.NextBatch()
	for i, a := range l.asks {
		c.submit(a, &reply.Part{Source: h.House.Name, Label: label, Batch: batch, First: i == 0, Last: i == len(l.asks)-1})
	}
}

// Label is that of the line being handled; empty: it has none.
func (c *Client) Label() string {
	if c.Hall.labelled == nil {
		return ""
	}
	return c.Hall.labelled.label
}

// TakeLabel is label for what is answered in another way: nothing more bears it.
func (c *Client) TakeLabel() string {
	label := c.Label()
	if label != "" {
		c.Hall.labelled.answered = true
	}
	return label
}

// NextBatch is an id that no batch had before.
func (h *Hall) NextBatch() string {
	h.batches++
	return "r" + strconv.FormatUint(h.batches, 36)
}

// Alone is the label of a line that is answered once, later. The zero alone is none.
type Alone struct{ reply.Part }

// LabelAlone is the label of the line being handled.
func (c *Client) LabelAlone() Alone {
	label := c.Label()
	if label == "" {
		return Alone{}
	}
	return Alone{reply.Part{Source: c.Hall.House.Name, Label: label, Batch: c.Hall.NextBatch(), First: true, Last: true}}
}

// Labelled labels the whole answer.
func (a *Alone) Labelled(b []byte) []byte {
	if a.Label == "" {
		return b
	}
	return a.Wrap(b, false)
}

// Later takes the label of the line being handled to whatever is told when it is worked
// out.
func (c *Client) Later() func(func()) {
	label := c.TakeLabel()
	return func(f func()) { c.WithLabel(label, f) }
}
