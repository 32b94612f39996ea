package codec

import "madang/chat"

func (c *coder) snapshot(r *chat.Snapshot) {
	uvarint(c, &r.Position)
	uvarint(c, &r.After)
	varint(c, &r.LastTime)
	uvarint(c, &r.NextConversation)
	uvarint(c, &r.Run)
	uvarint(c, &r.NextUser)
	varint(c, &r.DirectFrom)
	count(c, &r.Users, userRecordBytesMin)
	for i := range r.Users {
		c.userRecord(&r.Users[i])
	}
	count(c, &r.Rooms, roomRecordBytesMin)
	for i := range r.Rooms {
		c.roomRecord(&r.Rooms[i])
	}
	count(c, &r.Directs, directRecordBytesMin)
	for i := range r.Directs {
		c.directRecord(&r.Directs[i])
	}
	count(c, &r.Bans, serverBanBytesMin)
	for i := range r.Bans {
		c.serverBan(&r.Bans[i])
	}
	count(c, &r.Accepted, acceptedRecordBytesMin)
	for i := range r.Accepted {
		c.acceptedRecord(&r.Accepted[i])
	}
}

func (c *coder) userRecord(r *chat.UserRecord) {
	uvarint(c, &r.ID)
	c.sessionID(&r.Session)
	c.text(&r.Nick)
	c.text(&r.Folded)
	c.text(&r.Skeleton)
	c.text(&r.Username)
	c.text(&r.Realname)
	c.text(&r.Host)
	sixteen(c, &r.Address)
	c.text(&r.Gateway)
	uvarint(c, &r.Flags)
	c.text(&r.Operator)
	c.text(&r.Away)
	varint(c, &r.Since)
	sixteen(c, &r.Scope)
}

func (c *coder) roomRecord(r *chat.RoomRecord) {
	uvarint(c, &r.ID)
	c.text(&r.Name)
	c.text(&r.Folded)
	c.text(&r.Skeleton)
	c.flag(&r.Permanent)
	varint(c, &r.Created)
	uvarint(c, &r.LastNumber)
	varint(c, &r.LastSaid)
	varint(c, &r.Restricted)
	varint(c, &r.ClosedUntil)
	c.text(&r.Topic)
	c.text(&r.TopicBy)
	varint(c, &r.TopicAt)
	uvarint(c, &r.Switches)
	c.text(&r.Key)
	varint(c, &r.Limit)
	varint(c, &r.RetentionDays)
	varint(c, &r.RetentionMessages)
	count(c, &r.Members, memberRecordBytesMin)
	for i := range r.Members {
		c.memberRecord(&r.Members[i])
	}
	c.masks(&r.Bans)
	c.masks(&r.Exceptions)
	c.masks(&r.InviteMasks)
	c.users(&r.Invited)
}

func (c *coder) memberRecord(r *chat.MemberRecord) {
	uvarint(c, &r.User)
	uvarint(c, &r.Rank)
	varint(c, &r.Joined)
}

func (c *coder) directRecord(r *chat.DirectRecord) {
	uvarint(c, &r.ID)
	uvarint(c, &r.Low)
	uvarint(c, &r.High)
	uvarint(c, &r.LastNumber)
	varint(c, &r.LastSaid)
}

func (c *coder) acceptedRecord(r *chat.AcceptedRecord) {
	sixteen(c, &r.Scope)
	count(c, &r.IDs, acceptedIDBytesMin)
	for i := range r.IDs {
		c.acceptedID(&r.IDs[i])
	}
}

func (c *coder) acceptedID(r *chat.AcceptedID) {
	c.text(&r.ID)
	c.duplicate(&r.Outcome)
}

func (c *coder) masks(list *[]chat.MaskRecord) {
	count(c, list, maskRecordBytesMin)
	for i := range *list {
		c.text(&(*list)[i].Mask)
		c.text(&(*list)[i].By)
		varint(c, &(*list)[i].At)
	}
}

func (c *coder) duplicate(d *chat.Duplicate) {
	uvarint(c, &d.Position)
	uvarint(c, &d.Conversation)
	uvarint(c, &d.Number)
	varint(c, &d.Time)
}
