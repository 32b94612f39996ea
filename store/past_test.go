package store

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"madang/chat"
)

// In these tests room 1 holds messages of Haneul, from position 1.

func (s *Store) edited(at chat.Position, number chat.Number, text string) *chat.Edited {
	return &chat.Edited{
		Source: chat.Source{User: 1, Nick: "Haneul"}, Conversation: 1, RoomName: "#room",
		Message: at, Number: number, Text: text, Time: 5_000,
	}
}

func (s *Store) redacted(at chat.Position, number chat.Number) *chat.Redacted {
	return &chat.Redacted{
		Source: chat.Source{User: 2, Nick: "Bada"}, Conversation: 1, RoomName: "#room",
		Message: at, Number: number, Author: 1, Reason: "spam", Time: 6_000,
	}
}

func (s *Store) reacted(at chat.Position, user int, sign string) *chat.Reacted {
	return &chat.Reacted{
		Source: chat.Source{User: chat.UserID(user), Nick: fmt.Sprint("n", user)}, Conversation: 1, RoomName: "#room",
		ReplyTo: chat.MessageID(s.Epoch(), at), Message: at, Sign: sign, Time: 5_500,
	}
}

func room1(s *Store) chat.HistoryQuery {
	return chat.HistoryQuery{Conversation: 1, UpTo: s.Last(), Limit: 100}
}

// onDisk says whether a text is in any file of the folder, the log brought home.
func onDisk(t *testing.T, s *Store, folder, text string) bool {
	t.Helper()
	_, err := s.checkpoint("TRUNCATE")
	must(t, err)
	return inFiles(t, folder, text)
}

// inFiles says whether a text is in the database or its log as they are.
func inFiles(t *testing.T, folder, text string) bool {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, databaseName+"*"))
	must(t, err)
	for _, f := range files {
		content, err := os.ReadFile(f)
		must(t, err)
		if strings.Contains(string(content), text) {
			return true
		}
	}
	return false
}

func TestErasedForEver(t *testing.T) {
	folder := t.TempDir()
	s := openAt(t, folder)
	long := "unmistakable " + strings.Repeat("words ", 2000)
	say(t, s, 1, "before", long, "behind")
	happen(t, s, s.edited(2, 2, "corrected "+long), s.reacted(2, 3, "thumbsign"))
	indexed(t, s)
	happen(t, s, s.redacted(2, 2))
	page := pageOf(t, s, room1(s))
	if len(page) != 3 || !page[1].Erased || page[1].Text != "" || page[1].Number != 2 || page[1].Position != 2 ||
		page[1].Source.Nick != "Haneul" || page[1].Reactions != nil || page[0].Erased || page[2].Text != "behind" {
		t.Errorf("the page is %+v", page)
	}
	if found := find(t, s, "unmistakable", 1); len(found) != 0 {
		t.Errorf("a search finds %v", found)
	}
	eventually(t, "index forgot", func() bool { return erasedNotes(t, s) == 0 })
	for _, text := range []string{"unmistakable", "corrected", "thumbsign"} {
		if onDisk(t, s, folder, text) {
			t.Errorf("%q is still in the file", text)
		}
	}
	happen(t, s, s.edited(2, 2, "once more"), s.reacted(2, 3, "late"))
	if m := pageOf(t, s, room1(s))[1]; !m.Erased || m.Text != "" || m.Reactions != nil {
		t.Errorf("an erased message became %+v", m)
	}
	s.index.wake()
	if n := len(find(t, s, "behind", 1)); n != 1 {
		t.Errorf("%d of the other messages are found", n)
	}
}

func TestErasingElsewhereDoesNothing(t *testing.T) {
	s := openAt(t, t.TempDir())
	say(t, s, 1, "here")
	wrong := s.redacted(1, 1)
	wrong.Conversation = 2
	edit, react := s.edited(1, 1, "there"), s.reacted(1, 2, "x")
	edit.Conversation, react.Conversation = 2, 2
	old := s.reacted(1, 2, "x")
	old.ReplyTo = chat.MessageID(s.Epoch()+1, 1)
	happen(t, s, wrong, edit, react, old, s.redacted(9, 9))
	if page := pageOf(t, s, room1(s)); len(page) != 1 || page[0].Text != "here" || page[0].Reactions != nil {
		t.Errorf("the page is %+v", page)
	}
}

func TestEditedMessage(t *testing.T) {
	folder := t.TempDir()
	s := openAt(t, folder)
	say(t, s, 1, "originally", "other")
	indexed(t, s)
	happen(t, s, s.edited(1, 1, "meanwhile"))
	happen(t, s, s.edited(1, 1, "finally"))
	m, found, err := s.MessageAt(bg, 1)
	if err != nil || !found || m.Text != "finally" || m.Edited != 5_000 || m.Time != 1000 || m.Erased {
		t.Errorf("the message is %+v, %v", m, err)
	}
	if c := m.Cited(); c != (chat.Cited{Position: 1, Conversation: 1, Number: 1, Author: 1, Time: 1000}) {
		t.Errorf("cited as %+v", c)
	}
	eventually(t, "index learned", func() bool { return erasedNotes(t, s) == 0 })
	if len(find(t, s, "finally", 1)) != 1 || len(find(t, s, "originally", 1))+len(find(t, s, "meanwhile", 1)) != 0 {
		t.Error("a search finds an outdated text, or not the present one")
	}
	for _, text := range []string{"originally", "meanwhile"} {
		if onDisk(t, s, folder, text) {
			t.Errorf("%q is still in the file", text)
		}
	}
}

func TestWhatIsEditedJustNowIsFound(t *testing.T) {
	s := openAt(t, t.TempDir())
	say(t, s, 1, "apple one", "pear two", "apple three", "fig four")
	indexed(t, s)
	must(t, s.Close(bg))
	s = openAt(t, s.config.Directory, func(c *Config) { c.IndexDelay = time.Hour })
	happen(t, s, s.edited(2, 2, "apple instead"), s.edited(3, 3, "plum"))
	if got := find(t, s, "apple", 1); !slices.Equal(got, []string{"apple instead", "apple one"}) {
		t.Errorf("found %q", got)
	}
	if got := search(t, s, chat.SearchQuery{Conversations: []chat.ConversationID{1}, Text: "apple", UpTo: s.Last(), Limit: 1}); len(got) != 1 || got[0] != "apple instead" {
		t.Errorf("the newest is %q", got)
	}
	if got := find(t, s, "pear", 1); len(got) != 0 {
		t.Errorf("an outdated text is found: %q", got)
	}
}

func TestReactionsAreCounted(t *testing.T) {
	s := openAt(t, t.TempDir())
	say(t, s, 1, "one", "two")
	happen(t, s, s.reacted(2, 1, "B"), s.reacted(2, 2, "A"), s.reacted(2, 3, "B"), s.reacted(2, 3, "B"), s.reacted(1, 1, "C"))
	for user := 20; user < 35; user++ {
		happen(t, s, s.reacted(2, user, "A"))
	}
	undone := s.reacted(2, 1, "B")
	undone.Remove = true
	happen(t, s, undone)
	page := pageOf(t, s, room1(s))
	if len(page[0].Reactions) != 1 || len(page[1].Reactions) != 2 {
		t.Fatalf("reactions: %+v and %+v", page[0].Reactions, page[1].Reactions)
	}
	a, b := page[1].Reactions[0], page[1].Reactions[1]
	if a.Sign != "A" || a.Count != 16 || len(a.Users) != 10 || a.Users[0] != "n2" || b.Sign != "B" || b.Count != 1 || b.Users[0] != "n3" {
		t.Errorf("reactions: %+v", page[1].Reactions)
	}
	for i := range 60 {
		happen(t, s, s.reacted(1, 1, fmt.Sprint("sign", i)))
	}
	if m, _, err := s.MessageAt(bg, 1); err != nil || len(m.Reactions) != 50 {
		t.Errorf("a message has %d signs", len(m.Reactions))
	}
}

// kinds names what a page holds: texts, and events by type.
func kinds(page []chat.Message) []string {
	var all []string
	for _, m := range page {
		if m.Event == nil {
			all = append(all, m.Text)
		} else {
			all = append(all, strings.TrimPrefix(fmt.Sprintf("%T", m.Event), "*chat."))
		}
	}
	return all
}

func TestPagesWithEvents(t *testing.T) {
	s := openAt(t, t.TempDir())
	lasting := chat.Source{User: 7, Nick: "Byeol", Account: "byeol", Lasting: true}
	happen(t, s, &chat.Stayed{On: true, User: chat.UserRecord{ID: 7}, Rooms: []chat.MembershipRecord{{Room: 2}}, Source: lasting, Time: 1})
	happen(t, s, &chat.Joined{Source: lasting, Room: 1, RoomName: "#room", Time: 500})
	say(t, s, 1, "one") // at 1000
	happen(t, s, &chat.TopicSet{Room: 1, RoomName: "#room", Text: "topic", Time: 1500})
	say(t, s, 1, "two") // at 2000
	happen(t, s, &chat.NickChanged{Source: lasting, Nick: "Dal", Time: 2500}, &chat.Kicked{Room: 1, User: 7, Lasting: true, Time: 2600})
	happen(t, s, &chat.Quit{Source: lasting, Time: 2700})
	all := []string{"Joined", "one", "TopicSet", "two", "NickChanged", "Kicked"}
	for _, c := range []struct {
		name string
		q    chat.HistoryQuery
		want []string
	}{
		{"all", chat.HistoryQuery{}, all},
		{"first", chat.HistoryQuery{Limit: 3}, all[:3]},
		{"newest", chat.HistoryQuery{Limit: 3, Newest: true}, all[3:]},
		{"behind a number", chat.HistoryQuery{After: chat.Bound{Number: 1}}, all[2:]},
		{"before a number", chat.HistoryQuery{Before: chat.Bound{Number: 2}}, all[:3]},
		{"behind a time", chat.HistoryQuery{After: chat.Bound{Time: 1500}}, all[3:]},
		{"before a time", chat.HistoryQuery{Before: chat.Bound{Time: 1500}}, all[:2]},
		{"behind a position", chat.HistoryQuery{After: chat.Bound{Position: 4}}, all[3:]},
		{"before a position", chat.HistoryQuery{Before: chat.Bound{Position: 4}}, all[:2]},
		{"up to", chat.HistoryQuery{UpTo: 5}, all[:4]},
		{"elsewhere", chat.HistoryQuery{Conversation: 2}, []string{"NickChanged", "Quit"}},
		{"nowhere", chat.HistoryQuery{Conversation: 3}, nil},
	} {
		q := c.q
		q.Events, q.Conversation, q.Limit = true, max(q.Conversation, 1), max(q.Limit, c.q.Limit)
		if q.UpTo == 0 {
			q.UpTo = s.Last()
		}
		if q.Limit == 0 {
			q.Limit = 100
		}
		if got := kinds(pageOf(t, s, q)); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	if got := kinds(pageOf(t, s, room1(s))); !slices.Equal(got, []string{"one", "two"}) {
		t.Errorf("without events: %q", got)
	}
}

func TestWhatHappenedGoesWithTheRoom(t *testing.T) {
	s := openAt(t, t.TempDir())
	happen(t, s, &chat.RoomOpened{Room: 1, RoomName: "#room"}, &chat.TopicSet{Room: 1, RoomName: "#room", Text: "old topic", Time: 1})
	say(t, s, 1, "one", "two", "three")
	happen(t, s, s.edited(3, 1, "edited"), s.reacted(3, 2, "x"))
	happen(t, s, &chat.RetentionSet{Room: 1, RoomName: "#room", Messages: 2})
	query := room1(s)
	query.Events = true
	eventually(t, "the first message and its edit erased", func() bool {
		return slices.Equal(kinds(pageOf(t, s, query)), []string{"two", "three"})
	})
	eventually(t, "no rows left of it", func() bool { return rowsIn(t, s, "events")+rowsIn(t, s, "reactions") == 0 })
	happen(t, s, &chat.TopicSet{Room: 1, RoomName: "#room", Text: "new topic", Time: 2})
	happen(t, s, &chat.RoomVanished{Room: 1, RoomName: "#room"})
	eventually(t, "nothing left of the room", func() bool { return rowsIn(t, s, "events")+rowsIn(t, s, "messages") == 0 })
}

func rowsIn(t testing.TB, s *Store, table string) (n int64) {
	t.Helper()
	must(t, s.readers.use(bg, func(c *connection) (err error) {
		n, err = c.number("SELECT count(*) FROM " + table)
		return err
	}))
	return n
}

func TestDirectMessagesOfAccountsAreKept(t *testing.T) {
	s := openAt(t, t.TempDir())
	direct := func(id chat.ConversationID, n int, kept bool) *chat.Said {
		return &chat.Said{
			Source: chat.Source{User: 1, Nick: "a"}, Conversation: id, To: 2, Nick: "b", Number: chat.Number(n),
			Time: chat.Time(n), Text: fmt.Sprint("direct ", n), Kept: kept,
		}
	}
	happen(t, s, direct(7, 1, true), direct(8, 1, false), direct(9, 1, false), direct(10, 1, false), direct(10, 2, true))
	happen(t, s, direct(9, 2, true)) // one became an account
	happen(t, s, &chat.DirectErased{Before: 100})
	eventually(t, "guests' messages erased", func() bool { return rowsOf(t, s, 8) == 0 })
	for id, want := range map[chat.ConversationID]int{7: 1, 8: 0, 9: 2, 10: 2} {
		if page := pageOf(t, s, chat.HistoryQuery{Conversation: id, UpTo: s.Last(), Limit: 9}); len(page) != want {
			t.Errorf("conversation %d has %d messages, want %d", id, len(page), want)
		}
	}
}

func TestAudit(t *testing.T) {
	s := openAt(t, t.TempDir())
	for i := 1; i <= 6; i++ {
		e := &chat.Audited{By: "Haneul", Action: "kill", Object: fmt.Sprint(i), Time: chat.Time(i)}
		if i%2 == 0 {
			e.By, e.Account = "Other", "bada"
		}
		happen(t, s, e)
	}
	for _, c := range []struct {
		name string
		q    chat.AuditQuery
		want string
	}{
		{"all, newest first", chat.AuditQuery{Limit: 10}, "654321"},
		{"bounded", chat.AuditQuery{Limit: 2}, "65"},
		{"more of it", chat.AuditQuery{Limit: 2, Before: 5}, "43"},
		{"by nick", chat.AuditQuery{Limit: 10, By: "haneul"}, "531"},
		{"by account", chat.AuditQuery{Limit: 10, By: "BADA"}, "642"},
		{"by nobody", chat.AuditQuery{Limit: 10, By: "x"}, ""},
		{"by time", chat.AuditQuery{Limit: 10, Since: 2, Until: 5}, "432"},
	} {
		lines, err := s.Audit(bg, c.q)
		must(t, err)
		got := ""
		for _, l := range lines {
			got += l.Object
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// eventful is a journal with all that package past keeps.
func eventful(t *testing.T, s *Store) {
	t.Helper()
	say(t, s, 1, "one", "two", "three")
	happen(t, s, s.edited(1, 1, "edited"), s.reacted(1, 2, "x"), s.redacted(2, 2),
		&chat.TopicSet{Room: 1, RoomName: "#room", Text: "topic", Time: 7000}, &chat.Audited{By: "op", Action: "kill", Time: 8000})
}

func TestBackupKeepsThePast(t *testing.T) {
	s := openAt(t, t.TempDir())
	eventful(t, s)
	file, folder := filepath.Join(t.TempDir(), "b"), t.TempDir()
	must(t, s.Backup(bg, file))
	if _, err := Restore(bg, file, folder, true); err != nil {
		t.Fatal(err)
	}
	restored := openAt(t, folder)
	query := room1(s)
	query.Events = true
	want, got := pageOf(t, s, query), pageOf(t, restored, query)
	if !reflect.DeepEqual(got, want) {
		t.Errorf("restored: %+v\nwant %+v", got, want)
	}
	if lines, err := restored.Audit(bg, chat.AuditQuery{Limit: 5}); err != nil || len(lines) != 1 || lines[0].By != "op" {
		t.Errorf("audit: %+v, %v", lines, err)
	}
	if m := got[0]; m.Text != "edited" || m.Edited == 0 || len(m.Reactions) != 1 {
		t.Errorf("the edited message is %+v", m)
	}
	// The ids of before the backup are nobody's now.
	happen(t, restored, s.reacted(3, 2, "x"))
	if m, _, err := restored.MessageAt(bg, 3); err != nil || m.Reactions != nil {
		t.Errorf("an old id was answered: %+v, %v", m, err)
	}
}
