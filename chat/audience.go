package chat

// Audience is whom an event is shown to, as far as the core is concerned; gateways
// may show less. The fields add up.
type Audience struct {
	Room       ConversationID // its members; who joins is already one, who leaves still is
	Users      [2]UserID      // these users; 0 is nobody
	Only       []UserID       // and these
	Neighbours UserID         // everybody in a room with this user, and the user
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
	case *Joined:
		return Audience{Room: e.Room}
	case *Parted:
		return Audience{Room: e.Room}
	case *Kicked:
		return Audience{Room: e.Room}
	case *TopicSet:
		return Audience{Room: e.Room}
	case *RoomChanged:
		return Audience{Room: e.Room}
	case *Invited:
		return Audience{Room: e.Room, Users: [2]UserID{e.User}}
	case *NickChanged:
		return Audience{Neighbours: e.Source.User}
	case *Quit:
		return Audience{Neighbours: e.Source.User}
	case *AwayChanged:
		return Audience{Neighbours: e.Source.User}
	case *RealnameChanged:
		return Audience{Neighbours: e.Source.User}
	case *SignedIn:
		return Audience{Neighbours: e.Source.User}
	case *SessionAdded:
		if e.Back {
			return Audience{Neighbours: e.Source.User}
		}
	case *SessionEnded:
		if e.Last {
			return Audience{Neighbours: e.Source.User}
		}
		return Audience{Users: [2]UserID{e.Source.User}}
	case *AccountMade:
		if e.Became {
			return Audience{Neighbours: e.Account.User}
		}
	case *AccountDeleted:
		return Audience{Neighbours: e.Account}
	case *MarkSet:
		return Audience{Users: [2]UserID{e.Source.User}}
	case *FlagsChanged:
		return Audience{Users: [2]UserID{e.Source.User}}
	case *Broadcasted:
		return Audience{Only: e.Only, Everybody: !e.Wallops}
	}
	return Audience{}
}

func relayedAudience(e *Relayed) Audience {
	switch {
	case e.To != 0:
		return Audience{Users: [2]UserID{e.Source.User, e.To}}
	case e.AtLeast != NoRank:
		return Audience{Only: e.Only}
	}
	return Audience{Room: e.Room}
}
