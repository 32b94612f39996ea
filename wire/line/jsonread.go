package line

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// IDBytesMax bounds the id that a client chooses for a command.
const IDBytesMax = 64

// Mark is a place in history: a position, or the id or the time of a message.
type Mark struct {
	Position uint64 // if Text is empty
	Text     string // an id or an RFC 3339 time, as written
	Set      bool
}

// Request is a command that came as a JSON object. What a type does not take is zero.
type Request struct {
	// Type is one of requestTypes.
	Type string
	// ID is the command's own; answers give it back.
	ID string

	Room, To, Text, Key, Nick, Token string

	Before, After Mark
	Limit         int // of messages; 0 if it was not given
	// HasText tells a missing text from an empty one (which clears a topic).
	HasText bool

	Message string // id of the message that the command is about
	Reply   string // id of the message that this one answers
	Sign    string // of a reaction
	Remove  bool   // take it back
	From    string // who said what is searched for
	Number  uint64 // of the last message read; 0: of all there are

	Account, Password, Code string
	Mail, Invitation        string
	Old, New                string // passwords
	Set                     string // which setting
	On                      bool
	HasOn                   bool // On was given
	Session                 string
	App                     string // id of an app password
	Label                   string
	Rooms                   []string
	ReadOnly                bool
	Days                    int // 0: for ever
}

// RequestError is a JSON line that is no command. Its sentence is for the user; ID is
// to be given back if the object had a usable one.
type RequestError struct {
	ID       string
	Sentence string
}

func (r *RequestError) Error() string { return r.Sentence }

// ParseRequest reads one JSON object. A missing type means "say", or the type whose name
// is a key: {"edit":{"message","text"}} is {"type":"edit","message","text"}. A key that
// the type does not know is an error, so that a misspelling never goes unnoticed. The
// error is always a *RequestError.
func ParseRequest(line []byte) (Request, error) {
	var r Request
	if !utf8.Valid(line) {
		return r, r.fail("This line is not valid UTF-8; JSON lines always are.")
	}
	object, err := parseObject(line)
	if err != nil {
		return r, r.fail("This line is not a JSON object: %s.", err)
	}
	if err := r.readHead(object); err != nil {
		return r, err
	}
	keys, known := requestKeys(r.Type)
	if !known {
		return r, r.fail("There is no command of type %q; there are %s.", r.Type, strings.Join(requestTypes(), ", "))
	}
	if object[r.Type] != nil && !slices.Contains(keys, r.Type) {
		return r, r.readInner(object, keys)
	}
	return r, r.read(object, keys)
}

// parseObject reads the keys of an object as they are spelt: encoding/json would accept
// any capitals for the fields of a struct. A null counts as missing.
func parseObject(text []byte) (map[string]json.RawMessage, error) {
	if trimmed := bytes.TrimLeft(text, " \t\r\n"); len(trimmed) == 0 || trimmed[0] != '{' {
		return nil, errors.New("it does not begin with {")
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(text, &object); err != nil {
		return nil, err
	}
	for key, value := range object {
		if string(value) == "null" {
			delete(object, key)
		}
	}
	return object, nil
}

// readHead reads the id first, so that every later error can give it back.
func (r *Request) readHead(object map[string]json.RawMessage) error {
	if raw, ok := object["id"]; ok {
		var id string
		if json.Unmarshal(raw, &id) != nil {
			return r.fail(`The key "id" takes a string.`)
		}
		if len(id) > IDBytesMax {
			return r.fail(`The key "id" takes at most %d bytes.`, IDBytesMax)
		}
		r.ID = id
	}
	r.Type = innerType(object)
	if raw, ok := object["type"]; ok && json.Unmarshal(raw, &r.Type) != nil {
		return r.fail(`The key "type" takes a string.`)
	}
	return nil
}

// innerType is the type whose name is a key of an object without "type".
func innerType(object map[string]json.RawMessage) string {
	for _, kind := range requestTypes() {
		raw := bytes.TrimLeft(object[kind], " \t\r\n")
		// {"nick":"bob"} is a key that say does not know, as {"nick":{}} is a command.
		if len(raw) > 0 && (raw[0] == '{' || kind == "resume") {
			return kind
		}
	}
	return "say"
}

func (r *Request) readInner(object map[string]json.RawMessage, keys []string) error {
	for _, key := range sortedKeys(object) {
		if key != r.Type && key != "type" && key != "id" {
			return r.fail("A command of type %q has no key %q beside %[1]q.", r.Type, key)
		}
	}
	inner, err := parseObject(object[r.Type])
	if err != nil {
		return r.fail(`The key %q takes an object: %s.`, r.Type, err)
	}
	for _, key := range []string{"id", "type"} {
		if inner[key] != nil {
			return r.fail("The object %q has no key %q; it knows %s.", r.Type, key, strings.Join(keys, ", "))
		}
	}
	return r.read(inner, keys)
}

func (r *Request) read(object map[string]json.RawMessage, keys []string) error {
	for _, key := range sortedKeys(object) {
		if key == "type" || key == "id" {
			continue
		}
		if !slices.Contains(keys, key) {
			known := "id"
			if len(keys) > 0 {
				known = strings.Join(keys, ", ") + " and id"
			}
			return r.fail("A command of type %q has no key %q; it knows %s.", r.Type, key, known)
		}
		if err := r.set(key, object[key]); err != nil {
			return err
		}
	}
	return r.require()
}

func sortedKeys(object map[string]json.RawMessage) []string {
	keys := make([]string, 0, len(object))
	for key := range object {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

func (r *Request) set(key string, raw json.RawMessage) error {
	switch key {
	case "before":
		return r.setMark(key, raw, &r.Before)
	case "after":
		return r.setMark(key, raw, &r.After)
	case "limit":
		return r.setCount(key, raw, &r.Limit)
	case "days":
		return r.setCount(key, raw, &r.Days)
	case "number":
		if json.Unmarshal(raw, &r.Number) != nil {
			return r.fail(`The key "number" takes the number of a message.`)
		}
		return nil
	case "rooms":
		if json.Unmarshal(raw, &r.Rooms) != nil {
			return r.fail(`The key "rooms" takes a list of strings.`)
		}
		return nil
	}
	if flag := r.flag(key); flag != nil {
		if json.Unmarshal(raw, flag) != nil {
			return r.fail("The key %q takes true or false.", key)
		}
		r.HasOn = r.HasOn || key == "on"
		return nil
	}
	if json.Unmarshal(raw, r.text(key)) != nil {
		return r.fail("The key %q takes a string.", key)
	}
	r.HasText = r.HasText || key == "text"
	return nil
}

func (r *Request) setCount(key string, raw json.RawMessage, to *int) error {
	n, err := strconv.ParseUint(string(raw), 10, 31)
	if err != nil {
		return r.fail("The key %q takes a number from 0.", key)
	}
	*to = int(n)
	return nil
}

// flag is where a key with true or false goes; nil: it is none.
func (r *Request) flag(key string) *bool {
	switch key {
	case "on":
		return &r.On
	case "remove":
		return &r.Remove
	case "read-only":
		return &r.ReadOnly
	}
	return nil
}

// text is where a key with a string goes.
func (r *Request) text(key string) *string {
	return map[string]*string{
		"room": &r.Room, "to": &r.To, "text": &r.Text, "key": &r.Key, "nick": &r.Nick, "token": &r.Token,
		"message": &r.Message, "reply": &r.Reply, "sign": &r.Sign, "from": &r.From,
		"account": &r.Account, "password": &r.Password, "code": &r.Code, "mail": &r.Mail, "invitation": &r.Invitation,
		"old": &r.Old, "new": &r.New, "set": &r.Set, "session": &r.Session, "app": &r.App, "label": &r.Label,
	}[key]
}

func (r *Request) setMark(key string, raw json.RawMessage, mark *Mark) error {
	mark.Set = true
	if position, err := strconv.ParseUint(string(raw), 10, 64); err == nil {
		mark.Position = position
		return nil
	}
	if json.Unmarshal(raw, &mark.Text) != nil || mark.Text == "" || r.Type == "resume" {
		return r.fail("The key %q takes a position, or for history the id or time of a message.", key)
	}
	return nil
}

// require names the first key that the type cannot do without.
func (r *Request) require() error {
	for _, key := range requiredKeys(r) {
		if (key == "after" && !r.After.Set) || (key != "after" && *r.text(key) == "") {
			return r.fail("A command of type %q needs the key %q.", r.Type, key)
		}
	}
	if r.Type == "search" && r.Text == "" && r.From == "" && r.Room == "" && r.To == "" && !r.Before.Set && !r.After.Set {
		return r.fail(`A command of type "search" needs one of the keys "text", "from", "room", "to", "before" and "after".`)
	}
	if r.Room != "" && r.To != "" {
		return r.fail(`A command goes to a "room" or to somebody ("to"), not to both.`)
	}
	return nil
}

func (r *Request) fail(format string, args ...any) *RequestError {
	return &RequestError{ID: r.ID, Sentence: fmt.Sprintf(format, args...)}
}
