package line

import (
	"strings"
	"testing"
)

// What was said can be changed, and everybody sees it, at once and later.
func TestAmend(t *testing.T) {
	y := storedYard(t)
	ann := y.member("ann")
	bob := y.person("bob")
	ann.until("-> bob")
	ann.types("tpyo", "/edit typo", "/react 👍", "/msg bob psst")
	bob.sees("[#lobby] ann: tpyo", "[#lobby] ann edited: typo", "[#lobby] ann reacts 👍", "[ann -> you] psst")
	bob.types("/erase", "/react 🎉")
	bob.sees("! You said nothing of late in #lobby.", "-- Done.")
	ann.until("[#lobby] bob reacts 🎉")
	bob.types("/history")
	if got := anyTime(bob.line()); got != "[#lobby TIME] ann: typo (edited) [👍 1] [🎉 1]" {
		t.Errorf("history shows %s", got)
	}
	ann.types("/erase")
	bob.until("[#lobby] ann erased a message")
	bob.types("/history")
	if got := bob.line(); !strings.Contains(got, "ann: (erased)") {
		t.Errorf("history shows %s", got)
	}
}

// What was done stays what was done: it has one line, for whoever reads lines.
func TestAmendDeed(t *testing.T) {
	y := storedYard(t)
	bot := y.person("bot")
	bot.types("/me wavs", "/json", `{"type":"history","limit":1}`)
	id := field(bot.until(`"kind":"action"`), "id")
	bot.until(`"type":"history"`)
	bot.types(`{"edit":{"message":"`+id+`","text":"waves\n:irc.test 001 bot :hello"},"id":"2"}`, `{"edit":{"message":"`+id+`","text":"waves"},"id":"3"}`)
	if got := bot.line(); !strings.HasPrefix(got, `{"type":"error","code":"text-invalid"`) {
		t.Errorf("saw %s", got)
	}
	bot.until(`{"type":"ok","id":"3"`)
}

// Scripts name the message by its id; what may not be seen cannot be told from what is
// not there.
func TestAmendByID(t *testing.T) {
	y := storedYard(t)
	bot, _ := y.script("bot")
	bot.types(`{"text":"tpyo","id":"1"}`)
	id := field(bot.until(`{"type":"ok","id":"1"`), "message")
	bot.types(`{"edit":{"message":"`+id+`","text":"one\ntwo"},"id":"2"}`, `{"react":{"message":"`+id+`","sign":"👍"},"id":"3"}`,
		`{"type":"react","message":"`+id+`","sign":"👍","remove":true,"id":"4"}`)
	if got := bot.line(); !strings.HasPrefix(got, `{"type":"edit","room":"#lobby","by":"bot","message":"`+id+`","number":1,"text":"one\ntwo","position":`) {
		t.Errorf("saw %s", got)
	}
	bot.sees(`{"type":"ok","id":"2"}`)
	if got := bot.line(); !strings.HasPrefix(got, `{"type":"react","room":"#lobby","by":"bot","message":"`+id+`","sign":"👍","position":`) {
		t.Errorf("saw %s", got)
	}
	bot.sees(`{"type":"ok","id":"3"}`)
	if got := bot.line(); !strings.Contains(got, `"sign":"👍","remove":true`) {
		t.Errorf("saw %s", got)
	}
	eve, _ := y.script("eve")
	eve.types(`{"erase":{"message":"`+id+`"},"id":"1"}`, `{"erase":{"message":"7-zz"},"id":"2"}`, `{"edit":{"message":"`+id+`","text":"x"},"id":"3"}`)
	got := eve.until(`"id":"1"`) + eve.until(`"id":"2"`) + eve.until(`"id":"3"`)
	if strings.Count(got, `"type":"error"`) != 3 {
		t.Errorf("eve saw %s", got)
	}
	bot.types(`{"erase":{"message":"`+id+`","text":"oops"},"id":"5"}`, `{"type":"history","limit":1}`)
	if got := bot.until(`"type":"erase"`); !strings.Contains(got, `"text":"oops"`) {
		t.Errorf("saw %s", got)
	}
	if got := bot.until(`"type":"message"`); !strings.Contains(got, `"erased":true`) || strings.Contains(got, "two") {
		t.Errorf("history gives %s", got)
	}
	// A secret room is not to be known by ids either.
	bot.types(`{"type":"join","room":"#den","key":"x","id":"6"}`, `/join #den`, `{"room":"#den","text":"hidden","id":"7"}`)
	hidden := field(bot.until(`{"type":"ok","id":"7"`), "message")
	_ = hidden
	bot.types("/topic #den mine", "/topic #den -")
	bot.until(`"text":"mine"`)
	if got := bot.until(`"type":"topic"`); strings.Contains(got, `"text"`) {
		t.Errorf("the topic stays: %s", got)
	}
}

func TestSearchFilters(t *testing.T) {
	y := storedYard(t)
	ann, bob := y.person("ann"), y.person("bob")
	ann.until("-> bob")
	ann.types("the deploy begins", "/join #dev", "a deploy elsewhere")
	ann.until("You are in #dev")
	bob.until("the deploy begins")
	bob.types("deploy, yes", "/msg ann a deploy for you")
	ann.until("a deploy for you")
	for query, want := range map[string]string{
		"deploy from:bob": "deploy, yes|a deploy for you", "deploy from:me in:#lobby": "the deploy begins", "deploy in:dev": "",
		"배포 보낸이:bob": "", "deploy 방:#dev 이후:1시간": "a deploy elsewhere", "deploy after:1h in:@bob": "a deploy for you",
		"deploy before:yesterday": "", "deploy before:2000-01-01": "", "deploy after:today in:#lobby from:ann": "the deploy begins",
	} {
		ann.types("/search " + query)
		got := ann.line()
		var texts []string
		for !strings.HasPrefix(got, "-- Messages found") && !strings.HasPrefix(got, "!") {
			_, text, _ := strings.Cut(got, "] ")
			texts = append(texts, strings.TrimPrefix(strings.TrimPrefix(text, "ann: "), "bob: "))
			got = ann.line()
		}
		if strings.Join(texts, "|") != want {
			t.Errorf("%s: found %q, want %q", query, texts, want)
		}
	}
	ann.types("/search from:bob in:#lobby")
	ann.until("] bob: deploy, yes")
	ann.sees("-- Messages found: 1.")
	ann.types("/search in:#dev")
	ann.until("] ann: a deploy elsewhere")
	ann.sees("-- Messages found: 1.")
	bot, _ := y.script("bot")
	bot.types(`{"type":"search","from":"bob","room":"#lobby","id":"1"}`)
	bot.until(`"text":"deploy, yes"`)
	bot.until(`{"type":"search","count":1,`)
	bot.types(`{"search":{"room":"#lobby","limit":1},"id":"2"}`)
	bot.until(`"text":"deploy, yes"`)
	bot.until(`{"type":"search","count":1,`)
	bot.types(`{"type":"search","limit":1,"id":"3"}`)
	bot.until(`"code":"bad-request","text":"A command of type \"search\" needs one of the keys \"text\", \"from\", \"room\", \"to\", \"before\" and \"after\"."`)
	ann.types("/search x after:someday", "/search")
	ann.until("! someday is no time.")
	ann.until("! It goes like this: /search WORDS")
}
