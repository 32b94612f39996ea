package core_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"madang/chat"
	"madang/chat/core"
)

// befallen is whom an event of presence befalls, and the room that it is about; 0: all
// of his.
func befallen(e chat.Event) (chat.UserID, chat.ConversationID) {
	switch e := e.(type) {
	case *chat.Joined:
		return e.Source.User, e.Room
	case *chat.Parted:
		return e.Source.User, e.Room
	case *chat.Kicked:
		return e.User, e.Room
	case *chat.NickChanged:
		return e.Source.User, 0
	case *chat.HostChanged:
		return e.Source.User, 0
	case *chat.RealnameChanged:
		return e.Source.User, 0
	case *chat.AwayChanged:
		return e.Source.User, 0
	case *chat.Quit:
		return e.Source.User, 0
	case *chat.MetadataSet:
		if e.Room == 0 {
			return e.User, 0
		}
	}
	return 0, 0
}

// shownTo says whether an audience holds a user, as a delivery finds out.
func shownTo(s *core.State, a *chat.Audience, viewer *core.User) bool {
	in := func(room *core.Room, id chat.UserID) bool {
		u := s.UserByID(id)
		_, ok := room.RankOf(u)
		return ok
	}
	if slices.Contains(a.Users[:], viewer.ID()) || slices.Contains(a.Only, viewer.ID()) {
		return true
	}
	for room := range viewer.Rooms() {
		if room.ID() == a.Room || a.Neighbours != 0 && in(room, a.Neighbours) && !slices.Contains(a.Veiled, room.ID()) {
			return true
		}
	}
	return false
}

// Who comes, goes and changes is shown to exactly those in his rooms who see him there,
// whatever rooms are auditoriums and whoever has a rank.
func TestPresenceIsShownToThoseWhoSeeHim(t *testing.T) {
	run(t, 1, func(t *rapid.T, next func() (chat.Command, chat.Time, bool)) {
		s := core.New(tight)
		for c, now, more := next(); more; c, now, more = next() {
			d := s.Decide(c, now)
			for _, e := range d.Events {
				_, comes := e.(*chat.Joined)
				if comes {
					s.Apply(e)
				}
				if id, room := befallen(e); id != 0 && s.UserByID(id) != nil {
					checkShown(t, s, e, s.UserByID(id), room)
				}
				if !comes {
					s.Apply(e)
				}
			}
		}
	})
}

func checkShown(t *rapid.T, s *core.State, e chat.Event, u *core.User, only chat.ConversationID) {
	a := chat.AudienceOf(e)
	for viewer := range s.Users() {
		if viewer == u {
			continue
		}
		want := false
		for room := range u.Rooms() {
			want = want || (only == 0 || only == room.ID()) && room.Shows(viewer, u)
		}
		if got := shownTo(s, &a, viewer); got != want {
			t.Fatalf("%s is shown to %s: %t, want %t", eventWords(e), viewer.Nick(), got, want)
		}
	}
}
