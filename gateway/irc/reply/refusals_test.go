package reply

import (
	"bytes"
	"regexp"
	"strings"
	"testing"

	"madang/chat"
)

// bare is what answers a stranger.
func bare() *Writer { return &Writer{House: &House{Name: "irc.test"}, Nick: "*"} }

// codes are all reasons of refusals.
func codes() (all []chat.Code) {
	for code := chat.Code(1); code < chat.CodesEnd; code++ {
		all = append(all, code)
	}
	return all
}

// Every refusal of the core has its words here, whatever was tried, and with whichever
// of its subjects missing.
func TestEveryRefusalHasWords(t *testing.T) {
	reply := regexp.MustCompile(`^:irc\.test (\d{3} \*|FAIL [A-Z]+ [A-Z0-9_]+)( [^ :][^ ]*)* :\S.*$`)
	full := chat.Refusal{Room: "#yard", Nick: "mina", Text: "so it is", Rank: chat.Operator, Limit: 7}
	for _, code := range codes() {
		for _, verb := range []string{"PRIVMSG", "NOTICE", "SETNAME", "NICK", "JOIN", "MODE", "TOPIC"} {
			for _, r := range []chat.Refusal{full, {Text: "so it is"}} {
				r.Code = code
				w := bare()
				w.Refusal(verb, &r)
				line := strings.TrimSuffix(string(w.Bytes), "\r\n")
				switch {
				case strings.HasPrefix(line, ":irc.test 400 "):
					t.Errorf("code %d is not in the table", code)
				case !reply.MatchString(line):
					t.Errorf("code %d after %s: %q", code, verb, line)
				}
			}
		}
	}
}

// A subject that somebody typed is one word of a bounded length in the answer.
func TestRefusedSubjectsAreWords(t *testing.T) {
	typed := strings.Repeat("가", 100) + " b"
	for _, code := range codes() {
		w := bare()
		w.Refusal("MODE", &chat.Refusal{Code: code, Room: typed, Nick: typed, Text: typed})
		if got := string(w.Bytes); strings.Count(got, "\n") != 1 || len(got) > 512 || !strings.HasSuffix(got, "\r\n") {
			t.Errorf("code %d: %q", code, got)
		}
	}
}

func TestRankNeeded(t *testing.T) {
	for rank, want := range map[chat.Rank]string{
		chat.Voice:        "a channel operator or half-operator",
		chat.HalfOperator: "a channel operator or half-operator",
		chat.Operator:     "a channel operator",
		chat.Admin:        "a channel admin",
		chat.Owner:        "a channel owner",
	} {
		if got := rankNeeded(rank); got != want {
			t.Errorf("rank %d is %q, want %q", rank, got, want)
		}
	}
}

// TestRefusalsAreTotal: every code has words of its own.
func TestRefusalsAreTotal(t *testing.T) {
	for code := chat.Code(1); code < chat.CodesEnd; code++ {
		w := bare()
		w.Refusal("JOIN", &chat.Refusal{Code: code, Room: "#a b", Nick: "n", Text: "why", Limit: 3, Rank: chat.Operator})
		if len(w.Bytes) == 0 || bytes.Contains(w.Bytes, []byte(" 400 ")) || bytes.Count(w.Bytes, []byte("\r\n")) != 1 {
			t.Errorf("code %d is told as %q", code, w.Bytes)
		}
	}
}
