package desk

import (
	"strconv"
	"strings"

	"madang/chat"
	"madang/chat/core"
	"madang/gateway"
)

// What a room is told to be, and what it tells of itself.

func roomInfo(v *Visit, words []string) {
	v.Tell(func(a *Answer) {
		room := a.room(words[0])
		if room == nil {
			return
		}
		if !room.Registered() {
			a.Say(room.Name(), " is not registered; it was made ", gateway.MinuteText(room.Created()), ".")
			return
		}
		a.Say(room.Name(), ", registered to ", gateway.AccountName(a.State, room.Founder()), "; made ", gateway.MinuteText(room.Created()))
		if a.maySeeLists(room) {
			a.roomSettings(room)
		}
	})
}

// roomSettings tells what those with a rank may know.
func (a *Answer) roomSettings(room *core.Room) {
	if name := gateway.AccountName(a.State, room.Successor()); name != "" {
		a.Say("SUCCESSOR ", name)
	}
	if to := a.State.ForwardOf(room); to != nil {
		a.Say("FORWARD ", to.Name())
	}
	if room.Slow() > 0 {
		a.Say("SLOW ", strconv.Itoa(room.Slow()), " seconds")
	}
	if room.Entry() != "" {
		a.Say("ENTRYMSG ", room.Entry())
	}
	if days, messages := room.Retention(); days > 0 || messages > 0 {
		a.Say("RETENTION ", strconv.Itoa(days), " days, ", strconv.Itoa(messages), " messages (0: no bound)")
	}
	a.Say("MENTIONS ", nameOf(room.MentionAll()))
}

// setRoom changes one setting of a room.
func setRoom(v *Visit, words []string) {
	room, setting, value := words[0], strings.ToUpper(words[1]), strings.Join(words[2:], " ")
	if value == "" {
		v.usageOf("SET")
		return
	}
	none := strings.EqualFold(value, "NONE")
	change := chat.RoomChange{Add: !none}
	if !none {
		change.Text = value
	}
	switch setting {
	case "SUCCESSOR":
		change.Aspect = chat.Successor
	case "FORWARD":
		change.Aspect = chat.Forward
	case "ENTRYMSG", "ENTRY":
		change.Aspect = chat.Entry
	case "SLOW":
		change.Aspect, change.Text = chat.Slow, ""
		change.Number, _ = strconv.Atoi(value) // what is no number is refused as 0 is
	case "MENTIONS":
		change.Aspect, change.Text, change.Rank = chat.MentionAll, "", rankOf(value)
	case "RETENTION":
		v.retain(room, value, none)
		return
	default:
		v.usageOf("SET")
		return
	}
	v.changeRoom(room, setting+" of "+clipped(room)+" is "+clipped(value)+" now.", change)
}

// retain bounds how long a room remembers: days, and messages behind them.
func (v *Visit) retain(room, value string, none bool) {
	c := &chat.SetRetention{Session: v.Session.ID(), Room: room}
	if !none {
		days, messages, both := strings.Cut(value, " ")
		var err, err2 error
		c.Days, err = strconv.Atoi(days)
		if both {
			c.Messages, err2 = strconv.Atoi(messages)
		}
		if err != nil || err2 != nil {
			v.usageOf("SET")
			return
		}
	}
	v.Do(c, "RETENTION of "+clipped(room)+" is set.")
}

// clearMax bounds what one CLEAR does, so that nobody's queue is filled by it.
const clearMax = 64

// clearRoom empties a list of a room, or the room of those without a rank.
func clearRoom(v *Visit, words []string) {
	room := words[0]
	switch strings.ToUpper(words[1]) {
	case "USERS":
		v.clearUsers(room)
	case "ACCESS":
		v.clearList(room, func(a *Answer, r *core.Room) (changes []chat.RoomChange) {
			for _, e := range r.Access() {
				changes = append(changes, chat.RoomChange{Aspect: chat.Access, Text: gateway.AccountName(a.State, e.Account)})
			}
			return changes
		})
	case "BANS":
		v.clearList(room, func(_ *Answer, r *core.Room) (changes []chat.RoomChange) {
			for _, e := range r.List(chat.Ban) {
				changes = append(changes, chat.RoomChange{Aspect: chat.Ban, Text: e.Mask})
			}
			return changes
		})
	default:
		v.usageOf("CLEAR")
	}
}

// clearList strikes out what is in a list, as much as one command may.
func (v *Visit) clearList(name string, entries func(*Answer, *core.Room) []chat.RoomChange) {
	var changes []chat.RoomChange
	v.Ask(Question{
		Tell: func(a *Answer) {
			changes = nil
			room := a.rankedRoom(name)
			if room == nil {
				return
			}
			if changes = entries(a, room); len(changes) == 0 {
				a.Say("That list is empty.")
			}
		},
		Then: func() {
			if n := len(changes); n > clearMax {
				v.changeRoom(name, strconv.Itoa(clearMax)+" entries are gone, "+strconv.Itoa(n-clearMax)+" are left: CLEAR again.", changes[:clearMax]...)
			} else if n > 0 {
				v.changeRoom(name, "The list is empty now.", changes...)
			}
		},
	})
}

// clearUsers throws out those without a rank.
func (v *Visit) clearUsers(name string) {
	var nicks []string
	v.Ask(Question{
		Tell: func(a *Answer) {
			nicks = nil
			room := a.rankedRoom(name)
			if room == nil {
				return
			}
			for m := range a.State.VisibleMembers(a.User, room) {
				if m.Rank == chat.NoRank && !m.User.Is(a.User) && len(nicks) < clearMax {
					nicks = append(nicks, m.User.Nick())
				}
			}
			a.Say("To be thrown out: ", strconv.Itoa(len(nicks)), " of ", strconv.Itoa(room.Size()), ".")
		},
		Then: func() {
			for _, nick := range nicks {
				v.Ask(Question{Command: &chat.Kick{Session: v.Session.ID(), Room: name, Nick: nick, Reason: "The channel was cleared"}})
			}
		},
	})
}
