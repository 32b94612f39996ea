package journaltest

import (
	"bytes"
	"context"
	"testing"

	"madang/chat"
	"madang/chat/codec"
	"madang/journal"
)

// about gives an edit of, a reaction to and the erasure of the message at a position.
func about(at chat.Position, said *chat.Said, text string) (*chat.Edited, *chat.Reacted, *chat.Redacted) {
	return &chat.Edited{
			Source: said.Source, Conversation: said.Conversation, RoomName: said.RoomName,
			Message: at, Number: said.Number, What: said.What, Text: text, Time: said.Time + 1,
		}, &chat.Reacted{
			Source: said.Source, Conversation: said.Conversation, RoomName: said.RoomName, ReplyTo: chat.MessageID(1, at),
			Message: at, Sign: text, Tags: []chat.Tag{{Key: "+draft/react", Value: text}}, Time: said.Time + 2,
		}, &chat.Redacted{
			Source: said.Source, Conversation: said.Conversation, RoomName: said.RoomName,
			Message: at, Number: said.Number, Author: said.Source.User, Reason: "spam", Time: said.Time + 3,
		}
}

// holds says whether any event read back has a text in it.
func holds(t *testing.T, j journal.Journal, text string) bool {
	t.Helper()
	for _, e := range collect(t, j, 0) {
		if bytes.Contains(codec.AppendEvent(nil, e), []byte(text)) {
			return true
		}
	}
	return false
}

// An edited message comes back with its new text, and nothing with an earlier one.
func testEdited(t *testing.T, s Subject) {
	said := message(0, "first words")
	second, _, _ := about(1, said, "second words")
	third, _, _ := about(1, said, "third words")
	appendOrFail(t, s.Journal, 0, said, message(1, "another"))
	appendOrFail(t, s.Journal, 2, second)
	if holds(t, s.Journal, "first words") || !holds(t, s.Journal, "second words") {
		t.Error("after an edit the first text, or not the second, is in the journal")
	}
	appendOrFail(t, s.Journal, 3, third, message(2, "more"))
	j := s.Reopen()
	if holds(t, j, "second words") || !holds(t, j, "third words") {
		t.Error("after another edit the second text, or not the third, is in the journal")
	}
	events := collect(t, j, 0)
	if got := events[0].(*chat.Said); got.Text != "third words" || got.Number != said.Number || got.Time != said.Time {
		t.Errorf("the edited message is %+v", got)
	}
	if e := events[2].(*chat.Edited); e.Message != 1 || e.Number != said.Number || e.Conversation != said.Conversation {
		t.Errorf("the outdated edit is %+v", e)
	}
}

// An erased message keeps its place, and no text, nor what was said about it.
func testErased(t *testing.T, s Subject) {
	said := message(0, "wrong words")
	edited, _, _ := about(1, said, "other words")
	_, reacted, redacted := about(1, said, "sign")
	appendOrFail(t, s.Journal, 0, said, edited, reacted, message(1, "another"))
	appendOrFail(t, s.Journal, 4, redacted)
	for _, text := range []string{"wrong words", "other words", "sign"} {
		if holds(t, s.Journal, text) {
			t.Errorf("%q is in the journal though it was erased", text)
		}
	}
	late, _, _ := about(1, said, "late words")
	appendOrFail(t, s.Journal, 5, late)
	j := s.Reopen()
	if holds(t, j, "late words") {
		t.Error("an erased message was edited")
	}
	events := collect(t, j, 0)
	got, ok := events[0].(*chat.Said)
	if !ok || got.Text != "" || got.Number != said.Number || got.Time != said.Time || got.Conversation != said.Conversation {
		t.Errorf("the erased message is %+v", events[0])
	}
	if len(events) != 6 || events[1].Kind() != chat.KindEdited || events[2].Kind() != chat.KindReacted {
		t.Errorf("%d events are left", len(events))
	}
	compare(t, 4, events[4:5], []chat.Event{redacted})
}

func appendOrFail(t *testing.T, j journal.Journal, after chat.Position, events ...chat.Event) {
	t.Helper()
	if err := j.Append(context.Background(), journal.Batch{After: after, Events: events}); err != nil {
		t.Fatal(err)
	}
}
