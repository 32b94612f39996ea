package reply

import (
	"slices"
	"strconv"
	"time"

	"madang/chat"
	"madang/chat/core"
	"madang/chat/names"
	"madang/wire/irc"
)

// listAtOnce is how many rooms are listed in one piece.
const listAtOnce = 300

// Listing says which rooms are to be listed (modern.ircdocs.horse, "ELIST Parameter").
type Listing struct {
	filter irc.ListFilter // names and masks folded
	now    chat.Time
}

// NewListing reads a filter; now is what ages are reckoned from.
func NewListing(f irc.ListFilter, now time.Time) *Listing {
	for i := range f.Names {
		f.Names[i] = names.Fold(f.Names[i])
	}
	for _, masks := range [][]string{f.Masks, f.NotMasks} {
		for i := range masks {
			masks[i] = names.FoldMask(masks[i])
		}
	}
	return &Listing{f, chat.Time(now.UnixMilli())}
}

// Pages goes through the rooms that fit now; one that is gone when its turn comes,
// or is hidden by then, is left out.
func (l *Listing) Pages(w *Writer) Page {
	var found []chat.ConversationID
	for r := range w.State.VisibleRooms(w.User) {
		if l.room(r) {
			found = append(found, r.ID())
		}
	}
	return func(w *Writer) bool {
		piece := found[:min(len(found), listAtOnce)]
		found = found[len(piece):]
		for _, id := range piece {
			if r := w.State.RoomByID(id); r != nil && w.User != nil && w.State.MaySeeRoom(w.User, r) {
				topic, _, _ := r.Topic()
				w.Numeric(irc.RPL_LIST, r.Name(), strconv.Itoa(r.Size()), topic)
			}
		}
		if len(found) == 0 {
			w.Numeric(irc.RPL_LISTEND, "End of /LIST")
		}
		return len(found) > 0
	}
}

func (l *Listing) room(r *core.Room) bool {
	if !l.named(names.Fold(r.Name())) {
		return false
	}
	members := r.Size()
	if members == 0 && len(l.filter.Names) == 0 {
		return false // to IRC a channel without people is none
	}
	if l.filter.MembersOver.Set && members <= l.filter.MembersOver.N || l.filter.MembersUnder.Set && members >= l.filter.MembersUnder.N {
		return false
	}
	_, _, topicAt := r.Topic()
	return l.aged(r.Created(), l.filter.CreatedOver, l.filter.CreatedUnder) &&
		l.aged(topicAt, l.filter.TopicSetOver, l.filter.TopicSetUnder)
}

func (l *Listing) named(name string) bool {
	fits := func(mask string) bool { return names.MatchMask(mask, name) }
	if len(l.filter.Names)+len(l.filter.Masks) > 0 &&
		!slices.Contains(l.filter.Names, name) && !slices.ContainsFunc(l.filter.Masks, fits) {
		return false
	}
	return !slices.ContainsFunc(l.filter.NotMasks, fits)
}

// aged says whether something is as old as asked for, in minutes. What never happened
// has no age.
func (l *Listing) aged(at chat.Time, over, under irc.Bound) bool {
	if !over.Set && !under.Set {
		return true
	}
	if at == 0 {
		return false
	}
	age := l.now - at
	return (!over.Set || age > chat.Time(over.N)*chat.Minute) && (!under.Set || age < chat.Time(under.N)*chat.Minute)
}
