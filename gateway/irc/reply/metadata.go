package reply

import (
	"slices"
	"strings"

	"madang/chat"
	"madang/chat/core"
	"madang/gateway/irc/render"
	"madang/wire/irc"
)

// What users and rooms say of themselves (IRCv3 metadata). Everybody who may know of a
// user or of a room's insides may know its metadata: its visibility is "*".

// SubscribedMax is how many keys one client may subscribe to.
const SubscribedMax = 100

// Described is a user or a room, as the target of METADATA.
type Described struct {
	Room *core.Room
	User *core.User
}

// Name is how the target is called.
func (d *Described) Name() string {
	if d.Room != nil {
		return d.Room.Name()
	}
	return d.User.Nick()
}

// Described is what a target of METADATA names, if the client may know what it says of
// itself: a stranger to a room may where anybody could enter and read.
func (w *Writer) Described(session chat.SessionID, target string, now chat.Time) (d Described, ok bool) {
	switch {
	case w.User == nil:
		return d, false
	case target == "*":
		return Described{User: w.User}, true
	case !render.IsRoomName(target):
		d.User = w.State.UserByNick(target)
		return d, d.User != nil
	}
	d.Room = w.VisibleRoom(target)
	return d, d.Room != nil && w.State.MayRead(session, d.Room.ID(), now)
}

// Metadata is what a target says of itself, by key.
func (w *Writer) Metadata(d Described) []chat.MetadataRecord {
	if d.Room != nil {
		return d.Room.Metadata()
	}
	return w.State.Metadata(d.User)
}

// MayDescribe says whether the client may change what a target says of itself.
func (w *Writer) MayDescribe(d Described) bool {
	if d.User != nil {
		return d.User.Is(w.User) || w.User.May(chat.MayRegister)
	}
	rank, _ := d.Room.RankOf(w.User)
	return rank.AtLeast(chat.Operator) || w.User.May(chat.MayRule)
}

// KeyValue writes what stands under a key.
func (w *Writer) KeyValue(target, key, value string) {
	w.Numeric(irc.RPL_KEYVALUE, target, key, "*", value)
}

// KeyNotSet writes that nothing does.
func (w *Writer) KeyNotSet(target, key string) {
	w.Numeric(irc.RPL_KEYNOTSET, target, key, "key not set")
}

// KeyChanged tells the client of a key, unasked: in the message that metadata-2 has for
// it, or in the numerics of metadata-3.
func (w *Writer) KeyChanged(target, key, value string, removed bool) {
	switch {
	case w.Has(render.CapMetadataNumerics) && removed:
		w.KeyNotSet(target, key)
	case w.Has(render.CapMetadataNumerics):
		w.KeyValue(target, key, value)
	case removed:
		w.Bytes = irc.Append(w.Bytes, w.House.Name, "METADATA", target, key, "*")
	default:
		w.Line(w.House.Name, "METADATA", target, key, "*", value)
	}
}

// Subscribed tells the client what a target says under the keys that it subscribed to.
func (w *Writer) Subscribed(d Described, keys map[string]struct{}) {
	for _, m := range w.Metadata(d) {
		if _, ok := keys[m.Key]; ok {
			w.KeyChanged(d.Name(), m.Key, m.Value, false)
		}
	}
}

// Batch writes a batch around what fill writes, for clients that know batches.
func (w *Writer) Batch(id, kind, target string, fill func()) {
	if !w.Has(render.CapBatch) {
		fill()
		return
	}
	params := []string{"+" + id, kind}
	if target != "" {
		params = append(params, target)
	}
	w.Bytes = irc.Append(w.Bytes, w.House.Name, "BATCH", params...)
	start := len(w.Bytes)
	fill()
	lines := slices.Clone(w.Bytes[start:])
	w.Bytes = irc.AppendBatched(w.Bytes[:start], lines, id)
	w.Bytes = irc.Append(w.Bytes, w.House.Name, "BATCH", "-"+id)
}

// Keys writes a numeric with a list of keys, in as many lines as they need.
func (w *Writer) Keys(n irc.Numeric, keys []string) {
	room := irc.TextBytesMax(w.House.Name, string(n), w.Nick)
	for start, bytes := 0, 0; start < len(keys); bytes = 0 {
		end := start
		for end < len(keys) && end-start < irc.ParamsMax-1 && bytes+len(keys[end])+1 <= room {
			bytes += len(keys[end]) + 1
			end++
		}
		w.NumericWords(n, keys[start:end]...)
		start = end
	}
}

// whoisMetadata writes what somebody says of himself, for those who have the capability.
func (w *Writer) whoisMetadata(u *core.User) {
	if !w.Has(render.CapMetadata) {
		return
	}
	for _, m := range w.State.Metadata(u) {
		w.Numeric(irc.RPL_WHOISKEYVALUE, u.Nick(), m.Key, "*", m.Value)
	}
}

// MetadataRefusal writes why a key was not set. target and key are as they were typed.
func (w *Writer) MetadataRefusal(r *chat.Refusal, target, key string) {
	target, key = render.OneWord(target), render.OneWord(key)
	switch r.Code {
	case chat.NoSuchRoom, chat.NoSuchNick:
		w.Fail("METADATA", "INVALID_TARGET", target, "Invalid metadata target")
	case chat.NeedRank, chat.NeedOperator, chat.NotMember, chat.OutOfScope:
		w.Fail("METADATA", "KEY_NO_PERMISSION", target, key, "You do not have permission to do that")
	case chat.BadValue:
		w.Fail("METADATA", "KEY_INVALID", key, "Invalid key: "+r.Text)
	case chat.ListFull:
		w.Fail("METADATA", "LIMIT_REACHED", target, "Metadata limit reached")
	case chat.TextTooLong, chat.TextInvalid:
		if w.Has(render.CapMetadataNumerics) {
			w.Fail("METADATA", "INVALID_VALUE", key, "Value is too long or not UTF-8")
			return
		}
		w.Fail("METADATA", "VALUE_INVALID", "Value is too long or not UTF-8")
	default:
		w.Refusal("METADATA", r)
	}
}

// KeyInvalid writes that a key cannot be one; false: it can.
func (w *Writer) KeyInvalid(key string) bool {
	r := chat.CheckMetadataKey(key)
	if r != nil {
		w.Fail("METADATA", "KEY_INVALID", render.OneWord(strings.TrimSpace(key)), "Invalid key: "+r.Text)
	}
	return r != nil
}
