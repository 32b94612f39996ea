package core

import (
	"slices"
	"strings"

	"madang/chat"
	"madang/chat/names"
)

// changesMax bounds one ChangeRoom.
const changesMax = 64

// decideChangeRoom: a member of any rank may lower his own, so that each change is checked
// by itself; who has nothing to do with the room is refused as a whole.
func (s *State) decideChangeRoom(c *chat.ChangeRoom, now chat.Time) Decision {
	by, room, r := s.acting(c.Session, c.Room)
	if r != nil {
		return refused(r)
	}
	var d Decision
	e := &chat.RoomChanged{Source: by.Source, Room: room.record.ID, RoomName: room.record.Name, Time: now}
	// Each change is judged by the room as those before it leave it, so they are made
	// here and taken back, even when a check panics.
	var undos []Undo
	defer func() { undoAll(undos) }()
	for _, change := range c.Changes[:min(len(c.Changes), changesMax)] {
		done, r := s.checkChange(by, room, change, now)
		if r != nil {
			if r.Room == "" {
				r.Room = room.record.Name
			}
			d.Partly = append(d.Partly, *r)
		} else if done.Aspect != noChange {
			for _, one := range slices.Concat([]chat.RoomChange{done}, s.follow(room, done), room.stepsDown(done)) {
				e.Changes = append(e.Changes, one)
				undos = append(undos, room.change(one, e))
			}
		}
	}
	if len(e.Changes) > 0 {
		d.Events = []chat.Event{e}
	}
	return d
}

// noChange marks a change that is one already.
const noChange = chat.SwitchesEnd

// undoAll takes back what was done, the last first.
func undoAll(undos []Undo) {
	for _, undo := range slices.Backward(undos) {
		undo()
	}
}

// checkChange completes one change, or says why it cannot be made.
func (s *State) checkChange(by doer, room *Room, c chat.RoomChange, now chat.Time) (chat.RoomChange, *chat.Refusal) {
	switch c.Aspect {
	case chat.Ranks:
		return s.checkRank(by, room, c)
	case chat.Founder, chat.Successor, chat.Access:
		return s.checkRegistration(by, room, c)
	}
	if !s.outranks(by, room, chat.HalfOperator) {
		return c, &chat.Refusal{Code: chat.NeedRank, Rank: chat.HalfOperator}
	}
	switch {
	case c.Aspect < chat.SwitchesEnd:
		if room.Has(c.Aspect) == c.Add {
			c.Aspect = noChange
		}
		return c, nil
	case c.Aspect == chat.Key:
		return room.checkKey(c)
	case c.Aspect == chat.Limit:
		return room.checkLimit(c)
	case room.list(c.Aspect) != nil:
		return s.checkListChange(room, c, now)
	}
	return s.checkCustom(by, room, c)
}

func (r *Room) checkKey(c chat.RoomChange) (chat.RoomChange, *chat.Refusal) {
	if !c.Add {
		if r.record.Key == "" {
			c.Aspect = noChange
		}
		c.Text = r.record.Key
		return c, nil
	}
	if c.Text == "" || len(c.Text) > chat.KeyBytesMax || strings.ContainsAny(c.Text, " ,\x00\r\n\t\v\f\a:") {
		return c, &chat.Refusal{Code: chat.BadValue, Text: "a key has 1 to 23 bytes, without spaces, commas and colons"}
	}
	if r.record.Key == c.Text {
		c.Aspect = noChange
	}
	return c, chat.CheckText(c.Text, chat.KeyBytesMax)
}

func (r *Room) checkLimit(c chat.RoomChange) (chat.RoomChange, *chat.Refusal) {
	if !c.Add {
		c.Number = 0
	} else if c.Number <= 0 {
		return c, &chat.Refusal{Code: chat.BadValue, Text: "a limit is a number above zero"}
	}
	if r.record.Limit == c.Number {
		c.Aspect = noChange
	}
	return c, nil
}

func (s *State) checkListChange(room *Room, c chat.RoomChange, now chat.Time) (chat.RoomChange, *chat.Refusal) {
	c.Text = names.CompleteEntry(c.Text, c.Aspect != chat.InviteMask)
	if c.Text == "" || len(c.Text) > chat.MaskBytesMax || strings.ContainsAny(c.Text, " ,\x00\r\n") {
		return c, &chat.Refusal{Code: chat.BadValue, Text: "a mask looks like nick!username@host and has at most 200 bytes"}
	}
	list := *room.list(c.Aspect)
	i := slices.IndexFunc(list, func(m chat.MaskRecord) bool { return m.Mask == c.Text })
	known := i >= 0
	switch {
	case !c.Add:
		c.Expires = 0
		if !known {
			c.Aspect = noChange
		}
	case c.Expires != 0 && c.Expires <= now:
		return c, &chat.Refusal{Code: chat.BadValue, Text: "that would be over before it begins"}
	case known:
		if list[i].Expires == c.Expires {
			c.Aspect = noChange
		}
	case len(list) >= s.limits.ListEntries:
		return c, &chat.Refusal{Code: chat.ListFull, Text: c.Text, Limit: s.limits.ListEntries}
	}
	return c, nil
}

func (s *State) checkRank(by doer, room *Room, c chat.RoomChange) (chat.RoomChange, *chat.Refusal) {
	if !c.Rank.IsOne() {
		return c, &chat.Refusal{Code: chat.BadValue, Text: "name one rank"}
	}
	target := s.UserByNick(c.Text)
	if target == nil {
		return c, &chat.Refusal{Code: chat.NoSuchNick, Nick: c.Text}
	}
	// Who may not do it does not learn either whether the target is a member.
	lowersHimself := !c.Add && by.User == target.record.ID
	if low := rankToGive(c.Rank); !lowersHimself && !s.outranks(by, room, low) {
		return c, &chat.Refusal{Code: chat.NeedRank, Rank: low}
	}
	m := room.member(target.record.ID)
	if m == nil {
		return c, &chat.Refusal{Code: chat.TargetNotMember, Nick: target.record.Nick}
	}
	c.Text, c.User, c.Lasting = target.record.Nick, target.record.ID, target.record.Lasting
	if (m.rank&c.Rank != 0) == c.Add {
		c.Aspect = noChange
	}
	return c, nil
}

// rankToGive is the rank needed to give a rank or to take it.
func rankToGive(r chat.Rank) chat.Rank {
	switch {
	case r >= chat.Admin:
		return chat.Owner
	case r >= chat.HalfOperator:
		return chat.Operator
	}
	return chat.HalfOperator
}

func (s *State) foldRoomChanged(e *chat.RoomChanged) Undo {
	r := s.rooms[e.Room]
	if r == nil {
		return nil
	}
	undos := make([]Undo, 0, len(e.Changes)+1)
	restricted := r.restrictedNow()
	for _, c := range e.Changes {
		undos = append(undos, r.change(c, e))
	}
	// Ranks alone are not in the journal, so they must leave no trace that a replay
	// would lack.
	if e.Class() == chat.Durable && (restricted || r.restrictedNow()) {
		undos = append(undos, assign(&r.record.Restricted, e.Time))
	}
	return func() { undoAll(undos) }
}

// change makes one change.
func (r *Room) change(c chat.RoomChange, e *chat.RoomChanged) Undo {
	switch {
	case c.Aspect < chat.SwitchesEnd && c.Add:
		return assign(&r.record.Switches, r.record.Switches|1<<c.Aspect)
	case c.Aspect < chat.SwitchesEnd:
		return assign(&r.record.Switches, r.record.Switches&^(1<<c.Aspect))
	case c.Aspect == chat.Key && c.Add:
		return assign(&r.record.Key, c.Text)
	case c.Aspect == chat.Key:
		return assign(&r.record.Key, "")
	case c.Aspect == chat.Limit:
		return assign(&r.record.Limit, c.Number)
	case c.Aspect == chat.Ranks:
		return r.changeRank(c)
	case c.Aspect > chat.Ranks:
		return r.changeCustom(c)
	}
	return changeList(r.list(c.Aspect), c, e)
}

func (r *Room) changeRank(c chat.RoomChange) Undo {
	m := r.member(c.User)
	if m == nil {
		return func() {}
	}
	before := m.rank
	if c.Add {
		m.rank |= c.Rank
	} else {
		m.rank &^= c.Rank
	}
	// The entry may have moved by then, so it is looked up again.
	return func() {
		if m := r.member(c.User); m != nil {
			m.rank = before
		}
	}
}

func changeList(list *[]chat.MaskRecord, c chat.RoomChange, e *chat.RoomChanged) Undo {
	before := *list
	after := slices.DeleteFunc(slices.Clone(before), func(m chat.MaskRecord) bool { return m.Mask == c.Text })
	if c.Add {
		after = append(after, chat.MaskRecord{Mask: c.Text, By: e.Source.Nick, At: e.Time, Expires: c.Expires})
	}
	*list = after
	return func() { *list = before }
}
