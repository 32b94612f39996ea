package desk

import (
	"strings"

	"madang/chat"
	"madang/chat/core"
	"madang/gateway"
)

// ChanServ is the desk for rooms.
func ChanServ() *Desk {
	return &Desk{
		Name: "ChanServ", Verbs: []string{"CS", "CHANSERV"},
		About: "ChanServ keeps channels: they stay while nobody is in them, and remember who has which rank.",
		Duties: []Duty{
			{Name: "REGISTER", Usage: "#channel [account]", About: "Register a channel that you are an operator of; operators of the server do it for others too.", Least: 1, Run: registerRoom},
			{Name: "DROP", Other: []string{"UNREGISTER"}, Usage: "#channel", About: "Give up a channel of yours.", Least: 1, Run: dropRoom},
			{Name: "TRANSFER", Usage: "#channel account", About: "Give a channel of yours to another account.", Least: 2, Run: transferRoom},
			{Name: "INFO", Usage: "#channel", About: "What is known of a channel.", Least: 1, Run: roomInfo},
			{Name: "SET", Usage: "#channel SUCCESSOR|FORWARD|SLOW|ENTRYMSG|RETENTION|MENTIONS value|NONE", About: "A channel's settings: which account follows yours, where those go who may not enter, seconds between two messages, what is told at the door, days that messages are kept, the rank that may name @all.", Least: 2, Run: setRoom},
			{Name: "AMODE", Other: []string{"ACCESS", "FLAGS"}, Usage: "#channel [+q|+a|+o|+h|+v|- account]", About: "Who enters with which rank; without more, the list.", Least: 1, Run: changeAccess},
			{Name: "OP", Usage: "#channel [nick]", About: "Make somebody an operator, or yourself.", Least: 1, Run: ranking(chat.Operator, true)},
			{Name: "DEOP", Usage: "#channel [nick]", About: "Take that away.", Least: 1, Run: ranking(chat.Operator, false)},
			{Name: "HALFOP", Usage: "#channel [nick]", About: "Make somebody a half-operator.", Least: 1, Run: ranking(chat.HalfOperator, true)},
			{Name: "DEHALFOP", Usage: "#channel [nick]", About: "Take that away.", Least: 1, Run: ranking(chat.HalfOperator, false)},
			{Name: "VOICE", Usage: "#channel [nick]", About: "Give somebody a voice.", Least: 1, Run: ranking(chat.Voice, true)},
			{Name: "DEVOICE", Usage: "#channel [nick]", About: "Take that away.", Least: 1, Run: ranking(chat.Voice, false)},
			{Name: "BAN", Usage: "#channel nick|mask [duration]", About: "Keep somebody out, for 30m, 2h, 7d, or for ever.", Least: 2, Run: banning("")},
			{Name: "MUTE", Other: []string{"QUIET"}, Usage: "#channel nick|mask [duration]", About: "Keep somebody from speaking.", Least: 2, Run: banning("m:")},
			{Name: "UNBAN", Usage: "#channel nick|mask", About: "Lift a ban.", Least: 2, Run: unbanning("")},
			{Name: "UNMUTE", Other: []string{"UNQUIET"}, Usage: "#channel nick|mask", About: "Lift a mute.", Least: 2, Run: unbanning("m:")},
			{Name: "HOWTOBAN", Usage: "#channel nick", About: "Which bans would hit somebody.", Least: 2, Run: howToBan},
			{Name: "CLEAR", Usage: "#channel USERS|ACCESS|BANS", About: "Throw out everybody without a rank, or empty a list.", Least: 2, Run: clearRoom},
		},
	}
}

// changeRoom makes changes of a room, and says a sentence if they were.
func (v *Visit) changeRoom(room, done string, changes ...chat.RoomChange) {
	v.Ask(Question{
		Command: &chat.ChangeRoom{Session: v.Session.ID(), Room: room, Changes: changes},
		Tell: func(a *Answer) {
			if len(a.Events) == 0 {
				a.Say("That is so already.")
				return
			}
			a.Say(done)
		},
	})
}

// room is one that the client may know of, or nil; then that is told.
func (a *Answer) room(name string) *core.Room {
	room := a.State.RoomByName(name)
	if room == nil || a.User == nil || !a.State.MaySeeRoom(a.User, room) {
		a.Say("There is no channel ", clipped(name), ".")
		return nil
	}
	return room
}

func registerRoom(v *Visit, words []string) {
	account := ""
	if len(words) > 1 {
		account = words[1]
	}
	v.changeRoom(words[0], clipped(words[0])+" is registered.", chat.RoomChange{Aspect: chat.Founder, Add: true, Text: account})
}

func dropRoom(v *Visit, words []string) {
	v.changeRoom(words[0], clipped(words[0])+" is registered no more.", chat.RoomChange{Aspect: chat.Founder})
}

func transferRoom(v *Visit, words []string) {
	v.changeRoom(words[0], clipped(words[0])+" belongs to "+clipped(words[1])+" now.",
		chat.RoomChange{Aspect: chat.Founder, Add: true, Text: words[1]})
}

// ranking gives a rank to a member or takes it; without a nick to or from the one who
// asks.
func ranking(rank chat.Rank, add bool) func(*Visit, []string) {
	return func(v *Visit, words []string) {
		change := chat.RoomChange{Aspect: chat.Ranks, Add: add, Rank: rank}
		if len(words) > 1 {
			change.Text = words[1]
			v.changeRoom(words[0], "Done.", change)
			return
		}
		v.Ask(Question{
			Tell: func(a *Answer) {
				if a.User != nil {
					change.Text = a.User.Nick()
				}
			},
			Then: func() { v.changeRoom(words[0], "Done.", change) },
		})
	}
}

// rankWords are the ranks, lowest first, by letter and name.
var rankWords = [...]struct {
	rank   chat.Rank
	letter string
	name   string
}{
	{chat.Voice, "v", "VOICE"}, {chat.HalfOperator, "h", "HALFOP"}, {chat.Operator, "o", "OP"},
	{chat.Admin, "a", "ADMIN"}, {chat.Owner, "q", "OWNER"},
}

// rankOf reads a rank's letter or name; NoRank: it is neither.
func rankOf(word string) chat.Rank {
	for _, w := range rankWords {
		if word == w.letter || strings.EqualFold(word, w.name) {
			return w.rank
		}
	}
	return chat.NoRank
}

// nameOf is a rank's name.
func nameOf(rank chat.Rank) string {
	for _, w := range rankWords {
		if rank == w.rank {
			return w.name
		}
	}
	return "NONE"
}

// changeAccess lists who enters with a rank, or changes that list.
func changeAccess(v *Visit, words []string) {
	room := words[0]
	if len(words) == 1 {
		v.Tell(func(a *Answer) { a.listAccess(room) })
		return
	}
	if len(words) < 3 {
		v.usageOf("AMODE")
		return
	}
	change := chat.RoomChange{Aspect: chat.Access, Text: words[2]}
	mode, isPlus := strings.CutPrefix(words[1], "+")
	switch change.Rank = rankOf(mode); {
	case strings.HasPrefix(words[1], "-"):
		v.changeRoom(room, clipped(words[2])+" enters "+clipped(room)+" without a rank now.", change)
	case isPlus && change.Rank != chat.NoRank:
		change.Add = true
		v.changeRoom(room, clipped(words[2])+" enters "+clipped(room)+" as "+nameOf(change.Rank)+" now.", change)
	default:
		v.usageOf("AMODE")
	}
}

// listAccess tells who enters with a rank; it is for those who have one.
func (a *Answer) listAccess(name string) {
	room := a.rankedRoom(name)
	if room == nil {
		return
	}
	entries := room.Access()
	if len(entries) == 0 {
		a.Say("Nobody but the founder enters ", room.Name(), " with a rank.")
	}
	for _, e := range entries {
		a.Say(nameOf(e.Rank), " ", gateway.AccountName(a.State, e.Account))
	}
}

// rankedRoom is a room in which the client has a rank, or nil; then that is told.
func (a *Answer) rankedRoom(name string) *core.Room {
	room := a.room(name)
	if room != nil && !a.maySeeLists(room) {
		a.Say("That is for those with a rank in ", room.Name(), ".")
		return nil
	}
	return room
}

// maySeeLists says whether the client has a rank in a room, by his account too.
func (a *Answer) maySeeLists(room *core.Room) bool {
	return a.User.May(chat.MaySee) || room.Standing(a.User) != chat.NoRank
}
