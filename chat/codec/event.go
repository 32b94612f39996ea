package codec

import (
	"fmt"

	"madang/chat"
)

// AppendEvent writes the event behind dst. It allocates nothing but room in dst. It
// panics at a type of event that package chat does not define.
func AppendEvent(dst []byte, e chat.Event) []byte {
	kind := e.Kind()
	c := coder{b: dst}
	body := c.begin(uint8(kind), eventVersion(kind))
	c.event(e)
	return c.end(body)
}

// DecodeEvent reads the first event of b; rest is what follows it. Nothing in the
// event is part of b, but its texts share one piece of memory: who keeps a short one
// for long copies it.
//
// The error is ErrTruncated, ErrMalformed or an *UnknownError. Wherever the record's
// end can be told, and with an *UnknownError always, rest is what follows all the
// same; else rest is b.
func DecodeEvent(b []byte) (e chat.Event, rest []byte, err error) {
	r, rest, err := split(b)
	if err != nil {
		return nil, rest, fmt.Errorf("decode event: %w", err)
	}
	kind := chat.Kind(r.kind)
	e = newEvent(kind)
	if e == nil || r.version > eventVersion(kind) {
		return nil, rest, r.unknown("event")
	}
	c := r.reader()
	c.event(e)
	if err := r.finish(&c, "event"); err != nil {
		return nil, rest, err
	}
	return e, rest, nil
}

// eventVersion is the newest version of the kind's shape. No kind has grown yet.
func eventVersion(chat.Kind) uint8 { return firstVersion }

// newEvent makes an empty event of the kind; nil when there is no such kind.
func newEvent(kind chat.Kind) chat.Event {
	switch kind {
	case chat.KindAttached:
		return new(chat.Attached)
	case chat.KindQuit:
		return new(chat.Quit)
	case chat.KindNickChanged:
		return new(chat.NickChanged)
	case chat.KindRealnameChanged:
		return new(chat.RealnameChanged)
	case chat.KindAwayChanged:
		return new(chat.AwayChanged)
	case chat.KindFlagsChanged:
		return new(chat.FlagsChanged)
	case chat.KindJoined:
		return new(chat.Joined)
	case chat.KindParted:
		return new(chat.Parted)
	case chat.KindKicked:
		return new(chat.Kicked)
	case chat.KindInvited:
		return new(chat.Invited)
	case chat.KindSaid:
		return new(chat.Said)
	case chat.KindRelayed:
		return new(chat.Relayed)
	case chat.KindTopicSet:
		return new(chat.TopicSet)
	case chat.KindRoomChanged:
		return new(chat.RoomChanged)
	case chat.KindRoomOpened:
		return new(chat.RoomOpened)
	case chat.KindRoomClosed:
		return new(chat.RoomClosed)
	case chat.KindRoomVanished:
		return new(chat.RoomVanished)
	case chat.KindRetentionSet:
		return new(chat.RetentionSet)
	case chat.KindBanAdded:
		return new(chat.BanAdded)
	case chat.KindBanRemoved:
		return new(chat.BanRemoved)
	case chat.KindBroadcast:
		return new(chat.Broadcasted)
	case chat.KindNodeStarted:
		return new(chat.NodeStarted)
	case chat.KindDirectErased:
		return new(chat.DirectErased)
	case chat.KindAudited:
		return new(chat.Audited)
	case chat.KindAttended:
		return new(chat.Attended)
	case chat.KindHostChanged:
		return new(chat.HostChanged)
	case chat.KindTrusted:
		return new(chat.Trusted)
	case chat.KindKnocked:
		return new(chat.Knocked)
	case chat.KindRoomRenamed:
		return new(chat.RoomRenamed)
	case chat.KindMetadataSet:
		return new(chat.MetadataSet)
	case chat.KindReacted:
		return new(chat.Reacted)
	case chat.KindEdited:
		return new(chat.Edited)
	case chat.KindRedacted:
		return new(chat.Redacted)
	case chat.KindMarkSet:
		return new(chat.MarkSet)
	case chat.KindInvitationMade:
		return new(chat.InvitationMade)
	case chat.KindStayed:
		return new(chat.Stayed)
	case chat.KindSignedIn:
		return new(chat.SignedIn)
	case chat.KindAccountDeleted:
		return new(chat.AccountDeleted)
	case chat.KindAccountChanged:
		return new(chat.AccountChanged)
	case chat.KindAccountMade:
		return new(chat.AccountMade)
	case chat.KindSessionEnded:
		return new(chat.SessionEnded)
	case chat.KindSessionAdded:
		return new(chat.SessionAdded)
	}
	return nil
}

// event visits the fields of any event.
func (c *coder) event(e chat.Event) {
	switch e := e.(type) {
	case *chat.Attached:
		c.attached(e)
	case *chat.Quit:
		c.quit(e)
	case *chat.NickChanged:
		c.nickChanged(e)
	case *chat.RealnameChanged:
		c.realnameChanged(e)
	case *chat.AwayChanged:
		c.awayChanged(e)
	case *chat.FlagsChanged:
		c.flagsChanged(e)
	case *chat.Joined:
		c.joined(e)
	case *chat.Parted:
		c.parted(e)
	case *chat.Kicked:
		c.kicked(e)
	case *chat.Invited:
		c.invited(e)
	case *chat.Said:
		c.said(e)
	case *chat.Relayed:
		c.relayed(e)
	case *chat.TopicSet:
		c.topicSet(e)
	case *chat.RoomChanged:
		c.roomChanged(e)
	case *chat.RoomOpened:
		c.roomOpened(e)
	case *chat.RoomClosed:
		c.roomClosed(e)
	case *chat.RoomVanished:
		c.roomVanished(e)
	case *chat.RetentionSet:
		c.retentionSet(e)
	case *chat.BanAdded:
		c.banAdded(e)
	case *chat.BanRemoved:
		c.banRemoved(e)
	case *chat.Broadcasted:
		c.broadcasted(e)
	case *chat.NodeStarted:
		c.nodeStarted(e)
	case *chat.DirectErased:
		c.directErased(e)
	case *chat.Audited:
		c.audited(e)
	case *chat.HostChanged:
		c.hostChanged(e)
	case *chat.Attended:
		c.attended(e)
	case *chat.Trusted:
		c.trusted(e)
	case *chat.Knocked:
		c.knocked(e)
	case *chat.RoomRenamed:
		c.roomRenamed(e)
	case *chat.MetadataSet:
		c.metadataSet(e)
	case *chat.Reacted:
		c.reacted(e)
	case *chat.Edited:
		c.edited(e)
	case *chat.Redacted:
		c.redacted(e)
	case *chat.MarkSet:
		c.markSet(e)
	case *chat.InvitationMade:
		c.invitationMade(e)
	case *chat.Stayed:
		c.stayed(e)
	case *chat.SignedIn:
		c.signedIn(e)
	case *chat.AccountDeleted:
		c.accountDeleted(e)
	case *chat.AccountChanged:
		c.accountChanged(e)
	case *chat.AccountMade:
		c.accountMade(e)
	case *chat.SessionEnded:
		c.sessionEnded(e)
	case *chat.SessionAdded:
		c.sessionAdded(e)
	default:
		panic(fmt.Sprintf("codec: no shape for %T", e))
	}
}
