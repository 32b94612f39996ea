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
	count(c, &r.Accounts, accountRecordBytesMin)
	for i := range r.Accounts {
		c.accountRecord(&r.Accounts[i])
	}
	count(c, &r.Invitations, invitationRecordBytesMin)
	for i := range r.Invitations {
		c.invitationRecord(&r.Invitations[i])
	}
}

func (c *coder) userRecord(r *chat.UserRecord) {
	uvarint(c, &r.ID)
	count(c, &r.Sessions, sessionRecordBytesMin)
	for i := range r.Sessions {
		c.sessionRecord(&r.Sessions[i])
	}
	c.text(&r.Account)
	c.text(&r.Nick)
	c.text(&r.Folded)
	c.text(&r.Skeleton)
	c.text(&r.Username)
	c.text(&r.Realname)
	c.text(&r.Host)
	uvarint(c, &r.Flags)
	c.flag(&r.Lasting)
	uvarint(c, &r.Powers)
	varint(c, &r.Since)
	uvarint(c, &r.Left)
	c.users(&r.Trusts)
	count(c, &r.Metadata, metadataRecordBytesMin)
	for i := range r.Metadata {
		c.metadataRecord(&r.Metadata[i])
	}
	if optional(c, &r.Seldom) {
		c.seldomRecord(r.Seldom)
	}
}

func (c *coder) seldomRecord(r *chat.SeldomRecord) {
	c.text(&r.Cloak)
	c.text(&r.Operator)
	count(c, &r.Aways, awayRecordBytesMin)
	for i := range r.Aways {
		c.awayRecord(&r.Aways[i])
	}
	varint(c, &r.Knocked)
}

func (c *coder) awayRecord(r *chat.AwayRecord) {
	c.sessionID(&r.Session)
	c.text(&r.Text)
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
	uvarint(c, &r.Founder)
	uvarint(c, &r.Successor)
	count(c, &r.Access, accessRecordBytesMin)
	for i := range r.Access {
		c.accessRecord(&r.Access[i])
	}
	uvarint(c, &r.Forward)
	varint(c, &r.Slow)
	c.text(&r.Entry)
	uvarint(c, &r.MentionAll)
	count(c, &r.Metadata, metadataRecordBytesMin)
	for i := range r.Metadata {
		c.metadataRecord(&r.Metadata[i])
	}
	c.users(&r.Invited)
	varint(c, &r.Knocked)
}

func (c *coder) memberRecord(r *chat.MemberRecord) {
	uvarint(c, &r.User)
	uvarint(c, &r.Rank)
	varint(c, &r.Joined)
	varint(c, &r.Spoke)
}

func (c *coder) directRecord(r *chat.DirectRecord) {
	uvarint(c, &r.ID)
	uvarint(c, &r.Low)
	uvarint(c, &r.High)
	c.text(&r.LowNick)
	c.text(&r.HighNick)
	c.flag(&r.Kept)
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
		varint(c, &(*list)[i].Expires)
	}
}

func (c *coder) duplicate(d *chat.Duplicate) {
	uvarint(c, &d.Position)
	uvarint(c, &d.Conversation)
	uvarint(c, &d.Number)
	varint(c, &d.Time)
}

func (c *coder) accountRecord(r *chat.AccountRecord) {
	uvarint(c, &r.User)
	c.text(&r.Name)
	c.text(&r.Folded)
	c.text(&r.Skeleton)
	c.text(&r.Likeness)
	varint(c, &r.Made)
	c.text(&r.Email)
	sixteen(c, &r.Code)
	if optional(c, &r.NewEmail) {
		c.newEmailRecord(r.NewEmail)
	}
	c.text(&r.Password)
	uvarint(c, &r.Serial)
	c.text(&r.OneTime)
	varint(c, &r.OneTimeStep)
	c.texts(&r.Certificates)
	count(c, &r.Tokens, tokenRecordBytesMin)
	for i := range r.Tokens {
		c.tokenRecord(&r.Tokens[i])
	}
	uvarint(c, &r.Powers)
	c.text(&r.Suspended)
	c.flag(&r.AlwaysOn)
	c.flag(&r.OneSession)
	c.flag(&r.Proved)
	count(c, &r.Marks, markRecordBytesMin)
	for i := range r.Marks {
		c.markRecord(&r.Marks[i])
	}
	count(c, &r.Metadata, metadataRecordBytesMin)
	for i := range r.Metadata {
		c.metadataRecord(&r.Metadata[i])
	}
	c.text(&r.Host)
	uvarint(c, &r.Left)
}

func (c *coder) newEmailRecord(r *chat.NewEmailRecord) {
	c.text(&r.Address)
	sixteen(c, &r.Code)
}

func (c *coder) tokenRecord(r *chat.TokenRecord) {
	c.text(&r.ID)
	c.text(&r.Label)
	sixteen(c, &r.Digest)
	c.texts(&r.Rooms)
	c.flag(&r.ReadOnly)
	varint(c, &r.Made)
	varint(c, &r.Expires)
}

func (c *coder) markRecord(r *chat.MarkRecord) {
	uvarint(c, &r.Conversation)
	uvarint(c, &r.Number)
	varint(c, &r.Time)
	uvarint(c, &r.Mentions)
}

func (c *coder) invitationRecord(r *chat.InvitationRecord) {
	sixteen(c, &r.Digest)
	c.text(&r.By)
	varint(c, &r.Uses)
	varint(c, &r.Expires)
}

func (c *coder) sessionRecord(r *chat.SessionRecord) {
	c.sessionID(&r.ID)
	c.text(&r.Gateway)
	sixteen(c, &r.Address)
	c.flag(&r.Secure)
	sixteen(c, &r.Scope)
	c.text(&r.Token)
	varint(c, &r.Since)
}

func (c *coder) membershipRecord(r *chat.MembershipRecord) {
	uvarint(c, &r.Room)
	uvarint(c, &r.Rank)
	varint(c, &r.Joined)
}

func (c *coder) metadataRecord(r *chat.MetadataRecord) {
	c.text(&r.Key)
	c.text(&r.Value)
}

func (c *coder) accessRecord(r *chat.AccessRecord) {
	uvarint(c, &r.Account)
	uvarint(c, &r.Rank)
}
