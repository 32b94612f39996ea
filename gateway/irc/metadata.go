package irc

import (
	"slices"
	"strconv"
	"strings"

	"madang/chat"
	"madang/engine"
	"madang/gateway/irc/render"
	"madang/gateway/irc/reply"
	"madang/wire/irc"
)

// laterValue is what CAP LS says of a capability of what is said.
func (c *client) laterValue(cap render.Caps) string {
	switch cap {
	case render.CapMultiline:
		config := c.hall.config()
		return "max-bytes=" + strconv.Itoa(config.MultilineBytes) + ",max-lines=" + strconv.Itoa(config.MultilineLines)
	case render.CapMetadata, render.CapMetadata | render.CapMetadataNumerics:
		return metadataValue()
	case render.CapRelaymsg:
		return "/"
	}
	return ""
}

// metadataValue is what CAP LS says of metadata.
func metadataValue() string {
	return "before-connect,max-subs=" + strconv.Itoa(reply.SubscribedMax) +
		",max-keys=" + strconv.Itoa(chat.MetadataKeysMax) + ",max-value-bytes=" + strconv.Itoa(chat.MetadataValueBytesMax)
}

// metadata is METADATA (IRCv3 metadata): TARGET SUBCOMMAND and its parameters.
func (f *followers) metadata(c *client, m *irc.Message) {
	target, sub, rest := string(m.Param(0)), strings.ToUpper(string(m.Param(1))), m.Strings(2)
	if c.pending != nil && target != "*" {
		c.fail("METADATA", "INVALID_TARGET", render.OneWord(target), "Before the welcome the target is *")
		return
	}
	switch {
	case (sub == "GET" || sub == "SET" || sub == "SUB" || sub == "UNSUB") && len(rest) == 0:
		c.needMoreParams("METADATA")
	case sub == "GET" || sub == "LIST":
		c.listMetadata(target, sub == "LIST", rest)
	case sub == "SET":
		c.setMetadata(target, rest)
	case sub == "CLEAR":
		c.clearMetadata(target)
	case sub == "SUB":
		f.subscribe(c, rest)
	case sub == "UNSUB":
		f.unsubscribe(c, rest)
	case sub == "SUBS":
		id := c.hall.nextBatch()
		c.answer(func(w *writer) {
			w.Batch(id, "metadata-subs", "", func() { w.Keys(irc.RPL_METADATASUBS, slices.Sorted(keys(c.subscriptions()))) })
		})
	case sub == "SYNC":
		c.syncMetadata(target)
	default:
		c.fail("METADATA", "SUBCOMMAND_INVALID", render.OneWord(sub), "Invalid subcommand")
	}
}

// described is what a target names; a stranger has what he said himself.
func (w *writer) described(target string) (reply.Described, bool) {
	d, ok := w.Described(w.c.session.ID(), target, chat.Time(w.c.hall.house.Engine.Now().UnixMilli()))
	if !ok {
		w.Fail("METADATA", "INVALID_TARGET", render.OneWord(target), "Invalid metadata target")
	}
	return d, ok
}

// listMetadata answers GET and LIST.
func (c *client) listMetadata(target string, all bool, wanted []string) {
	id, said := c.hall.nextBatch(), c.saidEarly()
	c.answer(func(w *writer) {
		name, records := "*", []chat.MetadataRecord(nil)
		if c.pending != nil {
			records = said
		} else {
			d, ok := w.described(target)
			if !ok {
				return
			}
			name, records = d.Name(), w.Metadata(d)
		}
		w.Batch(id, "metadata", name, func() {
			if all {
				for _, m := range records {
					w.KeyValue(name, m.Key, m.Value)
				}
			}
			for _, key := range wanted {
				w.key(name, key, records)
			}
		})
	})
}

// key writes what stands under one key.
func (w *writer) key(name, key string, records []chat.MetadataRecord) {
	if w.KeyInvalid(key) {
		return
	}
	i := slices.IndexFunc(records, func(m chat.MetadataRecord) bool { return m.Key == key })
	if i < 0 {
		w.KeyNotSet(name, key)
		return
	}
	w.KeyValue(name, key, records[i].Value)
}

// setMetadata is SET; without a value the key goes.
func (c *client) setMetadata(target string, params []string) {
	key, value, remove := params[0], "", len(params) < 2
	if !remove {
		value = params[1]
	}
	if c.pending != nil {
		c.sayEarly(key, value, remove)
		return
	}
	c.do(ask{
		verb: "METADATA", command: c.setCommand(target, key, value, remove),
		refused: func(w *writer, r *chat.Refusal) { w.MetadataRefusal(r, target, key) },
		answer: func(w *writer, o *engine.Outcome) {
			name := target
			if target == "*" {
				name = w.User.Nick()
			}
			switch {
			case remove && len(o.Events) == 0:
				w.Fail("METADATA", "KEY_NOT_SET", render.OneWord(name), render.OneWord(key), "Key not set")
			case remove:
				w.KeyNotSet(name, key)
			default:
				w.KeyValue(name, key, value)
			}
		},
	})
}

func (c *client) setCommand(target, key, value string, remove bool) *chat.SetMetadata {
	k := &chat.SetMetadata{Session: c.session.ID(), Key: key, Value: value, Remove: remove}
	switch {
	case render.IsRoomName(target):
		k.Room = target
	case target != "*":
		k.Nick = target
	}
	return k
}

// sayEarly is SET before the welcome: it is said when the stranger is a user.
func (c *client) sayEarly(key, value string, remove bool) {
	said := slices.DeleteFunc(slices.Clone(c.extra().said), func(m chat.MetadataRecord) bool { return m.Key == key })
	full := len(said) >= chat.MetadataKeysMax
	valid := chat.CheckMetadataKey(key) == nil && len(value) <= chat.MetadataValueBytesMax && (remove || !full)
	c.answer(func(w *writer) {
		switch {
		case w.KeyInvalid(key):
		case len(value) > chat.MetadataValueBytesMax:
			w.MetadataRefusal(&chat.Refusal{Code: chat.TextTooLong}, "*", key)
		case remove:
			w.KeyNotSet("*", key)
		case full:
			w.MetadataRefusal(&chat.Refusal{Code: chat.ListFull}, "*", key)
		default:
			w.KeyValue("*", key, value)
		}
	})
	if valid && !remove {
		said = append(said, chat.MetadataRecord{Key: key, Value: value})
	}
	if valid {
		c.extras.said = said
	}
}

// ownMetadata tells somebody who has come what he says of himself, with what he said
// before the welcome.
func (w *writer) ownMetadata() {
	if !w.Has(render.CapMetadata) || w.User == nil {
		return
	}
	said := w.c.saidEarly()
	w.Batch("own", "metadata", w.User.Nick(), func() {
		for _, m := range w.State.Metadata(w.User) {
			if !slices.ContainsFunc(said, func(s chat.MetadataRecord) bool { return s.Key == m.Key }) {
				w.KeyChanged(w.User.Nick(), m.Key, m.Value, false)
			}
		}
		for _, m := range said {
			w.KeyChanged(w.User.Nick(), m.Key, m.Value, false)
		}
	})
}

// saidEarly is what was set before the welcome.
func (c *client) saidEarly() []chat.MetadataRecord {
	if c.extras == nil {
		return nil
	}
	return c.extras.said
}

// setSaid has said what was set before the welcome.
func (c *client) setSaid() {
	if c.extras == nil {
		return
	}
	for _, m := range c.extras.said {
		c.do(ask{verb: "METADATA", command: c.setCommand("*", m.Key, m.Value, false), refused: func(w *writer, r *chat.Refusal) {
			w.MetadataRefusal(r, "*", m.Key)
		}})
	}
	c.extras.said = nil
}

// clearMetadata is CLEAR: everything that a target says of itself goes.
func (c *client) clearMetadata(target string) {
	if c.pending != nil {
		c.fail("METADATA", "KEY_NO_PERMISSION", "*", "*", "Only a registered client clears")
		return
	}
	id, label, name := c.hall.nextBatch(), c.label(), target
	var gone []string
	refused := false
	c.do(ask{hold: true, passes: true, answer: func(w *writer, _ *engine.Outcome) {
		d, ok := w.described(target)
		if ok && !w.MayDescribe(d) {
			w.Fail("METADATA", "KEY_NO_PERMISSION", render.OneWord(target), "*", "You do not have permission to do that")
			ok = false
		}
		if refused = !ok; refused {
			return
		}
		name, gone = d.Name(), gone[:0]
		for _, m := range w.Metadata(d) {
			gone = append(gone, m.Key)
		}
	}, done: func(engine.Outcome) {
		if refused {
			return
		}
		c.withLabel(label, func() {
			for _, key := range gone {
				c.do(ask{verb: "METADATA", command: c.setCommand(target, key, "", true), refused: func(w *writer, r *chat.Refusal) {
					w.MetadataRefusal(r, target, key)
				}})
			}
			c.answer(func(w *writer) {
				w.Batch(id, "metadata", name, func() {
					for _, key := range gone {
						w.KeyNotSet(name, key)
					}
				})
			})
		})
	}})
}
