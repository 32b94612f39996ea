package people

import (
	"slices"
	"strconv"
	"strings"

	"madang/chat"
	"madang/engine"
	"madang/gateway/irc/client"
	"madang/gateway/irc/render"
	"madang/gateway/irc/reply"
	"madang/wire/irc"
)

// MetadataValue is what CAP LS says of metadata.
func MetadataValue() string {
	return "before-connect,max-subs=" + strconv.Itoa(reply.SubscribedMax) +
		",max-keys=" + strconv.Itoa(chat.MetadataKeysMax) + ",max-value-bytes=" + strconv.Itoa(chat.MetadataValueBytesMax)
}

// Metadata is METADATA (IRCv3 metadata): TARGET SUBCOMMAND and its parameters.
func (f *Followers) Metadata(c *client.Client, m *irc.Message) {
	target, sub, rest := string(m.Param(0)), strings.ToUpper(string(m.Param(1))), m.Strings(2)
	if c.Pending != nil && target != "*" {
		c.Fail("METADATA", "INVALID_TARGET", render.OneWord(target), "Before the welcome the target is *")
		return
	}
	switch {
	case (sub == "GET" || sub == "SET" || sub == "SUB" || sub == "UNSUB") && len(rest) == 0:
		c.NeedMoreParams("METADATA")
	case sub == "GET" || sub == "LIST":
		listMetadata(c, target, sub == "LIST", rest)
	case sub == "SET":
		setMetadata(c, target, rest)
	case sub == "CLEAR":
		clearMetadata(c, target)
	case sub == "SUB":
		f.subscribe(c, rest)
	case sub == "UNSUB":
		f.unsubscribe(c, rest)
	case sub == "SUBS":
		id := c.Hall.NextBatch()
		c.Answer(func(w *client.Writer) {
			w.Batch(id, "metadata-subs", "", func() { w.Keys(irc.RPL_METADATASUBS, slices.Sorted(keys(subscriptions(c)))) })
		})
	case sub == "SYNC":
		syncMetadata(c, target)
	default:
		c.Fail("METADATA", "SUBCOMMAND_INVALID", render.OneWord(sub), "Invalid subcommand")
	}
}

// described is what a target names; a stranger has what he said himself.
func described(w *client.Writer, target string) (reply.Described, bool) {
	d, ok := w.Described(w.Client.Session.ID(), target, w.Client.Hall.House.Now())
	if !ok {
		w.Fail("METADATA", "INVALID_TARGET", render.OneWord(target), "Invalid metadata target")
	}
	return d, ok
}

// listMetadata answers GET and LIST.
func listMetadata(c *client.Client, target string, all bool, wanted []string) {
	id, said := c.Hall.NextBatch(), saidEarly(c)
	c.Answer(func(w *client.Writer) {
		name, records := "*", []chat.MetadataRecord(nil)
		if c.Pending != nil {
			records = said
		} else {
			d, ok := described(w, target)
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
				writeKey(w, name, key, records)
			}
		})
	})
}

// writeKey writes what stands under one key.
func writeKey(w *client.Writer, name, key string, records []chat.MetadataRecord) {
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
func setMetadata(c *client.Client, target string, params []string) {
	key, value, remove := params[0], "", len(params) < 2
	if !remove {
		value = params[1]
	}
	if c.Pending != nil {
		sayEarly(c, key, value, remove)
		return
	}
	c.Do(client.Ask{
		Verb: "METADATA", Command: setCommand(c, target, key, value, remove),
		Refused: func(w *client.Writer, r *chat.Refusal) { w.MetadataRefusal(r, target, key) },
		Answer: func(w *client.Writer, o *engine.Outcome) {
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

func setCommand(c *client.Client, target, key, value string, remove bool) *chat.SetMetadata {
	k := &chat.SetMetadata{Session: c.Session.ID(), Key: key, Value: value, Remove: remove}
	switch {
	case render.IsRoomName(target):
		k.Room = target
	case target != "*":
		k.Nick = target
	}
	return k
}

// sayEarly is SET before the welcome: it is said when the stranger is a user.
func sayEarly(c *client.Client, key, value string, remove bool) {
	said := slices.DeleteFunc(slices.Clone(c.Extra().Said), func(m chat.MetadataRecord) bool { return m.Key == key })
	full := len(said) >= chat.MetadataKeysMax
	valid := chat.CheckMetadataKey(key) == nil && len(value) <= chat.MetadataValueBytesMax && (remove || !full)
	c.Answer(func(w *client.Writer) {
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
		c.Extras.Said = said
	}
}

// OwnMetadata tells somebody who has come what he says of himself, with what he said
// before the welcome.
func OwnMetadata(w *client.Writer) {
	if !w.Has(render.CapMetadata) || w.User == nil {
		return
	}
	said := saidEarly(w.Client)
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
func saidEarly(c *client.Client) []chat.MetadataRecord {
	if c.Extras == nil {
		return nil
	}
	return c.Extras.Said
}

// SetSaid has said what was set before the welcome.
func SetSaid(c *client.Client) {
	if c.Extras == nil {
		return
	}
	for _, m := range c.Extras.Said {
		c.Do(client.Ask{Verb: "METADATA", Command: setCommand(c, "*", m.Key, m.Value, false), Refused: func(w *client.Writer, r *chat.Refusal) {
			w.MetadataRefusal(r, "*", m.Key)
		}})
	}
	c.Extras.Said = nil
}

// clearMetadata is CLEAR: everything that a target says of itself goes.
func clearMetadata(c *client.Client, target string) {
	if c.Pending != nil {
		c.Fail("METADATA", "KEY_NO_PERMISSION", "*", "*", "Only a registered client clears")
		return
	}
	id, label, name := c.Hall.NextBatch(), c.Label(), target
	var gone []string
	refused := false
	c.Do(client.Ask{Hold: true, Passes: true, Answer: func(w *client.Writer, _ *engine.Outcome) {
		d, ok := described(w, target)
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
	}, Done: func(engine.Outcome) {
		if refused {
			return
		}
		c.WithLabel(label, func() {
			for _, key := range gone {
				c.Do(client.Ask{Verb: "METADATA", Command: setCommand(c, target, key, "", true), Refused: func(w *client.Writer, r *chat.Refusal) {
					w.MetadataRefusal(r, target, key)
				}})
			}
			c.Answer(func(w *client.Writer) {
				w.Batch(id, "metadata", name, func() {
					for _, key := range gone {
						w.KeyNotSet(name, key)
					}
				})
			})
		})
	}})
}
