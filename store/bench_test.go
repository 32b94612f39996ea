package store

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"madang/chat"
	"madang/journal"
)

var (
	benchMessages = flag.Int("store.messages", 300_000, "messages in the database that BenchmarkRead reads")
	benchFolder   = flag.String("store.folder", "", "keep that database here, and read the one that is here; empty: a new one")
)

const benchRooms = 20

// crowd makes messages as people might say them: 20 rooms, 500 nicks, Korean words of
// one to four syllables, some far more common than others.
type crowd struct {
	words   []string
	zipf    *rand.Zipf
	random  *rand.Rand
	numbers [benchRooms + 1]chat.Number
	said    int
}

func newCrowd() *crowd {
	r := rand.New(rand.NewPCG(1, 2))
	c := &crowd{random: r, zipf: rand.NewZipf(r, 1.1, 5, 20_000)}
	for range 20_001 {
		word := make([]rune, 1+r.IntN(4))
		for i := range word {
			word[i] = rune(0xac00 + 9*r.IntN(1200))
		}
		c.words = append(c.words, string(word))
	}
	return c
}

func (c *crowd) say() *chat.Said {
	c.said++
	room := 1 + c.random.IntN(benchRooms)
	c.numbers[room]++
	words := make([]string, 6)
	for i := range words {
		words[i] = c.words[c.zipf.Uint64()]
	}
	if c.said%50_000 == 77 {
		words[2] = "배포가"
	}
	nick := c.random.IntN(500)
	return &chat.Said{
		Source:       chat.Source{User: chat.UserID(nick + 1), Nick: fmt.Sprint("user", nick), Username: "user", Host: "k3j4h5.cloak"},
		Conversation: chat.ConversationID(room), RoomName: fmt.Sprint("#room", room), Number: c.numbers[room],
		Time: chat.Time(1_700_000_000_000 + c.said), Text: strings.Join(words, " "),
	}
}

func (c *crowd) batch(after chat.Position, size int) journal.Batch {
	b := journal.Batch{After: after, Events: make([]chat.Event, size)}
	for i := range b.Events {
		b.Events[i] = c.say()
	}
	return b
}

func BenchmarkAppend(b *testing.B) {
	for _, size := range []int{1, 16, 160, 1000} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			s := openAt(b, b.TempDir(), func(c *Config) { c.IndexDelay = time.Hour })
			c := newCrowd()
			rounds := 0
			batches := make([]journal.Batch, 200)
			for b.Loop() {
				if rounds%len(batches) == 0 {
					b.StopTimer()
					for i := range batches {
						batches[i] = c.batch(s.Last()+chat.Position(i*size), size)
					}
					b.StartTimer()
				}
				must(b, s.Append(bg, batches[rounds%len(batches)]))
				rounds++
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(rounds*size), "ns/message")
			st := s.Stats()
			b.ReportMetric(float64(st.CommitP99.Microseconds()), "p99-µs")
			b.ReportMetric(float64(st.CheckpointStall.Microseconds()), "stall-µs")
		})
	}
}

// filled is a store with many messages, indexed.
func filled(b *testing.B) *Store {
	folder := *benchFolder
	if folder == "" {
		folder = b.TempDir()
	}
	patient := func(c *Config) { c.IndexDelay = time.Hour }
	s := openAt(b, folder, patient)
	c := newCrowd()
	c.said = int(s.Last())
	begun := time.Now()
	for c.said < *benchMessages {
		must(b, s.Append(bg, c.batch(s.Last(), min(1000, *benchMessages-c.said))))
	}
	must(b, s.Close(bg))
	appended := time.Now()
	s = openAt(b, folder, patient) // an index that is behind catches up at once
	for came, since := s.Stats().Indexed, appended; s.Stats().Lag() > 0; time.Sleep(10 * time.Millisecond) {
		if now := s.Stats().Indexed; now != came {
			came, since = now, time.Now()
		} else if time.Since(since) > time.Minute {
			b.Fatalf("the index stays at %d", came)
		}
	}
	b.Logf("%d messages: appended in %v, indexed in %v, database %d MiB, index %d MiB", c.said,
		appended.Sub(begun), time.Since(appended), s.Stats().DatabaseBytes>>20, s.Stats().SearchBytes>>20)
	runtime.GC()
	return s
}

func BenchmarkRead(b *testing.B) {
	s := filled(b)
	b.Run("page", func(b *testing.B) { benchmarkPages(b, s) })
	b.Run("search", func(b *testing.B) { benchmarkSearches(b, s) })
}

func benchmarkPages(b *testing.B, s *Store) {
	for name, q := range map[string]chat.HistoryQuery{
		"newest":   {Newest: true},
		"number":   {Before: chat.Bound{Number: chat.Number(*benchMessages / benchRooms / 2)}, Newest: true},
		"position": {After: chat.Bound{Position: chat.Position(*benchMessages / 2)}},
		"time":     {After: chat.Bound{Time: chat.Time(1_700_000_000_000 + *benchMessages/3)}},
	} {
		b.Run(name, func(b *testing.B) {
			q.Conversation, q.UpTo, q.Limit = 3, s.Last()-1, 100
			for b.Loop() {
				if page := pageOf(b, s, q); len(page) != 100 {
					b.Fatalf("%d messages", len(page))
				}
			}
		})
	}
}

func first(word string) string { return string([]rune(word)[:1]) }

func benchmarkSearches(b *testing.B, s *Store) {
	words := slices.DeleteFunc(newCrowd().words, func(w string) bool { return utf8.RuneCountInString(w) < 2 })
	all := make([]chat.ConversationID, benchRooms)
	for i := range all {
		all[i] = chat.ConversationID(i + 1)
	}
	for _, q := range []struct{ name, text, from string }{
		{"rare", "배포", ""}, {"common", words[0], ""}, {"middle", words[300], ""}, {"two", words[0] + " " + words[30], ""},
		{"syllable", "배", ""}, {"common syllable", first(words[0]), ""}, {"middle syllable", first(words[300]), ""},
		{"two syllables", first(words[300]) + " " + first(words[3000]), ""},
		{"common syllable of one nick", first(words[0]), "user77"}, {"middle syllable of one nick", first(words[300]), "user77"},
		{"one nick", "", "user77"}, {"missing nick", "", "nobody"}, {"missing syllable", "홁", ""}, {"missing", "홁홁", ""},
	} {
		for name, rooms := range map[string][]chat.ConversationID{"one room": all[:1], "all rooms": all} {
			b.Run(q.name+"/"+name, func(b *testing.B) {
				found := 0
				for b.Loop() {
					r, err := s.Search(bg, chat.SearchQuery{Conversations: rooms, Text: q.text, From: q.from, UpTo: s.Last(), Limit: 50})
					must(b, err)
					found = len(r.Messages)
				}
				b.ReportMetric(float64(found), "found")
			})
		}
	}
}
