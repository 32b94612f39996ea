package sequencer

import "madang/chat"

// What the parts of an event take in the journal at most, in bytes.
const (
	eventBytes  = 640 // with all names and numbers
	entryBytes  = 32  // an entry of a list, its text apart
	numberBytes = 10  // a number in a list
)

// size is what an event takes in the journal at most, in bytes: names and numbers are
// bounded, texts and lists are counted.
func size(e chat.Event) int {
	switch e := e.(type) {
	case *chat.Said:
		return eventBytes + len(e.Text) + len(e.ReplyTo) + sizeOfTags(e.Tags) + len(e.Mentions)*numberBytes
	case *chat.Edited:
		return eventBytes + len(e.Text) + len(e.Mentions)*numberBytes
	case *chat.Reacted:
		return eventBytes + len(e.Sign) + len(e.ReplyTo) + sizeOfTags(e.Tags)
	case *chat.TopicSet:
		return eventBytes + len(e.Text)
	case *chat.RoomChanged:
		n := eventBytes
		for i := range e.Changes {
			n += entryBytes + len(e.Changes[i].Text)
		}
		return n
	case *chat.BanAdded:
		return eventBytes + len(e.Ban.Target) + len(e.Ban.Reason)
	case *chat.Redacted:
		return eventBytes + len(e.Reason)
	case *chat.RoomRenamed:
		return eventBytes + len(e.Reason)
	case *chat.MetadataSet:
		return eventBytes + len(e.Key) + len(e.Value)
	case *chat.Audited:
		return eventBytes + len(e.Object) + len(e.Text)
	}
	return sizeOfPresence(e)
}

// sizeOfPresence is size for what happens to people and accounts.
func sizeOfPresence(e chat.Event) int {
	switch e := e.(type) {
	case *chat.Joined:
		return eventBytes + len(e.Away) + len(e.Only)*numberBytes
	case *chat.Parted:
		return eventBytes + len(e.Reason) + len(e.Only)*numberBytes
	case *chat.Kicked:
		return eventBytes + len(e.Reason) + len(e.Only)*numberBytes
	case *chat.Quit:
		return eventBytes + len(e.Reason) + sizeOfVeil(&e.Veil)
	case *chat.NickChanged:
		return eventBytes + sizeOfVeil(&e.Veil)
	case *chat.HostChanged:
		return eventBytes + len(e.Host) + sizeOfVeil(&e.Veil)
	case *chat.RealnameChanged:
		return eventBytes + len(e.Realname) + sizeOfVeil(&e.Veil)
	case *chat.AccountMade:
		return eventBytes + sizeOfAccount(&e.Account) + sizeOfVeil(&e.Veil)
	case *chat.AccountChanged:
		return eventBytes + sizeOfAccountChanges(e.Changes)
	case *chat.AccountDeleted:
		return eventBytes + sizeOfVeil(&e.Veil)
	case *chat.Stayed:
		return eventBytes + len(e.Rooms)*entryBytes + len(e.User.Trusts)*numberBytes + sizeOfMetadata(e.User.Metadata)
	}
	return eventBytes
}

func sizeOfTags(tags []chat.Tag) (n int) {
	for _, t := range tags {
		n += len(t.Key) + len(t.Value) + 8
	}
	return n
}

func sizeOfVeil(v *chat.Veil) int { return (len(v.Rooms) + len(v.Only)) * numberBytes }

func sizeOfMetadata(list []chat.MetadataRecord) (n int) {
	for i := range list {
		n += entryBytes + len(list[i].Key) + len(list[i].Value)
	}
	return n
}

func sizeOfAccount(r *chat.AccountRecord) int {
	return len(r.Name)*4 + len(r.Email) + len(r.Password) + sizeOfMetadata(r.Metadata)
}

func sizeOfAccountChanges(changes []chat.AccountChange) (n int) {
	for i := range changes {
		c := &changes[i]
		n += 2*entryBytes + len(c.Text) + len(c.Token.ID) + len(c.Token.Label)
		for _, room := range c.Token.Rooms {
			n += entryBytes + len(room)
		}
	}
	return n
}
