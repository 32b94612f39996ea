package talk

import (
	"bytes"
	"strconv"

	"madang/chat"
	"madang/chat/names"
	"madang/gateway/irc/client"
	"madang/gateway/irc/render"
	"madang/wire/irc"
)

// batch is a message of several lines that a client is sending (IRCv3 client-batch and
// multiline). Until it is closed, nobody sees anything of it.
type batch struct {
	ref, target string
	label       string // of the line that opened it
	utterance
	verb      string // of its lines; empty: there is none yet
	combined  []byte
	divisions []byte // the value of render.TagConcat
	lines     int
	ignored   bool // it was refused: the rest of it means nothing
}

// Batches are those that clients are sending. Owned by the loop.
type Batches map[*client.Client]*batch

// Forget drops what a client that is gone was sending.
func (b Batches) Forget(c *client.Client) { delete(b, c) }

// refBytesMax bounds the name of a batch.
const refBytesMax = 64

// Batch is BATCH: +REF TYPE TARGET opens, -REF closes.
func (b Batches) Batch(c *client.Client, m *irc.Message) {
	word := string(m.Param(0))
	if word == "" || word[0] != '+' && word[0] != '-' {
		c.Fail("BATCH", "INVALID_REFTAG", render.OneWord(word), "A batch is opened with + and closed with - before its name")
		return
	}
	open := b[c]
	switch {
	case word[0] == '+' && open != nil && !open.ignored:
		refuseBatch(c, open, "MULTILINE_INVALID", "Batches cannot be nested")
	case word[0] == '+':
		b.begin(c, m, word[1:])
	case open == nil || open.ref != word[1:]:
		c.Fail("BATCH", "INVALID_REFTAG", render.OneWord(word[1:]), "There is no such batch")
	default:
		delete(b, c)
		if !open.ignored {
			sayBatch(c, open)
		}
	}
}

// begin opens a batch. One of a type that is not known is passed over to its end.
func (b Batches) begin(c *client.Client, m *irc.Message, ref string) {
	if ref == "" || len(ref) > refBytesMax || bytes.ContainsAny([]byte(ref), ":,\\;") {
		c.Fail("BATCH", "INVALID_REFTAG", render.OneWord(ref), "The name of a batch is of up to 64 letters and digits")
		return
	}
	open := &batch{ref: ref, target: string(m.Param(2))}
	b[c] = open
	if kind := string(m.Param(1)); kind != "draft/multiline" || c.Caps&render.CapMultiline == 0 {
		open.ignored = true
		c.Fail("BATCH", "UNKNOWN_TYPE", ref, render.OneWord(kind), "The type of batch is not known, or not negotiated")
		return
	}
	if open.target == "" {
		refuseBatch(c, open, "MULTILINE_INVALID", "The batch has no target")
		return
	}
	if c.Caps&render.CapMessageTags != 0 {
		open.readTags(m)
	}
	open.label = c.TakeLabel()
}

// refuseBatch says what is wrong with a batch, the rest of which means nothing.
func refuseBatch(c *client.Client, b *batch, code string, params ...string) {
	b.ignored, b.combined = true, nil
	if c.Label() != "" {
		c.Fail("BATCH", code, params...)
		return
	}
	c.WithLabel(b.label, func() { c.Fail("BATCH", code, params...) })
}

// Take takes a line that belongs to a batch; false: it stands for itself, as what
// says nothing to anybody may while a batch is open.
func (b Batches) Take(c *client.Client, m *irc.Message) bool {
	if len(m.Tags) == 0 && len(b) == 0 {
		return false
	}
	open := b[c]
	ref, tagged := m.Tag("batch")
	if open == nil && !tagged {
		return false
	}
	verb := string(m.Command())
	speaks := verb == "PRIVMSG" || verb == "NOTICE"
	switch {
	case open == nil:
		if !speaks {
			return false
		}
		c.Fail("BATCH", "MULTILINE_INVALID", "The line is part of no open batch")
	case tagged && string(ref) == open.ref && open.ignored:
	case tagged && string(ref) == open.ref && speaks:
		addToBatch(c, open, m)
	case open.ignored:
		return false
	case tagged || speaks || verb == "TAGMSG":
		refuseBatch(c, open, "MULTILINE_INVALID", "The line is no part of the open batch")
	default:
		return false
	}
	return true
}

// addToBatch takes one line (IRCv3 multiline, "Batch types").
func addToBatch(c *client.Client, b *batch, m *irc.Message) {
	config := c.Hall.Config()
	_, goes := m.Tag(render.TagConcat)
	target, text, verb := string(m.Param(0)), m.Param(1), string(m.Command())
	if b.lines > 0 && !goes {
		b.combined = append(b.combined, '\n')
	}
	if b.lines > 0 && goes {
		if len(b.divisions) > 0 {
			b.divisions = append(b.divisions, ',')
		}
		b.divisions = strconv.AppendInt(b.divisions, int64(len(b.combined)), 10)
	}
	b.lines++
	b.combined = append(b.combined, text...)
	switch {
	case names.Fold(target) != names.Fold(b.target):
		refuseBatch(c, b, "MULTILINE_INVALID_TARGET", render.OneWord(b.target), render.OneWord(target), "Invalid multiline target")
	case b.verb != "" && b.verb != verb:
		refuseBatch(c, b, "MULTILINE_INVALID", "A batch is of PRIVMSG or of NOTICE")
	case goes && len(text) == 0:
		refuseBatch(c, b, "MULTILINE_INVALID", "A blank line goes on with none")
	case b.lines > config.MultilineLines:
		refuseBatch(c, b, "MULTILINE_MAX_LINES", strconv.Itoa(config.MultilineLines), "Multiline batch max-lines exceeded")
	case len(b.combined) > config.MultilineBytes:
		refuseBatch(c, b, "MULTILINE_MAX_BYTES", strconv.Itoa(config.MultilineBytes), "Multiline batch max-bytes exceeded")
	}
	b.verb = verb
}

// sayBatch says what a batch holds, as one message.
func sayBatch(c *client.Client, b *batch) {
	if len(bytes.Trim(b.combined, "\n")) == 0 || b.combined[0] == 1 {
		refuseBatch(c, b, "MULTILINE_INVALID", "The batch is blank, or no text")
		return
	}
	b.text, b.several = string(b.combined), true
	if b.verb == "NOTICE" {
		b.kind = chat.Notice
	}
	if len(b.divisions) > 0 {
		b.tags = append(b.tags, chat.Tag{Key: render.TagConcat, Value: string(b.divisions)})
	}
	c.WithLabel(b.label, func() { sayTo(c, []byte(b.target), &b.utterance) })
}
