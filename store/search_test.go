package store

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"madang/chat"
)

// find searches everything and gives the texts found.
func find(t testing.TB, s *Store, text string, rooms ...chat.ConversationID) []string {
	t.Helper()
	return search(t, s, chat.SearchQuery{Conversations: rooms, Text: text, UpTo: s.Last(), Limit: 1000})
}

func search(t testing.TB, s *Store, q chat.SearchQuery) []string {
	t.Helper()
	r, err := s.Search(bg, q)
	must(t, err)
	texts := []string{}
	for i, m := range r.Messages {
		texts = append(texts, m.Text)
		if i > 0 && m.Position >= r.Messages[i-1].Position {
			t.Errorf("position %d comes behind %d", m.Position, r.Messages[i-1].Position)
		}
	}
	return texts
}

// searched is what each search finds among texts, by their places there.
var searched = struct {
	texts []string
	finds map[string][]int
}{
	texts: []string{
		0:  "배포가 끝났습니다",
		1:  "오늘 새배포 했어요",
		2:  "배 포도 먹자",
		3:  "Deploy finished: v2 배포 OK",
		4:  "ＤＥＰＬＯＹ full width",
		5:  "포배 reversed",
		6:  "東京タワーへ行く",
		7:  "ㅋㅋㅋ 웃겨",
		8:  "\u1107\u1162\u1111\u1169 decomposed", // 배포 in parts
		9:  "Überall straße naïve",
		10: "배 배포",
		11: "가배",
		12: "deployed deploying",
	},
	finds: map[string][]int{
		"배포":        {0, 1, 3, 8, 10},
		"배포가":       {0},
		"배 포도":      {2},
		"배":         {0, 1, 2, 3, 5, 8, 10, 11},
		"포":         {0, 1, 2, 3, 5, 8, 10},
		"배포 deploy": {3},
		"deploy":    {3, 4},
		"DEPLOY배포":  {3},
		"京タ":        {6},
		"タワー":       {6},
		"ㅋㅋ":        {7},
		"ㅋ":         {7},
		"überall":   {9},
		"배배포":       {},
		"포가배":       {},
		"v2":        {3},
		"nothing":   {},
		"!?":        {},
		"":          {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12},
		`" OR "a`:   {},
		"가":         {0, 11},
	},
}

func TestSearch(t *testing.T) {
	s := openAt(t, t.TempDir())
	say(t, s, 1, searched.texts...)
	check := func(when string) {
		t.Helper()
		for query, places := range searched.finds {
			want := []string{}
			for _, i := range slices.Backward(places) {
				want = append(want, searched.texts[i])
			}
			if got := find(t, s, query, 1); !slices.Equal(got, want) {
				t.Errorf("%s: %q finds %q, want %q", when, query, got, want)
			}
		}
	}
	check("before indexing")
	indexed(t, s)
	check("after indexing")
}

// Pairs and words are in one table, single characters, each once, in the other.
func TestEntry(t *testing.T) {
	nobody := func(string) string { return "" }
	head := " " + conversationToken(7) + " " + nickToken("")
	for text, want := range map[string][2]string{
		"배포가 v2 배포": {" 배포 포가 v2 배포", " 가 배 포"},
		"나 Deploy":  {" deploy", " 나"},
		"no others": {" no others", ""},
		"!":         {"", ""},
	} {
		if want[1] != "" {
			want[1] = head + want[1]
		}
		e := newEntry(&chat.Message{Position: 3, Conversation: 7, Text: text}, nobody)
		if string(e.words) != head+want[0] || string(e.syllables) != want[1] || e.position != 3 {
			t.Errorf("%q: %q and %q, want %q and %q", text, e.words, e.syllables, head+want[0], want[1])
		}
	}
}

func TestSearchBounds(t *testing.T) {
	s := openAt(t, t.TempDir())
	rooms := []chat.ConversationID{1, 2, 3}
	for i := range 9 {
		nick := []string{"Haneul", "Bada"}[i%2]
		happen(t, s, &chat.Said{
			Source: chat.Source{User: 1, Nick: nick}, Conversation: rooms[i%3], RoomName: "#r",
			Number: chat.Number(i/3 + 1), Time: chat.Time(100 + i/2), Text: "마당 " + string(rune('0'+i)),
		})
	}
	tests := []struct {
		name  string
		query chat.SearchQuery
		want  string // the last characters of what is found
	}{
		{"all", chat.SearchQuery{Conversations: rooms}, "876543210"},
		{"rooms", chat.SearchQuery{Conversations: rooms[:2]}, "764310"},
		{"no room", chat.SearchQuery{}, ""},
		{"from", chat.SearchQuery{Conversations: rooms, From: "bada"}, "7531"},
		{"limit", chat.SearchQuery{Conversations: rooms, Limit: 2}, "87"},
		{"after position", chat.SearchQuery{Conversations: rooms, After: chat.Bound{Position: 7}}, "87"},
		{"before position", chat.SearchQuery{Conversations: rooms, Before: chat.Bound{Position: 3}}, "10"},
		{"after time", chat.SearchQuery{Conversations: rooms, After: chat.Bound{Time: 102}}, "876"},
		{"before time", chat.SearchQuery{Conversations: rooms, Before: chat.Bound{Time: 102}}, "3210"},
		{"after number", chat.SearchQuery{Conversations: rooms[:1], After: chat.Bound{Number: 1}}, "63"},
		{"before number", chat.SearchQuery{Conversations: rooms[:1], Before: chat.Bound{Number: 3}}, "30"},
		{"behind the last number", chat.SearchQuery{Conversations: rooms[:1], After: chat.Bound{Number: 3}}, ""},
		{"up to", chat.SearchQuery{Conversations: rooms, UpTo: 4}, "3210"},
	}
	check := func(when string) {
		for _, test := range tests {
			q := test.query
			q.Text, q.UpTo, q.Limit = "마당", max(q.UpTo, s.Last()*chat.Position(1-min(q.UpTo, 1))), max(q.Limit, 100*(1-min(q.Limit, 1)))
			got := ""
			for _, text := range search(t, s, q) {
				got += text[len(text)-1:]
			}
			if got != test.want {
				t.Errorf("%s, %s: %s, want %s", when, test.name, got, test.want)
			}
		}
	}
	check("before indexing")
	indexed(t, s)
	check("after indexing")
	_, err := s.Search(bg, chat.SearchQuery{Conversations: rooms, Text: "마당", UpTo: 9, After: chat.Bound{Number: 1}})
	if err == nil {
		t.Error("a number bounded a search in three rooms")
	}
}

// Who said it or when is enough for a search; nothing at all is not. Words that are none
// are nobody's.
func TestSearchWithoutWords(t *testing.T) {
	s := openAt(t, t.TempDir(), func(c *Config) { c.IndexDelay = time.Hour })
	speak := func(id chat.ConversationID, nick, text string) {
		at := s.Last() + 1
		happen(t, s, &chat.Said{
			Source: chat.Source{User: 1, Nick: nick}, Conversation: id, RoomName: "#r",
			Number: chat.Number(at), Time: chat.Time(at), Text: text,
		})
	}
	for i, said := range []struct {
		room       chat.ConversationID
		nick, text string
	}{{1, "Haneul", "마당 0"}, {1, "Bada", "!1"}, {2, "Bada", "tea 2"}, {1, "Bada", "차 3"}, {3, "Bada", "4"}, {1, "Haneul", "5"}, {1, "Bada", "6"}} {
		switch speak(said.room, said.nick, said.text); i {
		case 0:
			must(t, s.index.catchUpNow(t))
		case 3:
			must(t, s.index.catchUp(bg))
		}
	}
	happen(t, s, &chat.Redacted{Source: chat.Source{User: 1, Nick: "Bada"}, Conversation: 1, RoomName: "#r", Message: 7, Number: 7, Author: 1, Time: 8})
	rooms := []chat.ConversationID{1, 2}
	check := func(when string) {
		t.Helper()
		for _, test := range []struct {
			name  string
			query chat.SearchQuery
			want  string // the last characters of what is found
		}{
			{"everything", chat.SearchQuery{Conversations: rooms}, "53210"},
			{"from", chat.SearchQuery{Conversations: rooms, From: "bada"}, "321"},
			{"in one room", chat.SearchQuery{Conversations: rooms[:1], From: "bada"}, "31"},
			{"in no room", chat.SearchQuery{From: "bada"}, ""},
			{"limit", chat.SearchQuery{Conversations: rooms, From: "bada", Limit: 2}, "32"},
			{"nobody", chat.SearchQuery{Conversations: rooms, From: "nobody"}, ""},
			{"from before", chat.SearchQuery{Conversations: rooms, From: "bada", Before: chat.Bound{Time: 4}}, "21"},
			{"after", chat.SearchQuery{Conversations: rooms, After: chat.Bound{Time: 2}}, "532"},
			{"before", chat.SearchQuery{Conversations: rooms, Before: chat.Bound{Position: 4}, Limit: 2}, "21"},
			{"no words", chat.SearchQuery{Conversations: rooms, From: "bada", Text: "!"}, ""},
			{"blank", chat.SearchQuery{Conversations: rooms, From: "bada", Text: " "}, "321"},
		} {
			test.query.UpTo, test.query.Limit = s.Last(), cmp.Or(test.query.Limit, 100)
			got := ""
			for _, text := range search(t, s, test.query) {
				got += text[len(text)-1:]
			}
			if got != test.want {
				t.Errorf("%s, %s: %s, want %s", when, test.name, got, test.want)
			}
		}
	}
	check("half indexed")
	must(t, s.index.catchUp(bg))
	check("after indexing")
}

// What somebody said in a room is found behind all that he says elsewhere.
func TestSearchOfWhoTalksElsewhere(t *testing.T) {
	s := openAt(t, t.TempDir(), func(c *Config) { c.IndexDelay = time.Hour })
	say(t, s, 1, "here")
	must(t, s.index.catchUpNow(t))
	sayMany(t, s, 2, anywhereRowsMax+10, "there")
	must(t, s.index.catchUp(bg))
	for _, q := range []chat.SearchQuery{{From: "haneul"}, {After: chat.Bound{Time: 1}}} {
		q.Conversations, q.UpTo, q.Limit = []chat.ConversationID{1}, s.Last(), 10
		if got := search(t, s, q); !slices.Equal(got, []string{"here"}) {
			t.Errorf("%+v finds %q", q, got)
		}
	}
}

// Half of the messages are indexed: nothing is found twice and nothing is left out.
func TestSearchAcrossTheIndexEnd(t *testing.T) {
	s := openAt(t, t.TempDir(), func(c *Config) { c.IndexDelay = time.Hour })
	sayMany(t, s, 1, 30, "마당")
	must(t, s.index.catchUpNow(t))
	sayMany(t, s, 1, 20, "마당")
	if s.index.upTo() != 30 {
		t.Fatalf("indexed up to %d", s.index.upTo())
	}
	r, err := s.Search(bg, chat.SearchQuery{Conversations: []chat.ConversationID{1}, Text: "마당", UpTo: s.Last(), Limit: 100})
	if err != nil || len(r.Messages) != 50 || r.UpTo != 50 {
		t.Errorf("%d messages up to %d, %v", len(r.Messages), r.UpTo, err)
	}
}

// A tail longer than a search reads: the answer says up to where it is complete.
func TestSearchWithLongTail(t *testing.T) {
	s := openAt(t, t.TempDir(), func(c *Config) { c.IndexDelay = time.Hour })
	say(t, s, 1, "하나 마당")
	must(t, s.index.catchUpNow(t))
	say(t, s, 1, "둘 마당")
	for range tailRowsMax / 4000 {
		sayMany(t, s, 1, 4000, "filler")
	}
	say(t, s, 1, "셋 마당")
	r, err := s.Search(bg, chat.SearchQuery{Conversations: []chat.ConversationID{1}, Text: "마당", UpTo: s.Last(), Limit: 100})
	must(t, err)
	if len(r.Messages) != 2 || r.Messages[0].Text != "셋 마당" || r.Messages[1].Text != "하나 마당" || r.UpTo != 1 {
		t.Errorf("%d messages up to %d", len(r.Messages), r.UpTo)
	}
}

// catchUpNow indexes from the test. The index's own goroutine sleeps in its delay or
// waits for a signal that never comes, since the delay is an hour.
func (x *index) catchUpNow(t *testing.T) error {
	t.Helper()
	eventually(t, "the indexer took the signal", func() bool { return len(x.signal) == 0 })
	return x.catchUp(bg)
}

func TestIndexIsMadeAnew(t *testing.T) {
	folder := t.TempDir()
	first := openAt(t, folder)
	say(t, first, 1, "배포가 끝났습니다")
	indexed(t, first)
	must(t, first.Close(bg))
	whole, err := os.ReadFile(filepath.Join(folder, searchName))
	must(t, err)
	for name, content := range map[string][]byte{
		"missing":              nil,
		"not a file of SQLite": []byte(strings.Repeat("no database", 1000)),
		"cut short":            whole[:len(whole)/2],
		"overwritten":          append(slices.Clone(whole[:4096]), make([]byte, len(whole)-4096)...),
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(folder, searchName)
			must(t, removeDatabase(path))
			if content != nil {
				must(t, os.WriteFile(path, content, 0o600))
			}
			s := openAt(t, folder)
			indexed(t, s)
			if got := find(t, s, "배포", 1); len(got) != 1 {
				t.Errorf("found %q", got)
			}
			must(t, s.Close(bg))
		})
	}
}

// An index of an older format is made anew.
func TestIndexOfAnotherFormat(t *testing.T) {
	folder := t.TempDir()
	s := openAt(t, folder)
	say(t, s, 1, "배포가 끝났습니다")
	indexed(t, s)
	must(t, s.Close(bg))
	c, err := connect(openSQLite, filepath.Join(folder, searchName))
	must(t, err)
	must(t, c.script("DROP TABLE syllables"))
	must(t, c.script(fmt.Sprint("PRAGMA user_version=", indexVersion-1)))
	must(t, c.close())
	s = openAt(t, folder)
	indexed(t, s)
	if got := find(t, s, "끝", 1); len(got) != 1 {
		t.Errorf("found %q", got)
	}
}

// What is too large for one transaction goes into several.
func TestIndexInSeveralTransactions(t *testing.T) {
	folder := t.TempDir()
	s := openAt(t, folder, func(c *Config) { c.IndexDelay = time.Hour })
	long := strings.Repeat("가나다라마바사아자차카타파하", 380)
	texts := make([]string, indexBytesMax/(2*len(long))+2)
	for i := range texts {
		texts[i] = fmt.Sprint(long, " v", i)
	}
	for part := range slices.Chunk(texts, 20) {
		say(t, s, 1, part...)
	}
	must(t, s.Close(bg))
	s = openAt(t, folder)
	indexed(t, s)
	if words, syllables := indexedAs(t, s, fmt.Sprint("v", len(texts)-1), "하"); words != 1 || syllables != int64(len(texts)) {
		t.Errorf("%d of 1, %d of %d messages are indexed", words, syllables, len(texts))
	}
}

// Damage found by a search: it says so, the index is made anew, and searches work again.
func TestIndexDamagedWhileRunning(t *testing.T) {
	s := openAt(t, t.TempDir())
	say(t, s, 1, "배포가 끝났습니다")
	indexed(t, s)
	c, err := connect(openSQLite, s.index.path)
	must(t, err)
	must(t, c.exec("UPDATE words_data SET block=x'ffffffffffffffffffff'"))
	must(t, c.close())
	q := chat.SearchQuery{Conversations: []chat.ConversationID{1}, Text: "배포", UpTo: 1, Limit: 1}
	if _, err := s.Search(bg, q); !errors.Is(err, errIndexLost) {
		t.Fatalf("search in a damaged index: %v", err)
	}
	eventually(t, "index made anew", func() bool { return !s.index.broken.Load() && s.index.upTo() == s.Last() })
	if got := find(t, s, "배포", 1); len(got) != 1 {
		t.Errorf("found %q", got)
	}
}

// FuzzSearch: no text breaks the query, and the index finds whatever reading all
// messages finds.
func FuzzSearch(f *testing.F) {
	for query := range searched.finds {
		f.Add(query)
	}
	f.Add(`"배포" OR NEAR(a b) * ^ - : { } ( ) ' \`)
	f.Add("\x00\xff배\u200d포 \U0001f600 नमस्ते \ue000c1")
	s := openAt(f, f.TempDir())
	texts := append(slices.Clone(searched.texts), "\x00\xff배\u200d포 नमस्ते \U0001f600 x\u0301y")
	say(f, s, 1, texts...)
	indexed(f, s)
	f.Fuzz(func(t *testing.T, query string) {
		h := hunt{store: s, limit: 1000, low: 1, high: int64(s.Last()) + 1}
		h.query = chat.SearchQuery{Conversations: []chat.ConversationID{1}, Text: query, UpTo: s.Last(), Limit: 1000}
		h.wanted = s.wanted(h.query)
		if len(h.wanted.runs) == 0 {
			return
		}
		must(t, s.readers.use(bg, func(c *connection) error { return h.lookUp(bg, c) }))
		var got, want []string
		for _, m := range h.result.Messages {
			got = append(got, m.Text)
		}
		for _, text := range slices.Backward(texts) {
			if h.wanted.match(&chat.Message{Conversation: 1, Text: text}) {
				want = append(want, text)
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%q: the index finds %q, reading finds %q", query, got, want)
		}
	})
}
