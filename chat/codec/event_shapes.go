package codec

import "madang/chat"

func (c *coder) attached(e *chat.Attached) {
	c.sessionRecord(&e.Session)
	c.source(&e.Source)
	c.text(&e.Folded)
	c.text(&e.Skeleton)
	c.text(&e.Realname)
	c.text(&e.Cloak)
	uvarint(c, &e.Flags)
	uvarint(c, &e.Powers)
	varint(c, &e.Step)
	varint(c, &e.Time)
}

func (c *coder) quit(e *chat.Quit) {
	c.source(&e.Source)
	c.text(&e.Reason)
	c.flag(&e.Killed)
	c.text(&e.By)
	varint(c, &e.Time)
	c.veil(&e.Veil)
}

func (c *coder) nickChanged(e *chat.NickChanged) {
	c.source(&e.Source)
	c.text(&e.Nick)
	c.text(&e.Folded)
	c.text(&e.Skeleton)
	varint(c, &e.Time)
	c.veil(&e.Veil)
}

func (c *coder) realnameChanged(e *chat.RealnameChanged) {
	c.source(&e.Source)
	c.text(&e.Realname)
	c.veil(&e.Veil)
}

func (c *coder) awayChanged(e *chat.AwayChanged) {
	c.source(&e.Source)
	c.sessionID(&e.Session)
	c.text(&e.Said)
	c.text(&e.Text)
	c.flag(&e.Unseen)
	c.veil(&e.Veil)
}

func (c *coder) flagsChanged(e *chat.FlagsChanged) {
	c.source(&e.Source)
	uvarint(c, &e.Before)
	uvarint(c, &e.Flags)
	c.text(&e.Operator)
	uvarint(c, &e.Powers)
}

func (c *coder) joined(e *chat.Joined) {
	c.source(&e.Source)
	uvarint(c, &e.Room)
	c.text(&e.RoomName)
	uvarint(c, &e.Rank)
	c.text(&e.Realname)
	c.text(&e.Away)
	varint(c, &e.Time)
	c.users(&e.Only)
}

func (c *coder) parted(e *chat.Parted) {
	c.source(&e.Source)
	uvarint(c, &e.Room)
	c.text(&e.RoomName)
	c.text(&e.Reason)
	varint(c, &e.Time)
	c.users(&e.Only)
}

func (c *coder) kicked(e *chat.Kicked) {
	c.source(&e.Source)
	uvarint(c, &e.Room)
	c.text(&e.RoomName)
	uvarint(c, &e.User)
	c.text(&e.Nick)
	c.flag(&e.Lasting)
	c.text(&e.Reason)
	varint(c, &e.Time)
	c.users(&e.Only)
}

func (c *coder) invited(e *chat.Invited) {
	c.source(&e.Source)
	uvarint(c, &e.Room)
	c.text(&e.RoomName)
	uvarint(c, &e.User)
	c.text(&e.Nick)
	varint(c, &e.Time)
	c.users(&e.Only)
}

func (c *coder) said(e *chat.Said) {
	c.source(&e.Source)
	uvarint(c, &e.Conversation)
	c.text(&e.RoomName)
	uvarint(c, &e.To)
	c.text(&e.Nick)
	uvarint(c, &e.Number)
	varint(c, &e.Time)
	uvarint(c, &e.What)
	c.text(&e.Text)
	c.tags(&e.Tags)
	c.text(&e.ReplyTo)
	sixteen(c, &e.Scope)
	c.text(&e.ID)
	c.flag(&e.Kept)
	c.text(&e.Relayer)
	c.users(&e.Mentions)
}

func (c *coder) relayed(e *chat.Relayed) {
	c.source(&e.Source)
	uvarint(c, &e.Room)
	c.text(&e.RoomName)
	uvarint(c, &e.To)
	c.text(&e.Nick)
	uvarint(c, &e.AtLeast)
	c.users(&e.Only)
	varint(c, &e.Time)
	uvarint(c, &e.What)
	c.text(&e.Text)
	c.tags(&e.Tags)
	c.text(&e.ReplyTo)
	uvarint(c, &e.Conversation)
	c.flag(&e.Kept)
}

func (c *coder) topicSet(e *chat.TopicSet) {
	c.source(&e.Source)
	uvarint(c, &e.Room)
	c.text(&e.RoomName)
	c.text(&e.Text)
	varint(c, &e.Time)
}

func (c *coder) roomChanged(e *chat.RoomChanged) {
	c.source(&e.Source)
	uvarint(c, &e.Room)
	c.text(&e.RoomName)
	c.roomChanges(&e.Changes)
	varint(c, &e.Time)
}

func (c *coder) roomOpened(e *chat.RoomOpened) {
	uvarint(c, &e.Room)
	c.text(&e.RoomName)
	c.text(&e.Folded)
	c.text(&e.Skeleton)
	c.flag(&e.Permanent)
	c.flag(&e.Again)
	varint(c, &e.Time)
}

func (c *coder) roomClosed(e *chat.RoomClosed) {
	uvarint(c, &e.Room)
	c.text(&e.RoomName)
	varint(c, &e.Until)
}

func (c *coder) roomVanished(e *chat.RoomVanished) {
	uvarint(c, &e.Room)
	c.text(&e.RoomName)
}

func (c *coder) retentionSet(e *chat.RetentionSet) {
	uvarint(c, &e.Room)
	c.text(&e.RoomName)
	varint(c, &e.Days)
	varint(c, &e.Messages)
}

func (c *coder) banAdded(e *chat.BanAdded) {
	c.serverBan(&e.Ban)
}

func (c *coder) banRemoved(e *chat.BanRemoved) {
	c.text(&e.Target)
}

func (c *coder) broadcasted(e *chat.Broadcasted) {
	c.source(&e.Source)
	c.text(&e.Text)
	c.flag(&e.Wallops)
	c.users(&e.Only)
	varint(c, &e.Time)
}

func (c *coder) nodeStarted(e *chat.NodeStarted) {
	uvarint(c, &e.Node)
	varint(c, &e.Time)
}

func (c *coder) directErased(e *chat.DirectErased) {
	varint(c, &e.Before)
}

func (c *coder) sessionAdded(e *chat.SessionAdded) {
	c.sessionRecord(&e.Session)
	c.source(&e.Source)
	c.conversations(&e.Rooms)
	c.flag(&e.Back)
	uvarint(c, &e.Left)
	varint(c, &e.Step)
	varint(c, &e.Time)
}

func (c *coder) sessionEnded(e *chat.SessionEnded) {
	c.sessionID(&e.Session)
	c.source(&e.Source)
	c.text(&e.Reason)
	c.flag(&e.Killed)
	c.text(&e.By)
	c.flag(&e.Last)
	varint(c, &e.Time)
}

func (c *coder) accountMade(e *chat.AccountMade) {
	c.source(&e.Source)
	c.accountRecord(&e.Account)
	c.flag(&e.Became)
	sixteen(c, &e.Invitation)
	varint(c, &e.Time)
	c.veil(&e.Veil)
}

func (c *coder) accountChanged(e *chat.AccountChanged) {
	c.source(&e.Source)
	uvarint(c, &e.Account)
	c.text(&e.Name)
	count(c, &e.Changes, accountChangeBytesMin)
	for i := range e.Changes {
		c.accountChange(&e.Changes[i])
	}
	uvarint(c, &e.Serial)
	varint(c, &e.Time)
}

func (c *coder) accountDeleted(e *chat.AccountDeleted) {
	c.source(&e.Source)
	uvarint(c, &e.Account)
	c.text(&e.Name)
	c.source(&e.User)
	varint(c, &e.Time)
	c.veil(&e.Veil)
}

func (c *coder) signedIn(e *chat.SignedIn) {
	c.sessionRecord(&e.Session)
	c.source(&e.Source)
	c.source(&e.To)
	c.flag(&e.Present)
	c.flag(&e.Back)
	uvarint(c, &e.Left)
	c.conversations(&e.Rooms)
	uvarint(c, &e.Powers)
	varint(c, &e.Step)
	varint(c, &e.Time)
	c.veil(&e.Veil)
}

func (c *coder) stayed(e *chat.Stayed) {
	c.flag(&e.On)
	c.userRecord(&e.User)
	count(c, &e.Rooms, membershipRecordBytesMin)
	for i := range e.Rooms {
		c.membershipRecord(&e.Rooms[i])
	}
	c.source(&e.Source)
	varint(c, &e.Time)
}

func (c *coder) invitationMade(e *chat.InvitationMade) {
	c.invitationRecord(&e.Invitation)
	varint(c, &e.Time)
}

func (c *coder) markSet(e *chat.MarkSet) {
	c.source(&e.Source)
	uvarint(c, &e.Conversation)
	c.text(&e.RoomName)
	c.text(&e.Nick)
	uvarint(c, &e.Number)
	varint(c, &e.At)
}

func (c *coder) redacted(e *chat.Redacted) {
	c.source(&e.Source)
	uvarint(c, &e.Conversation)
	c.text(&e.RoomName)
	uvarint(c, &e.To)
	c.text(&e.Nick)
	uvarint(c, &e.Message)
	uvarint(c, &e.Number)
	uvarint(c, &e.Author)
	c.text(&e.Reason)
	varint(c, &e.Time)
}

func (c *coder) edited(e *chat.Edited) {
	c.source(&e.Source)
	uvarint(c, &e.Conversation)
	c.text(&e.RoomName)
	uvarint(c, &e.To)
	c.text(&e.Nick)
	uvarint(c, &e.Message)
	uvarint(c, &e.Number)
	uvarint(c, &e.What)
	c.text(&e.Text)
	c.users(&e.Mentions)
	varint(c, &e.Time)
}

func (c *coder) reacted(e *chat.Reacted) {
	c.source(&e.Source)
	uvarint(c, &e.Conversation)
	c.text(&e.RoomName)
	uvarint(c, &e.To)
	c.text(&e.Nick)
	c.text(&e.ReplyTo)
	uvarint(c, &e.Message)
	c.text(&e.Sign)
	c.flag(&e.Remove)
	c.tags(&e.Tags)
	c.flag(&e.Kept)
	varint(c, &e.Time)
}

func (c *coder) metadataSet(e *chat.MetadataSet) {
	c.source(&e.Source)
	uvarint(c, &e.Room)
	c.text(&e.RoomName)
	uvarint(c, &e.User)
	c.text(&e.Nick)
	c.text(&e.Key)
	c.text(&e.Value)
	c.flag(&e.Remove)
	c.flag(&e.Kept)
	c.veil(&e.Veil)
}

func (c *coder) roomRenamed(e *chat.RoomRenamed) {
	c.source(&e.Source)
	uvarint(c, &e.Room)
	c.text(&e.RoomName)
	c.text(&e.Name)
	c.text(&e.Folded)
	c.text(&e.Skeleton)
	c.text(&e.Reason)
	varint(c, &e.Time)
}

func (c *coder) knocked(e *chat.Knocked) {
	c.source(&e.Source)
	uvarint(c, &e.Room)
	c.text(&e.RoomName)
	c.text(&e.Text)
	c.users(&e.Only)
	varint(c, &e.Time)
}

func (c *coder) trusted(e *chat.Trusted) {
	c.source(&e.Source)
	uvarint(c, &e.User)
	c.text(&e.Nick)
	c.flag(&e.Remove)
}

func (c *coder) audited(e *chat.Audited) {
	c.text(&e.By)
	c.text(&e.Account)
	c.text(&e.Action)
	c.text(&e.Object)
	c.text(&e.Text)
	varint(c, &e.Time)
}

func (c *coder) attended(e *chat.Attended) {
	uvarint(c, &e.User)
	uvarint(c, &e.Left)
}

func (c *coder) hostChanged(e *chat.HostChanged) {
	c.source(&e.Source)
	c.text(&e.Host)
	varint(c, &e.Time)
	c.veil(&e.Veil)
}
