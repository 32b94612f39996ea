package sequencer

import (
	"cmp"
	"slices"

	"madang/chat"
)

// A batch whose outcome stays unknown is suspended: it is undone, its askers are told
// that it is not confirmed, and the service goes on without the disk. When the journal
// can be read again, and the batch is there, its events take their place at last.

// unconfirmedAfter is how long askers wait for a commit whose outcome is unknown.
const unconfirmedAfter = 5 * chat.Second

// Suspended says that a batch was undone which may be on disk.
func (s *Sequencer) Suspended() bool { return s.doubt != nil }

func (s *Sequencer) tickDoubtful(now chat.Time) Effects {
	look := !s.asked
	s.asked = true
	var effects Effects
	if now-s.since >= unconfirmedAfter && s.suspendable() {
		effects = s.suspend(now)
	}
	effects.Recover = look
	return effects
}

// suspendable says whether anybody waits and may go on. The start of a node may not be
// put off: users are numbered by it, and it ends those before it.
func (s *Sequencer) suspendable() bool {
	if s.durability != Commit {
		return false
	}
	for _, e := range s.batch.Events {
		if e.Kind() == chat.KindNodeStarted {
			return false
		}
	}
	return true
}

// suspend goes on without knowing what became of the batch.
func (s *Sequencer) suspend(now chat.Time) Effects {
	batch := s.batch
	s.doubt, s.failing, s.since = &batch, true, now
	return s.again(now, chat.NotConfirmed)
}

// withDoubt says which of the events that need no disk may happen while a batch is in
// doubt, and with which code all is refused when none may. Nobody enters a room whose end
// is in doubt, nor anybody of whom it is in doubt that he is always on, and he goes into no
// other account. Nobody takes a name that may be another's. A message in doubt that is said
// again stays in doubt.
func (s *Sequencer) withDoubt(c chat.Command, all, allowed []chat.Event, refusal chat.Code) ([]chat.Event, chat.Code) {
	switch c.(type) {
	case *chat.Join:
		if len(all) == 0 {
			return nil, refusal
		}
		joined, alone := all[0].(*chat.Joined)
		switch {
		case len(allowed) < len(all) || !alone || s.stays(joined.Source.User):
			return nil, refusal
		case s.ends(joined):
			return nil, chat.NotStored // it is not in the batch
		}
	case *chat.Say:
		if s.doubts(all) {
			refusal = chat.NotConfirmed
		}
	case *chat.SignIn:
		if slices.ContainsFunc(allowed, func(e chat.Event) bool {
			signed, ok := e.(*chat.SignedIn)
			return ok && s.stays(signed.Source.User)
		}) {
			return nil, refusal
		}
	case *chat.Attach, *chat.ChangeNick:
		if len(allowed) > 0 && s.takes(allowed[0]) {
			return nil, chat.NickTaken
		}
	}
	return allowed, refusal
}

// takes says whether somebody would be called what, by the doubt, another is called.
func (s *Sequencer) takes(e chat.Event) bool {
	user, look, ok := naming(e)
	return ok && slices.ContainsFunc(s.doubt.Events, func(in chat.Event) bool {
		other, its, ok := naming(in)
		return ok && other != user && its == look
	})
}

// naming is whom an event gives a name, and how that looks.
func naming(e chat.Event) (user chat.UserID, skeleton string, ok bool) {
	switch e := e.(type) {
	case *chat.Attached:
		return e.Source.User, e.Skeleton, true
	case *chat.NickChanged:
		return e.Source.User, e.Skeleton, true
	case *chat.Stayed:
		return e.User.ID, e.User.Skeleton, e.On
	case *chat.AccountMade:
		return cmp.Or(e.Source.User, e.Account.User), e.Account.Skeleton, true
	}
	return 0, "", false
}

// wanted is what somebody wants to be called; empty: nothing.
func wanted(c chat.Command) string {
	switch c := c.(type) {
	case *chat.Attach:
		return c.Nick
	case *chat.ChangeNick:
		return c.Nick
	}
	return ""
}

// keepNumbers has nobody be given the number of an account in doubt: whoever signs in to
// it would be him.
func (s *Sequencer) keepNumbers() {
	if s.doubt == nil {
		return
	}
	for _, e := range s.doubt.Events {
		if e, ok := e.(*chat.AccountMade); ok {
			s.state.KeepNumber(e.Account.User)
		}
	}
}

// ends says whether the doubt holds the end of a room that somebody enters.
func (s *Sequencer) ends(joined *chat.Joined) bool {
	return slices.ContainsFunc(s.doubt.Events, func(e chat.Event) bool {
		switch e := e.(type) {
		case *chat.RoomVanished:
			return e.Room == joined.Room
		case *chat.RoomClosed:
			return e.Room == joined.Room
		}
		return false
	})
}

// stays says whether it is in doubt that somebody is always on. If he is, he is in the
// rooms that he was in then, and in no others.
func (s *Sequencer) stays(user chat.UserID) bool {
	return slices.ContainsFunc(s.doubt.Events, func(e chat.Event) bool {
		stayed, ok := e.(*chat.Stayed)
		return ok && stayed.User.ID == user
	})
}

// doubts says whether one of the events is a message of the doubt said again.
func (s *Sequencer) doubts(events []chat.Event) bool {
	for _, e := range events {
		again, _ := e.(*chat.Said)
		for _, in := range s.doubt.Events {
			said, _ := in.(*chat.Said)
			if again != nil && said != nil && again.ID != "" && again.ID == said.ID &&
				again.Scope != (chat.Scope{}) && again.Scope == said.Scope {
				return true
			}
		}
	}
	return false
}

// resolve ends the doubt, now that the last position on disk is known. What is on disk
// is applied and delivered at once, behind the open asks: those were decided without
// the disk, so that nothing that could fail is open.
func (s *Sequencer) resolve(last chat.Position, now chat.Time) Effects {
	doubt := s.doubt
	s.doubt, s.failing = nil, false
	if last < doubt.After+chat.Position(len(doubt.Events)) {
		return Effects{}
	}
	if s.state.Position() != doubt.After {
		panic("sequencer: something durable was decided while a batch was in doubt")
	}
	var step Step
	apply := func(e chat.Event) {
		placed, _ := s.state.Apply(e)
		step.Outcome.Events = append(step.Outcome.Events, placed)
	}
	for _, e := range doubt.Events {
		for _, kicked := range s.turnedOut(e, now) {
			apply(kicked)
		}
		for _, back := range s.backAs(e, now) {
			apply(back)
		}
		apply(e)
	}
	s.steps = append(s.steps, step)
	return s.deliver()
}

// turnedOut are the departures of a room's members before its end: those who left in
// the batch, and with it stayed (a ban was not confirmed, so nobody was killed).
func (s *Sequencer) turnedOut(end chat.Event, now chat.Time) (kicks []chat.Event) {
	var id chat.ConversationID
	switch e := end.(type) {
	case *chat.RoomVanished:
		id = e.Room
	case *chat.RoomClosed:
		id = e.Room
	}
	room := s.state.RoomByID(id)
	if room == nil {
		return nil
	}
	for m := range room.Members() {
		kicks = append(kicks, &chat.Kicked{
			Source: chat.Source{Nick: chat.ConsoleNick}, Room: id, RoomName: room.Name(),
			User: m.User.ID(), Nick: m.User.Nick(), Reason: "the room has ended", Time: max(now, s.state.LastTime()),
		})
	}
	return kicks
}

// backAs is what somebody who is always on from then on must do to be as he was then, where
// everybody can see it: nobody waited for the disk with what he did since, and by the journal
// he did not do it.
func (s *Sequencer) backAs(e chat.Event, now chat.Time) (events []chat.Event) {
	stayed, ok := e.(*chat.Stayed)
	if !ok || !stayed.On {
		return nil
	}
	u, now := s.state.UserByID(stayed.User.ID), max(now, s.state.LastTime())
	if u == nil {
		return nil
	}
	is, was := u.Source(), &stayed.User
	if was.Nick != is.Nick {
		renamed := &chat.NickChanged{Source: is, Nick: was.Nick, Folded: was.Folded, Skeleton: was.Skeleton, Time: now}
		events, is.Nick = append(events, renamed), was.Nick
		s.state.Veil(events)
	}
	for r := range u.Rooms() {
		if !slices.ContainsFunc(stayed.Rooms, func(m chat.MembershipRecord) bool { return m.Room == r.ID() }) {
			rank, _ := r.RankOf(u)
			events = append(events, &chat.Parted{Source: is, Room: r.ID(), RoomName: r.Name(), Time: now, Only: r.Onlookers(u, rank)})
		}
	}
	for _, m := range stayed.Rooms {
		r := s.state.RoomByID(m.Room)
		if r == nil {
			continue
		}
		if _, in := r.RankOf(u); !in {
			events = append(events, &chat.Joined{
				Source: is, Room: m.Room, RoomName: r.Name(), Rank: m.Rank, Realname: was.Realname, Time: now, Only: r.Onlookers(u, m.Rank),
			})
		}
	}
	return events
}
