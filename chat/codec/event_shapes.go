package codec

import "madang/chat"

func (c *coder) attached(e *chat.Attached) {
	c.sessionID(&e.Session)
	c.source(&e.Source)
	c.text(&e.Folded)
	c.text(&e.Skeleton)
	c.text(&e.Realname)
	sixteen(c, &e.Address)
	c.text(&e.Gateway)
	uvarint(c, &e.Flags)
	sixteen(c, &e.Scope)
	varint(c, &e.Time)
}

func (c *coder) quit(e *chat.Quit) {
	c.source(&e.Source)
	c.text(&e.Reason)
	c.flag(&e.Killed)
	c.text(&e.By)
	varint(c, &e.Time)
}

func (c *coder) nickChanged(e *chat.NickChanged) {
	c.source(&e.Source)
	c.text(&e.Nick)
	c.text(&e.Folded)
	c.text(&e.Skeleton)
	varint(c, &e.Time)
}

func (c *coder) realnameChanged(e *chat.RealnameChanged) {
	c.source(&e.Source)
	c.text(&e.Realname)
}

func (c *coder) awayChanged(e *chat.AwayChanged) {
	c.source(&e.Source)
	c.text(&e.Text)
}

func (c *coder) flagsChanged(e *chat.FlagsChanged) {
	c.source(&e.Source)
	uvarint(c, &e.Before)
	uvarint(c, &e.Flags)
	c.text(&e.Operator)
}

func (c *coder) joined(e *chat.Joined) {
	c.source(&e.Source)
	uvarint(c, &e.Room)
	c.text(&e.RoomName)
	uvarint(c, &e.Rank)
	c.text(&e.Realname)
	c.text(&e.Away)
	varint(c, &e.Time)
}

func (c *coder) parted(e *chat.Parted) {
	c.source(&e.Source)
	uvarint(c, &e.Room)
	c.text(&e.RoomName)
	c.text(&e.Reason)
	varint(c, &e.Time)
}

func (c *coder) kicked(e *chat.Kicked) {
	c.source(&e.Source)
	uvarint(c, &e.Room)
	c.text(&e.RoomName)
	uvarint(c, &e.User)
	c.text(&e.Nick)
	c.text(&e.Reason)
	varint(c, &e.Time)
}

func (c *coder) invited(e *chat.Invited) {
	c.source(&e.Source)
	uvarint(c, &e.Room)
	c.text(&e.RoomName)
	uvarint(c, &e.User)
	c.text(&e.Nick)
	varint(c, &e.Time)
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
