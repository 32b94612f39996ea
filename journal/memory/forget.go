package memory

import (
	"madang/chat"
	"madang/chat/codec"
	"madang/journal"
)

// forgetLocked takes out of the journal what a batch just stored erased or replaced.
func (j *Journal) forgetLocked(b journal.Batch) {
	for i, e := range b.Events {
		at := b.After + chat.Position(i) + 1
		switch e := e.(type) {
		case *chat.Reacted:
			j.noteLocked(e.Message, at)
		case *chat.Edited:
			j.eraseLocked(e.Message, chat.KindEdited)
			j.noteLocked(e.Message, at)
			if j.gone[e.Message] {
				j.eraseLocked(e.Message, chat.KindEdited)
				continue
			}
			j.changeLocked(e.Message, func(s *chat.Said) *chat.Said { s.Text = e.Text; return s })
		case *chat.Redacted:
			if j.gone == nil {
				j.gone = map[chat.Position]bool{}
			}
			j.gone[e.Message] = true
			j.eraseLocked(e.Message, chat.KindEdited, chat.KindReacted)
			j.changeLocked(e.Message, (*chat.Said).Erased)
		}
	}
}

func (j *Journal) noteLocked(message, at chat.Position) {
	if j.about == nil {
		j.about = map[chat.Position][]chat.Position{}
	}
	j.about[message] = append(j.about[message], at)
}

// changeLocked puts another message in the place of one.
func (j *Journal) changeLocked(at chat.Position, change func(*chat.Said) *chat.Said) {
	if at == 0 || at > chat.Position(len(j.events)) {
		return
	}
	if e, _, err := codec.DecodeEvent(j.events[at-1]); err == nil {
		if s, ok := e.(*chat.Said); ok {
			j.events[at-1] = codec.AppendEvent(nil, change(s))
		}
	}
}

// eraseLocked leaves of earlier events about a message, of some kinds, what the journal
// needs.
func (j *Journal) eraseLocked(message chat.Position, kinds ...chat.Kind) {
	for _, at := range j.about[message] {
		e, _, err := codec.DecodeEvent(j.events[at-1])
		if err != nil {
			continue
		}
		for _, kind := range kinds {
			if e.Kind() == kind {
				j.events[at-1] = codec.AppendEvent(nil, erased(e))
			}
		}
	}
}

func erased(e chat.Event) chat.Event {
	switch e := e.(type) {
	case *chat.Edited:
		return e.Erased()
	case *chat.Reacted:
		return e.Erased()
	}
	return e
}
