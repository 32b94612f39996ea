package store

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"madang/chat"
)

// rowsOf counts the messages that are still in the file.
func rowsOf(t testing.TB, s *Store, id chat.ConversationID) (n int64) {
	t.Helper()
	must(t, s.readers.use(bg, func(c *connection) (err error) {
		n, err = c.number("SELECT count(*) FROM messages WHERE conversation=?", int64(id))
		return err
	}))
	return n
}

func sayMany(t testing.TB, s *Store, id chat.ConversationID, count int, text string) {
	t.Helper()
	texts := make([]string, count)
	for i := range texts {
		texts[i] = fmt.Sprint(text, " ", i)
	}
	say(t, s, id, texts...)
}

// indexedAs is how many messages the index itself names for a word and a character.
func indexedAs(t testing.TB, s *Store, word, syllable string) (words, syllables int64) {
	t.Helper()
	must(t, s.index.readers.use(bg, func(c *connection) (err error) {
		if words, err = c.number("SELECT count(*) FROM words WHERE words MATCH ?", word); err != nil {
			return err
		}
		syllables, err = c.number("SELECT count(*) FROM syllables WHERE syllables MATCH ?", syllable)
		return err
	}))
	return words, syllables
}

func TestVanishedRoomIsErased(t *testing.T) {
	folder := t.TempDir()
	s := openAt(t, folder)
	happen(t, s, &chat.RoomOpened{Room: 1, RoomName: "#gone"}, &chat.RoomOpened{Room: 2, RoomName: "#stays"})
	sayMany(t, s, 1, 1200, "unmistakable 흔적")
	sayMany(t, s, 2, 10, "other")
	indexed(t, s)
	if words, syllables := indexedAs(t, s, "unmistakable", "흔"); words != 1200 || syllables != 1200 {
		t.Errorf("%d and %d messages are indexed", words, syllables)
	}
	happen(t, s, &chat.RoomVanished{Room: 1, RoomName: "#gone"})
	if page := pageOf(t, s, chat.HistoryQuery{Conversation: 1, UpTo: s.Last(), Limit: 10}); len(page) != 0 {
		t.Errorf("a vanished room shows %d messages", len(page))
	}
	if found := find(t, s, "unmistakable", 1); len(found) != 0 {
		t.Errorf("a search finds %d messages of a vanished room", len(found))
	}
	eventually(t, "rows erased", func() bool { return rowsOf(t, s, 1) == 0 })
	eventually(t, "index forgot", func() bool { return erasedNotes(t, s) == 0 })
	if words, syllables := indexedAs(t, s, "unmistakable", "흔"); words+syllables != 0 {
		t.Errorf("the index still names %d and %d messages", words, syllables)
	}
	if rowsOf(t, s, 2) != 10 || len(find(t, s, "other", 2)) != 10 {
		t.Error("another room lost messages")
	}
	replayErased(t, s)
	_, err := s.checkpoint("TRUNCATE")
	must(t, err)
	content, err := os.ReadFile(filepath.Join(folder, databaseName))
	must(t, err)
	if strings.Contains(string(content), "unmistakable") {
		t.Error("erased text is still in the file")
	}
	eventually(t, "erased words gone from the index's files", func() bool {
		return !heldBy(t, folder, "unmistakable", searchName, searchName+"-wal")
	})
	if !heldBy(t, folder, "other", searchName, searchName+"-wal") || len(find(t, s, "other", 2)) != 10 {
		t.Error("the index lost another room's words")
	}
}

// heldBy says whether bytes are in one of some files as they are.
func heldBy(t *testing.T, folder, text string, files ...string) bool {
	t.Helper()
	return slices.ContainsFunc(files, func(name string) bool {
		content, err := os.ReadFile(filepath.Join(folder, name))
		must(t, err)
		return strings.Contains(string(content), text)
	})
}

// replayErased checks that the journal still tells everything but the text.
func replayErased(t *testing.T, s *Store) {
	t.Helper()
	var stubs, messages chat.Number
	must(t, s.Read(bg, 0, func(_ chat.Position, e chat.Event) bool {
		said, ok := e.(*chat.Said)
		if !ok {
			return true
		}
		messages++
		if said.Conversation == 1 {
			stubs++
			if said.Text != "" || said.Source.Nick != "" || said.Number != stubs || said.Time == 0 {
				t.Errorf("an erased message comes back as %+v", said)
				return false
			}
		}
		return true
	}))
	if messages != 1210 || stubs != 1200 {
		t.Errorf("the journal tells %d messages, %d of them erased", messages, stubs)
	}
}

func erasedNotes(t testing.TB, s *Store) (n int64) {
	t.Helper()
	must(t, s.readers.use(bg, func(c *connection) (err error) {
		n, err = c.number("SELECT count(*) FROM erased")
		return err
	}))
	return n
}

func TestRetentionByMessages(t *testing.T) {
	folder := t.TempDir()
	s := openAt(t, folder)
	sayMany(t, s, 1, 700, "old")
	happen(t, s, &chat.RetentionSet{Room: 1, Messages: 100})
	eventually(t, "old messages erased", func() bool { return rowsOf(t, s, 1) == 100 })
	page := pageOf(t, s, chat.HistoryQuery{Conversation: 1, UpTo: s.Last(), Limit: 1})
	if page[0].Number != 601 {
		t.Errorf("the oldest is %d", page[0].Number)
	}
	s = openAt(t, crashCopy(t, folder)) // the rule survives
	sayMany(t, s, 1, 50, "new")
	s.wakeJanitor()
	eventually(t, "rule kept after a crash", func() bool { return rowsOf(t, s, 1) == 100 })
	happen(t, s, &chat.RetentionSet{Room: 1})
	sayMany(t, s, 1, 50, "newer")
	must(t, s.eraseAll(bg))
	if n := rowsOf(t, s, 1); n != 150 {
		t.Errorf("without a rule %d messages are left", n)
	}
}

func TestRetentionByDays(t *testing.T) {
	now := time.UnixMilli(10 * int64(chat.Day))
	s := openAt(t, t.TempDir(), func(c *Config) { c.Now = func() time.Time { return now } })
	for day := range 10 {
		happen(t, s, &chat.Said{Conversation: 1, RoomName: "#r", Number: chat.Number(day + 1), Time: chat.Time(day) * chat.Day, Text: "x"})
	}
	happen(t, s, &chat.RetentionSet{Room: 1, Days: 3})
	eventually(t, "old days erased", func() bool { return rowsOf(t, s, 1) == 3 })
	if page := pageOf(t, s, chat.HistoryQuery{Conversation: 1, UpTo: s.Last(), Limit: 9}); page[0].Time != 7*chat.Day {
		t.Errorf("the oldest is of %v", page[0].Time)
	}
}

func TestDirectMessagesAreErased(t *testing.T) {
	folder := t.TempDir()
	s := openAt(t, folder)
	for i := range 6 {
		happen(t, s,
			&chat.Said{Source: chat.Source{User: 1, Nick: "a"}, Conversation: 7, To: 2, Nick: "b", Number: chat.Number(i + 1), Time: chat.Time(i), Text: "비밀"},
			&chat.Said{Source: chat.Source{User: 1, Nick: "a"}, Conversation: 8, RoomName: "#r", Number: chat.Number(i + 1), Time: chat.Time(i), Text: "공개"})
	}
	happen(t, s, &chat.DirectErased{Before: 4})
	if page := pageOf(t, s, chat.HistoryQuery{Conversation: 7, UpTo: s.Last(), Limit: 9}); len(page) != 2 || page[0].Time != 4 {
		t.Errorf("shown at once: %v", page)
	}
	eventually(t, "old ones erased", func() bool { return rowsOf(t, s, 7) == 2 })
	if n := rowsOf(t, s, 8); n != 6 {
		t.Errorf("the room has %d messages", n)
	}
	s = openAt(t, crashCopy(t, folder))
	if page := pageOf(t, s, chat.HistoryQuery{Conversation: 7, UpTo: s.Last(), Limit: 9}); len(page) != 2 {
		t.Errorf("shown after a crash: %v", page)
	}
	happen(t, s, &chat.DirectErased{Before: 100})
	eventually(t, "conversation forgotten", func() bool { return rowsOf(t, s, 7) == 0 && !s.shade.knowsDirect(7) })
	happen(t, s, &chat.Said{Source: chat.Source{User: 1}, Conversation: 7, To: 2, Number: 7, Time: 101, Text: "다시"})
	if page := pageOf(t, s, chat.HistoryQuery{Conversation: 7, UpTo: s.Last(), Limit: 9}); len(page) != 1 {
		t.Errorf("said again: %v", page)
	}
}
