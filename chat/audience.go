package chat

import "slices"

// Audience is whom an event is shown to, as far as the core is concerned; gateways
// may show less. The fields add up.
type Audience struct {
	Room       ConversationID   // its members; who joins is already one, who leaves still is
	Users      [2]UserID        // these users; 0 is nobody
	Only       []UserID         // and these
	Neighbours UserID           // everybody in a room with this user, and the user,
	Veiled     []ConversationID // but for these rooms
	Everybody  bool
}

// AudienceOf says who is shown an event.
func AudienceOf(e Event) Audience {
	switch e := e.(type) {
	case *Said:
		if e.To != 0 {
			return Audience{Users: [2]UserID{e.Source.User, e.To}}
		}
		return Audience{Room: e.Conversation}
	case *Relayed:
		return relayedAudience(e)
	case *Redacted:
		return messageAudience(e.Conversation, e.Author, e.To)
	case *Edited:
		return messageAudience(e.Conversation, e.Source.User, e.To)
	case *Reacted:
		return messageAudience(e.Conversation, e.Source.User, e.To)
	case *MetadataSet:
		if e.Room != 0 {
			return Audience{Room: e.Room}
		}
	case *RoomRenamed:
		return Audience{Room: e.Room}
	case *Trusted:
		return Audience{Users: [2]UserID{e.Source.User}}
	case *Joined:
		return members(e.Room, e.Only)
	case *Parted:
		return members(e.Room, e.Only)
	case *Kicked:
		return members(e.Room, e.Only)
	case *TopicSet:
		return Audience{Room: e.Room}
	case *RoomChanged:
		return Audience{Room: e.Room}
	case *Invited:
		a := members(e.Room, e.Only)
		a.Users[0] = e.User
		return a
	case *Knocked:
		return Audience{Only: e.Only}
	case *SessionEnded:
		return Audience{Users: [2]UserID{e.Source.User}}
	case *MarkSet:
		return Audience{Users: [2]UserID{e.Source.User}}
	case *FlagsChanged:
		return Audience{Users: [2]UserID{e.Source.User}}
	case *Broadcasted:
		return Audience{Only: e.Only, Everybody: !e.Wallops}
	}
	if id, veil := Veiled(e); veil != nil {
		return neighbours(id, veil)
	}
	return Audience{}
}

// messageAudience is a room, or with another the two of a conversation.
func messageAudience(room ConversationID, one, other UserID) Audience {
	if other != 0 {
		return Audience{Users: [2]UserID{one, other}}
	}
	return Audience{Room: room}
}

func relayedAudience(e *Relayed) Audience {
	switch {
	case e.To != 0:
		return Audience{Users: [2]UserID{e.Source.User, e.To}}
	case e.AtLeast != NoRank || len(e.Only) > 0:
		return Audience{Only: e.Only}
	}
	return Audience{Room: e.Room}
}

// members are all of a room's, or these of them.
func members(room ConversationID, only []UserID) Audience {
	if len(only) > 0 {
		return Audience{Only: only}
	}
	return Audience{Room: room}
}

// neighbours are those around a user to whom he is shown.
func neighbours(id UserID, v *Veil) Audience {
	return Audience{Neighbours: id, Veiled: v.Rooms, Only: v.Only}
}

// WasShown says whether an event of a room was shown to a user who was in it then, for
// those who read it afterwards.
func WasShown(e Event, room ConversationID, viewer UserID) bool {
	a := AudienceOf(e)
	switch {
	case slices.Contains(a.Only, viewer) || a.Neighbours == viewer && viewer != 0:
		return true
	case a.Neighbours != 0:
		return !slices.Contains(a.Veiled, room)
	}
	return len(a.Only) == 0
}

// Veiled is whom an event befalls that is shown to those around him, and its veil; nil:
// it is no such event.
func Veiled(e Event) (UserID, *Veil) {
	switch e := e.(type) {
	case *Quit:
		return e.Source.User, &e.Veil
	case *NickChanged:
		return e.Source.User, &e.Veil
	case *RealnameChanged:
		return e.Source.User, &e.Veil
	case *HostChanged:
		return e.Source.User, &e.Veil
	case *AwayChanged:
		if !e.Unseen {
			return e.Source.User, &e.Veil
		}
	case *SignedIn:
		return e.Source.User, &e.Veil
	case *MetadataSet:
		if e.Room == 0 {
			return e.User, &e.Veil
		}
	case *AccountMade:
		if e.Became {
			return e.Account.User, &e.Veil
		}
	case *AccountDeleted:
		return e.Account, &e.Veil
	}
	return 0, nil
}
