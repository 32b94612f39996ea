package irc

import (
	"slices"
	"strconv"
	"time"

	"madang/chat"
	"madang/chat/names"
	"madang/engine"
	"madang/wire/irc"
)

// listAtOnce is how many rooms are listed in one piece.
const listAtOnce = 300

// runList is LIST (RFC 2812 3.2.6) with ELIST.
func (c *client) runList(m *irc.Message) {
	filter := irc.ParseListFilter(string(m.Param(0)))
	fit := newFitting(filter, c.gateway.house.Engine.Now())
	c.do(ask{
		answer: func(w *writer, _ *engine.Outcome) { w.numeric(irc.RPL_LISTSTART, "Channel", "Users  Name") },
		pages:  func(w *writer, _ *engine.Outcome) page { return listPages(w, fit) },
	})
}

// listPages goes through the rooms that fit now; one that is gone when its turn comes,
// or is hidden by then, is left out.
func listPages(w *writer, fit *fitting) page {
	var found []chat.ConversationID
	for r := range w.state.VisibleRooms(w.user) {
		if fit.room(r) {
			found = append(found, r.ID())
		}
	}
	return func(w *writer) bool {
		piece := found[:min(len(found), listAtOnce)]
		found = found[len(piece):]
		for _, id := range piece {
			if r := w.state.RoomByID(id); r != nil && w.user != nil && w.state.MaySeeRoom(w.user, r) {
				topic, _, _ := r.Topic()
				w.numeric(irc.RPL_LIST, r.Name(), strconv.Itoa(r.Size()), topic)
			}
		}
		if len(found) == 0 {
			w.numeric(irc.RPL_LISTEND, "End of /LIST")
		}
		return len(found) > 0
	}
}

// fitting says which rooms are to be listed (modern.ircdocs.horse, "ELIST Parameter").
type fitting struct {
	filter irc.ListFilter // names and masks folded
	now    chat.Time
}

func newFitting(f irc.ListFilter, now time.Time) *fitting {
	for i := range f.Names {
		f.Names[i] = fold(f.Names[i])
	}
	for _, masks := range [][]string{f.Masks, f.NotMasks} {
		for i := range masks {
			masks[i] = names.FoldMask(masks[i])
		}
	}
	return &fitting{f, chat.Time(now.UnixMilli())}
}

func (f *fitting) room(r *chat.Room) bool {
	if !f.named(fold(r.Name())) {
		return false
	}
	members := r.Size()
	if members == 0 && len(f.filter.Names) == 0 {
		return false // to IRC a channel without people is none
	}
	if f.filter.MembersOver.Set && members <= f.filter.MembersOver.N || f.filter.MembersUnder.Set && members >= f.filter.MembersUnder.N {
		return false
	}
	_, _, topicAt := r.Topic()
	return f.aged(r.Created(), f.filter.CreatedOver, f.filter.CreatedUnder) &&
		f.aged(topicAt, f.filter.TopicSetOver, f.filter.TopicSetUnder)
}

func (f *fitting) named(name string) bool {
	fits := func(mask string) bool { return names.MatchMask(mask, name) }
	if len(f.filter.Names)+len(f.filter.Masks) > 0 &&
		!slices.Contains(f.filter.Names, name) && !slices.ContainsFunc(f.filter.Masks, fits) {
		return false
	}
	return !slices.ContainsFunc(f.filter.NotMasks, fits)
}

// aged says whether something is as old as asked for, in minutes. What never happened
// has no age.
func (f *fitting) aged(at chat.Time, over, under irc.Bound) bool {
	if !over.Set && !under.Set {
		return true
	}
	if at == 0 {
		return false
	}
	age := f.now - at
	return (!over.Set || age > chat.Time(over.N)*chat.Minute) && (!under.Set || age < chat.Time(under.N)*chat.Minute)
}
