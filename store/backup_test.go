package store

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"madang/chat"
)

func TestBackupAndRestore(t *testing.T) {
	s := openAt(t, t.TempDir())
	sayMany(t, s, 1, 300, "마당 message")
	key, err := s.Key("cloak", 32)
	must(t, err)
	must(t, s.SaveSnapshot(bg, &chat.Snapshot{Position: 300}))
	file := filepath.Join(t.TempDir(), "it's 100% #1.db")
	var writer sync.WaitGroup
	writer.Go(func() {
		for range 20 {
			say(t, s, 1, "said meanwhile")
		}
	})
	must(t, s.Backup(bg, file))
	writer.Wait()
	if err := s.Backup(bg, file); err == nil {
		t.Error("a backup was overwritten")
	}

	folder := filepath.Join(t.TempDir(), "restored")
	report, err := Restore(bg, file, folder, true)
	must(t, err)
	if report.Position < 300 || report.Messages != int(report.Position) || report.Epoch == s.Epoch() || !report.Verified || report.Format != 3 {
		t.Errorf("%+v", report)
	}
	restored := openAt(t, folder)
	if restored.Last() != report.Position || restored.Epoch() != report.Epoch {
		t.Errorf("restored: position %d, epoch %d", restored.Last(), restored.Epoch())
	}
	again, err := restored.Key("cloak", 32)
	if err != nil || string(again) != string(key) {
		t.Errorf("the key changed: %v", err)
	}
	snapshot, err := restored.LoadSnapshot(bg)
	if err != nil || snapshot == nil || snapshot.Position != 300 {
		t.Errorf("snapshot %v, %v", snapshot, err)
	}
	indexed(t, restored)
	if n := len(find(t, restored, "마당", 1)); n != 300 {
		t.Errorf("a search finds %d", n)
	}
	if _, err := Restore(bg, file, folder, false); err == nil || !strings.Contains(err.Error(), "another madang") {
		t.Errorf("restore into a folder in use: %v", err)
	}
	must(t, restored.Close(bg))
	if _, err := Restore(bg, file, folder, false); err == nil || !strings.Contains(err.Error(), "exists already") {
		t.Errorf("restore into a full folder: %v", err)
	}
}

func TestRestoreFindsDamage(t *testing.T) {
	damage := map[string]string{
		"a record changed":  "UPDATE journal SET record=zeroblob(30) WHERE last=3",
		"a record missing":  "DELETE FROM journal WHERE last=2",
		"a message changed": "UPDATE messages SET body=x'0011' WHERE position=2",
		"a text changed":    "UPDATE messages SET body=CAST(replace(body, 'three', 'there') AS BLOB) WHERE position=4",
		"a deed changed":    "UPDATE audit SET body=CAST(replace(body, 'spam', 'ham!') AS BLOB)",
		"a topic changed":   "UPDATE events SET body=CAST(replace(body, 'tea', 'tee') AS BLOB)",
		"a message behind":  "INSERT INTO messages VALUES(99, 1, 99, 99, x'00', 1383945041)",
		"another program":   "PRAGMA application_id=5",
		"a newer program":   "PRAGMA user_version=7",
	}
	for name, statement := range damage {
		t.Run(name, func(t *testing.T) {
			s := openAt(t, t.TempDir())
			for _, text := range []string{"one", "two", "three is said", "three is said again", "five"} {
				say(t, s, 1, text)
			}
			happen(t, s, &chat.Audited{By: "op", Action: "kill", Text: "spam", Time: 9000}, &chat.TopicSet{Room: 1, RoomName: "#room", Text: "green tea", Time: 9000})
			file := filepath.Join(t.TempDir(), "backup")
			must(t, s.Backup(bg, file))
			c, err := connect(openSQLite, file)
			must(t, err)
			must(t, c.script(statement))
			must(t, c.close())
			folder := t.TempDir()
			if report, err := Restore(bg, file, folder, true); err == nil {
				t.Errorf("restored: %+v", report)
			}
			if _, err := os.Stat(filepath.Join(folder, databaseName)); err == nil {
				t.Error("a damaged database was put in place")
			}
		})
	}
	t.Run("no file of SQLite", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "backup")
		must(t, os.WriteFile(file, []byte(strings.Repeat("x", 9000)), 0o600))
		if _, err := Restore(bg, file, t.TempDir(), false); err == nil {
			t.Error("restored")
		}
	})
}

func TestSnapshots(t *testing.T) {
	lines := new(logLines)
	folder := t.TempDir()
	s := openAt(t, folder, lines.config)
	if snapshot, err := s.LoadSnapshot(bg); snapshot != nil || err != nil {
		t.Fatalf("without any: %v, %v", snapshot, err)
	}
	sayMany(t, s, 1, 10, "x")
	for at := chat.Position(1); at <= 5; at++ {
		must(t, s.SaveSnapshot(bg, bigSnapshot(at)))
	}
	if err := s.SaveSnapshot(bg, bigSnapshot(11)); err == nil {
		t.Error("a snapshot behind the journal's end was kept")
	}
	s = openAt(t, crashCopy(t, folder), lines.config)
	expectSnapshot(t, s, 5)
	damage := func(statement string) {
		must(t, s.write(func(c *connection) error { return c.exec(statement) }))
	}
	damage("UPDATE snapshot_parts SET bytes=zeroblob(9) WHERE position=5 AND part=1")
	expectSnapshot(t, s, 4)
	damage("DELETE FROM snapshot_parts WHERE position=4 AND part=0")
	if snapshot, err := s.LoadSnapshot(bg); snapshot != nil || err != nil {
		t.Errorf("only damaged ones: %v, %v", snapshot, err)
	}
	if !strings.Contains(lines.String(), "snapshot skipped") {
		t.Error("nothing was logged")
	}
	must(t, s.SaveSnapshot(bg, bigSnapshot(5)))
	expectSnapshot(t, s, 5)
	n, err := s.writer.number("SELECT count(DISTINCT position) FROM snapshot_parts")
	if err != nil || n != snapshotsKept {
		t.Errorf("parts of %d snapshots are kept, %v", n, err)
	}
}

// bigSnapshot takes several parts.
func bigSnapshot(at chat.Position) *chat.Snapshot {
	s := &chat.Snapshot{Position: at}
	for i := range 600 {
		s.Rooms = append(s.Rooms, chat.RoomRecord{ID: chat.ConversationID(i + 1), Name: strings.Repeat("r", 1000)})
	}
	return s
}

func expectSnapshot(t *testing.T, s *Store, at chat.Position) {
	t.Helper()
	snapshot, err := s.LoadSnapshot(bg)
	if err != nil || snapshot == nil || snapshot.Position != at || len(snapshot.Rooms) != 600 {
		t.Errorf("loaded %+v, %v", snapshot, err)
	}
}
