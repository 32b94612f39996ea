package words

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"madang/chat"
	"madang/engine"
	"madang/wire/line"
)

var verbs = regexp.MustCompile(`%(\[\d+\])?[a-z]`)

func TestSentencesAreTotal(t *testing.T) {
	for s := range SentencesEnd {
		p := &sentences[s]
		if p.english == "" || p.korean == "" || (p.word != "") != (s >= SayUnknownCommand) {
			t.Errorf("sentence %d is not complete: %+v", s, p)
		}
		if english, korean := verbs.FindAllString(p.english, -1), verbs.FindAllString(p.korean, -1); !slices.Equal(english, korean) {
			t.Errorf("sentence %d takes %q and %q", s, english, korean)
		}
	}
}

func TestRefusalsAreTotal(t *testing.T) {
	holes := regexp.MustCompile(`\{[a-z]+\}`)
	for code := chat.Code(1); code < chat.CodesEnd; code++ {
		p := &refusals[code]
		if p.word == "" || p.english == "" || p.korean == "" {
			t.Errorf("code %d has no words", code)
		}
		r := chat.Refusal{Code: code, Room: "#room", Nick: "nick", Text: "because.", Rank: chat.Operator, Limit: 7}
		for _, form := range []engine.Form{0, FormKorean, FormJSON, FormCP949} {
			got := string(AppendRefusal(nil, form, &r, "id"))
			if holes.MatchString(got) || !strings.HasSuffix(got, "\n") || strings.Count(got, "\n") != 1 || strings.Contains(got, "..") {
				t.Errorf("code %d in form %d: %q", code, form, got)
			}
		}
	}
}

func TestHelpIsTotal(t *testing.T) {
	for _, s := range line.Spellings() {
		if HelpFor(s.Name, false) == "" || HelpFor(s.Name, true) == "" {
			t.Errorf("/%s has no help", s.Name)
		}
	}
}

// Each kind of event is shown alike in all forms that the mask makes equal.
func TestMaskIsTrue(t *testing.T) {
	r := Renderer{Epoch: 7}
	source := chat.Source{User: 1, Nick: "가나"}
	for _, e := range []chat.Event{
		&chat.Attached{Source: source}, &chat.Quit{Source: source, Reason: "x"}, &chat.NickChanged{Source: source, Nick: "n"},
		&chat.AwayChanged{Source: source, Text: "x"}, &chat.HostChanged{Source: source, Host: "x"}, &chat.Joined{Source: source, RoomName: "#a"}, &chat.Parted{Source: source, RoomName: "#a"},
		&chat.Kicked{Source: source, RoomName: "#a", Nick: "n"}, &chat.Invited{Source: source, RoomName: "#a", Nick: "n"},
		&chat.Said{Source: source, RoomName: "#a", Text: "x"}, &chat.Said{Source: source, To: 2, Nick: "n", Text: "x"},
		&chat.Relayed{Source: source, RoomName: "#a", Text: "x", What: chat.Notice}, &chat.Relayed{Source: source, RoomName: "#a", What: chat.CTCP, Text: "VERSION"},
		&chat.TopicSet{Source: source, RoomName: "#a", Text: "x"}, &chat.Broadcasted{Source: source, Text: "x"},
		&chat.RoomChanged{Source: source, RoomName: "#a", Changes: []chat.RoomChange{{Aspect: chat.Limit, Add: true, Number: 3}, {Aspect: chat.Key, Text: "hush"}, {Aspect: chat.Ranks, Add: true, Rank: chat.Voice, Text: "n"}}},
		&chat.Redacted{Source: source, RoomName: "#a"}, &chat.Edited{Source: source, To: 2, Nick: "n", Text: "x\ny"},
		&chat.Reacted{Source: source, RoomName: "#a", Sign: "👍"}, &chat.MarkSet{Source: source, RoomName: "#a"},
		&chat.RoomRenamed{Source: source, RoomName: "#a", Name: "#b"}, &chat.Knocked{Source: source, RoomName: "#a", Text: "x"},
		&chat.SignedIn{Source: source, To: source, Present: true}, &chat.SignedIn{Source: source, To: source},
		&chat.AccountMade{Source: source, Became: true}, &chat.AccountDeleted{Source: source, Name: "n"},
		&chat.SessionAdded{Source: source}, &chat.SessionEnded{Source: source}, &chat.Stayed{Source: source},
		&chat.RoomOpened{RoomName: "#a"}, &chat.RoomVanished{RoomName: "#a"},
	} {
		p := &chat.Placed{Position: 1, Event: e}
		mask := r.Mask(e.Kind())
		for form := range engine.Form(16) {
			got, want := string(r.Render(nil, p, form)), string(r.Render(nil, p, form&mask))
			if form&FormJSON != 0 && form&FormCP949 != 0 {
				continue // never set together
			}
			if got != want {
				t.Errorf("%T in form %d: %q, masked %q", e, form, got, want)
			}
			if strings.Contains(got, "hush") || got != "" && !strings.HasSuffix(got, "\n") {
				t.Errorf("%T in form %d: %q", e, form, got)
			}
		}
	}
}

func TestRenderAllocatesNothing(t *testing.T) {
	r := Renderer{Epoch: 7}
	p := &chat.Placed{Position: 1, Event: &chat.Said{Source: chat.Source{Nick: "ann"}, RoomName: "#a", Text: "hello there, 안녕하세요"}}
	b := make([]byte, 0, 1<<10)
	if n := testing.AllocsPerRun(100, func() { b = r.Render(b[:0], p, 0) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
