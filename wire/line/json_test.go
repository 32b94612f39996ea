package line

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"
)

func TestAppendMessage(t *testing.T) {
	m := &Message{
		Room: "#lobby", Nick: "철수", Text: "say \"hi\"\n\x1b[2J\u202e\\", ID: "e-7", Position: 1<<64 - 1, Number: 7,
		Time: "2026-01-02T03:04:05.678Z",
	}
	want := `{"type":"message","room":"#lobby","nick":"철수","text":"say \"hi\"\n\u001b[2J\u202e\\","id":"e-7",` +
		`"position":18446744073709551615,"number":7,"time":"2026-01-02T03:04:05.678Z"}` + "\n"
	if got := string(AppendMessage(nil, m)); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	m.Room, m.To, m.Kind = "", "영희", "action"
	got := string(AppendMessage(nil, m))
	if !strings.Contains(got, `"room":"","nick":"철수","to":"영희","kind":"action","text"`) || !json.Valid([]byte(got)) {
		t.Errorf("a direct message: %s", got)
	}
}

func TestOtherLines(t *testing.T) {
	for _, test := range []struct{ got, want string }{
		{string(AppendEvent(nil, &Event{Type: "join", Room: "#a", Nick: "bob", Position: 3})),
			`{"type":"join","room":"#a","nick":"bob","position":3}`},
		{string(AppendWelcome(nil, &Welcome{Nick: "bob", Room: "#lobby", Token: "tok", Position: 9})),
			`{"type":"welcome","nick":"bob","room":"#lobby","token":"tok","position":9}`},
		{string(AppendError(nil, "no-room", "There is no #x.", "c1")),
			`{"type":"error","code":"no-room","text":"There is no #x.","id":"c1"}`},
		{string(AppendError(nil, "no-room", "x", "")), `{"type":"error","code":"no-room","text":"x"}`},
		{string(AppendNotice(nil, "x")), `{"type":"notice","text":"x"}`},
		{string(Begin(nil, "names").Strings("nicks", []string{"a", "b\x00"}).Strings("none", nil).Bool("more", true).End()),
			`{"type":"names","nicks":["a","b\u0000"],"none":[],"more":true}`},
	} {
		if test.got != test.want+"\n" || !json.Valid([]byte(test.got)) {
			t.Errorf("got  %s\nwant %s", test.got, test.want)
		}
	}
}

func FuzzAppendJSONString(f *testing.F) {
	f.Add("a\"\\\n\t\x00\x1b\u2028\u202e\u200b\U000E0041😀가\xff")
	f.Fuzz(func(t *testing.T, text string) {
		raw := AppendJSONString(nil, text)
		if bad, found := dangerous(string(raw), false); found {
			t.Fatalf("%+q gives %U raw", text, bad)
		}
		var back string
		if err := json.Unmarshal(raw, &back); err != nil {
			t.Fatalf("%+q gives %s: %v", text, raw, err)
		}
		// A range puts one U+FFFD for each byte that is no UTF-8, as the encoder does.
		if want := string([]rune(text)); back != want {
			t.Fatalf("%+q came back as %+q", want, back)
		}
	})
}

func TestParseRequest(t *testing.T) {
	for _, test := range []struct {
		line string
		want Request
	}{
		{`{"text":"hi"}`, Request{Type: "say", Text: "hi", HasText: true}},
		{` {"type":"say","room":"#a","text":"hi\u0000","id":"7"}`, Request{Type: "say", Room: "#a", Text: "hi\x00", ID: "7", HasText: true}},
		{`{"type":"say","to":"bob","text":"hi","room":null}`, Request{Type: "say", To: "bob", Text: "hi", HasText: true}},
		{`{"type":"join","room":"#a","key":"k"}`, Request{Type: "join", Room: "#a", Key: "k"}},
		{`{"type":"part"}`, Request{Type: "part"}},
		{`{"type":"nick","nick":"bob"}`, Request{Type: "nick", Nick: "bob"}},
		{`{"type":"topic","room":"#a","text":""}`, Request{Type: "topic", Room: "#a", HasText: true}},
		{`{"type":"topic","room":"#a"}`, Request{Type: "topic", Room: "#a"}},
		{`{"type":"history","room":"#a","before":12,"limit":50}`,
			Request{Type: "history", Room: "#a", Before: Mark{Position: 12, Set: true}, Limit: 50}},
		{`{"type":"history","after":"e-12"}`, Request{Type: "history", After: Mark{Text: "e-12", Set: true}}},
		{`{"search":{"from":"min","room":"#a"}}`, Request{Type: "search", From: "min", Room: "#a"}},
		{`{"type":"search","text":"배포"}`, Request{Type: "search", Text: "배포", HasText: true}},
		{`{"resume":{"token":"t","room":"#a","after":0},"id":"r"}`,
			Request{Type: "resume", Token: "t", Room: "#a", After: Mark{Set: true}, ID: "r"}},
		{`{"type":"resume","token":"t","after":5}`, Request{Type: "resume", Token: "t", After: Mark{Position: 5, Set: true}}},
		{`{"type":"ping"}`, Request{Type: "ping"}},
		{`{"type":"quit","text":"bye"}`, Request{Type: "quit", Text: "bye", HasText: true}},
	} {
		got, err := ParseRequest([]byte(test.line))
		if err != nil || !reflect.DeepEqual(got, test.want) {
			t.Errorf("%s\ngot  %+v, %v\nwant %+v", test.line, got, err, test.want)
		}
	}
}

func TestParseRequestRefuses(t *testing.T) {
	for _, test := range []struct{ line, id, sentence string }{
		{`hello`, "", "not a JSON object"}, {`[]`, "", "not a JSON object"}, {`null`, "", "not a JSON object"},
		{`{"text":"x"} x`, "", "not a JSON object"}, {`{`, "", "not a JSON object"}, {"{\"text\":\"\xff\"}", "", "UTF-8"},
		{`{"type":"frob","id":"a"}`, "a", `type "frob"`},
		{`{"type":"say","txt":"x","id":"a"}`, "a", `key "txt"`},
		{`{"Text":"x"}`, "", `key "Text"`},
		{`{"type":7,"id":"a"}`, "a", `"type" takes a string`},
		{`{"id":7,"text":"x"}`, "", `"id" takes a string`},
		{`{"id":"` + strings.Repeat("x", 65) + `","text":"x"}`, "", "at most 64"},
		{`{"text":7,"id":"a"}`, "a", `"text" takes a string`},
		{`{"id":"a"}`, "a", `needs the key "text"`},
		{`{"type":"join"}`, "", `needs the key "room"`},
		{`{"type":"nick"}`, "", `needs the key "nick"`},
		{`{"type":"search","text":"","limit":3}`, "", `needs one of the keys "text", "from"`},
		{`{"text":"x","room":"#a","to":"b"}`, "", "not to both"},
		{`{"type":"history","limit":-1}`, "", `"limit"`}, {`{"type":"history","limit":1.5}`, "", `"limit"`},
		{`{"type":"history","before":-1}`, "", `"before"`}, {`{"type":"history","after":""}`, "", `"after"`},
		{`{"resume":7,"id":"a"}`, "a", "not begin with {"}, {`{"resume":{"account":"a","after":1}}`, "", `"password"`},
		{`{"resume":{"token":"t"}}`, "", `"after"`}, {`{"resume":{"token":"t","after":"x"}}`, "", `"after"`},
		{`{"resume":{"token":"t","after":1,"x":1}}`, "", `key "x"`}, {`{"resume":{"token":"t","after":1},"x":1}`, "", `key "x"`},
		{`{"resume":{"token":"t","after":1,"id":"z"},"id":"a"}`, "a", `key "id"`},
		{`{"type":"say","resume":{},"text":"x"}`, "", `key "resume"`},
	} {
		_, err := ParseRequest([]byte(test.line))
		var refusal *RequestError
		if !errors.As(err, &refusal) || refusal.ID != test.id || !strings.Contains(err.Error(), test.sentence) {
			t.Errorf("%s: %v, id %q; want %q", test.line, err, refusal.ID, test.sentence)
		}
	}
}

func FuzzParseRequest(f *testing.F) {
	f.Add([]byte(`{"type":"history","room":"#a","before":12,"after":"x","limit":5,"id":"7"}`))
	f.Add([]byte(`{"resume":{"token":"t","room":"#a","after":3}}`))
	f.Fuzz(func(t *testing.T, line []byte) {
		r, err := ParseRequest(line)
		if _, known := requestKeys(r.Type); err == nil && (!known || len(r.ID) > IDBytesMax) {
			t.Fatalf("%q gives %+v", line, r)
		}
		var refusal *RequestError
		if err != nil && (!errors.As(err, &refusal) || refusal.Sentence == "") {
			t.Fatalf("%q gives an error without a sentence: %v", line, err)
		}
	})
}

func BenchmarkAppendMessage(b *testing.B) {
	m := &Message{
		Room: "#lobby", Nick: "철수", Text: "안녕하세요, how is it going?", ID: "e-7", Position: 1, Number: 7,
		Time: "2026-01-02T03:04:05.678Z",
	}
	dst := make([]byte, 0, 1024)
	b.ReportAllocs()
	for b.Loop() {
		dst = AppendMessage(dst[:0], m)
	}
}
