package core

import (
	"cmp"
	"slices"

	"madang/chat"
)

// direct is the conversation of two users.
type direct struct{ record chat.DirectRecord }

// pair names two users whatever their order.
type pair struct{ low, high chat.UserID }

func pairOf(a, b chat.UserID) pair { return pair{min(a, b), max(a, b)} }

func (d *direct) pair() pair { return pair{d.record.Low, d.record.High} }

// directs are the conversations of two, found by the two, by number and by each of them.
type directs struct {
	byPair map[pair]*direct
	byID   map[chat.ConversationID]*direct
	of     map[chat.UserID][]*direct // by number
}

func newDirects() directs {
	return directs{byPair: map[pair]*direct{}, byID: map[chat.ConversationID]*direct{}, of: map[chat.UserID][]*direct{}}
}

func (ds directs) add(d *direct) {
	ds.byPair[d.pair()], ds.byID[d.record.ID] = d, d
	for _, id := range d.pair().users() {
		i, _ := slices.BinarySearchFunc(ds.of[id], d.record.ID, byDirectID)
		ds.of[id] = slices.Insert(ds.of[id], i, d)
	}
}

func (ds directs) remove(d *direct) {
	delete(ds.byPair, d.pair())
	delete(ds.byID, d.record.ID)
	for _, id := range d.pair().users() {
		i, known := slices.BinarySearchFunc(ds.of[id], d.record.ID, byDirectID)
		if !known {
			continue
		}
		if ds.of[id] = slices.Delete(ds.of[id], i, i+1); len(ds.of[id]) == 0 {
			delete(ds.of, id)
		}
	}
}

// keep copies those that are to stay.
func (ds directs) keep(stays func(*direct) bool) directs {
	kept := newDirects()
	for _, d := range ds.byPair {
		if stays(d) {
			kept.add(d)
		}
	}
	return kept
}

// users are the two, or the one who speaks to himself.
func (p pair) users() []chat.UserID {
	if p.low == p.high {
		return []chat.UserID{p.low}
	}
	return []chat.UserID{p.low, p.high}
}

func byDirectID(d *direct, id chat.ConversationID) int { return cmp.Compare(d.record.ID, id) }

// directOf is the conversation of somebody with another, and how both are called.
func directOf(from *chat.Source, to chat.UserID, nick string) chat.DirectRecord {
	p := pairOf(from.User, to)
	if p.low == from.User {
		return chat.DirectRecord{Low: p.low, High: p.high, LowNick: from.Nick, HighNick: nick}
	}
	return chat.DirectRecord{Low: p.low, High: p.high, LowNick: nick, HighNick: from.Nick}
}

// putDirect begins a conversation, or makes it what the record says. What was kept once
// stays kept.
func (s *State) putDirect(record chat.DirectRecord) Undo {
	if d := s.directs.byPair[pair{record.Low, record.High}]; d != nil {
		record.ID, record.Kept = d.record.ID, record.Kept || d.record.Kept
		return assign(&d.record, record)
	}
	d := &direct{record}
	s.directs.add(d)
	next := s.nextConversation
	s.nextConversation = max(next, record.ID)
	return func() {
		s.directs.remove(d)
		s.nextConversation = next
	}
}
