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
	// Type is "say", "join", "part", "nick", "topic", "history", "search", "resume",
	// "ping" or "quit".
	Type string
	// ID is the command's own; answers give it back.
	ID string

	Room, To, Text, Key, Nick, Token string

	Before, After Mark
	Limit         int // of messages; 0 if it was not given
	// HasText tells a missing text from an empty one (which clears a topic).
	HasText bool
}

// RequestError is a JSON line that is no command. Its sentence is for the user; ID is
// to be given back if the object had a usable one.
type RequestError struct {
	ID       string
	Sentence string
}

func (r *RequestError) Error() string { return r.Sentence }

// ParseRequest reads one JSON object. A missing type means "say", or "resume" for
// {"resume":{"token","room","after"}}. A key that the type does not know is an error, so
// that a misspelling never goes unnoticed. The error is always a *RequestError.
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
	if r.Type == "resume" && object["resume"] != nil {
		return r, r.readResume(object)
	}
	keys, known := requestKeys(r.Type)
	if !known {
		return r, r.fail("There is no command of type %q; there are %s.", r.Type, requestTypes)
	}
	return r, r.read(object, keys)
}

const requestTypes = "say, join, part, nick, topic, history, search, resume, ping and quit"

// requestKeys is what each type takes besides type and id.
func requestKeys(kind string) (keys []string, known bool) {
	switch kind {
	case "say":
		return []string{"room", "to", "text"}, true
	case "join":
		return []string{"room", "key"}, true
	case "part", "topic":
		return []string{"room", "text"}, true
	case "nick":
		return []string{"nick"}, true
	case "history":
		return []string{"room", "to", "before", "after", "limit"}, true
	case "search":
		return []string{"room", "to", "text", "before", "limit"}, true
	case "resume":
		return []string{"token", "room", "after"}, true
	case "ping", "quit":
		return []string{"text"}, true
	}
	return nil, false
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
	r.Type = "say"
	if _, ok := object["resume"]; ok {
		r.Type = "resume"
	}
	if raw, ok := object["type"]; ok && json.Unmarshal(raw, &r.Type) != nil {
		return r.fail(`The key "type" takes a string.`)
	}
	return nil
}

func (r *Request) readResume(object map[string]json.RawMessage) error {
	for _, key := range sortedKeys(object) {
		if key != "resume" && key != "type" && key != "id" {
			return r.fail("A command of type \"resume\" has no key %q beside \"resume\".", key)
		}
	}
	inner, err := parseObject(object["resume"])
	if err != nil {
		return r.fail(`The key "resume" takes an object: %s.`, err)
	}
	keys, _ := requestKeys("resume")
	for _, key := range []string{"id", "type"} {
		if inner[key] != nil {
			return r.fail("The object \"resume\" has no key %q; it knows %s.", key, strings.Join(keys, ", "))
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
			return r.fail("A command of type %q has no key %q; it knows %s and id.", r.Type, key, strings.Join(keys, ", "))
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
	texts := map[string]*string{
		"room": &r.Room, "to": &r.To, "text": &r.Text, "key": &r.Key, "nick": &r.Nick, "token": &r.Token,
	}
	switch key {
	case "limit":
		limit, err := strconv.ParseUint(string(raw), 10, 31)
		if err != nil {
			return r.fail(`The key "limit" takes a number of messages.`)
		}
		r.Limit = int(limit)
		return nil
	case "before":
		return r.setMark(key, raw, &r.Before)
	case "after":
		return r.setMark(key, raw, &r.After)
	}
	if json.Unmarshal(raw, texts[key]) != nil {
		return r.fail("The key %q takes a string.", key)
	}
	r.HasText = r.HasText || key == "text"
	return nil
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
	missing := ""
	switch {
	case (r.Type == "say" || r.Type == "search") && r.Text == "":
		missing = "text"
	case (r.Type == "join" || r.Type == "topic") && r.Room == "":
		missing = "room"
	case r.Type == "nick" && r.Nick == "":
		missing = "nick"
	case r.Type == "resume" && r.Token == "":
		missing = "token"
	case r.Type == "resume" && !r.After.Set:
		missing = "after"
	}
	if missing != "" {
		return r.fail("A command of type %q needs the key %q.", r.Type, missing)
	}
	if r.Room != "" && r.To != "" {
		return r.fail(`A command goes to a "room" or to somebody ("to"), not to both.`)
	}
	return nil
}

func (r *Request) fail(format string, args ...any) *RequestError {
	return &RequestError{ID: r.ID, Sentence: fmt.Sprintf(format, args...)}
}
