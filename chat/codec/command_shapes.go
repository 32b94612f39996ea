package codec

import "madang/chat"

func (c *coder) attach(x *chat.Attach) {
	c.sessionID(&x.Session)
	c.text(&x.Nick)
	c.flag(&x.Guest)
	c.text(&x.Username)
	c.text(&x.Realname)
	c.text(&x.Host)
	sixteen(c, &x.Address)
	c.text(&x.Gateway)
	uvarint(c, &x.Flags)
	sixteen(c, &x.Scope)
	c.login(&x.Login)
	c.text(&x.Away)
}

func (c *coder) detach(x *chat.Detach) {
	c.sessionID(&x.Session)
	c.text(&x.Reason)
}

func (c *coder) changeNick(x *chat.ChangeNick) {
	c.sessionID(&x.Session)
	c.text(&x.Nick)
}

func (c *coder) changeRealname(x *chat.ChangeRealname) {
	c.sessionID(&x.Session)
	c.text(&x.Realname)
}

func (c *coder) setAway(x *chat.SetAway) {
	c.sessionID(&x.Session)
	c.text(&x.Text)
}

func (c *coder) changeFlags(x *chat.ChangeFlags) {
	c.sessionID(&x.Session)
	uvarint(c, &x.Set)
	uvarint(c, &x.Clear)
}

func (c *coder) grantOperator(x *chat.GrantOperator) {
	c.sessionID(&x.Session)
	c.text(&x.Name)
	uvarint(c, &x.Powers)
}

func (c *coder) join(x *chat.Join) {
	c.sessionID(&x.Session)
	c.text(&x.Room)
	c.text(&x.Key)
}

func (c *coder) part(x *chat.Part) {
	c.sessionID(&x.Session)
	c.text(&x.Room)
	c.text(&x.Reason)
}

func (c *coder) say(x *chat.Say) {
	c.sessionID(&x.Session)
	c.text(&x.Room)
	c.text(&x.Nick)
	uvarint(c, &x.AtLeast)
	uvarint(c, &x.Kind)
	c.text(&x.Text)
	c.tags(&x.Tags)
	c.text(&x.ReplyTo)
	c.text(&x.ID)
	c.text(&x.As)
}

func (c *coder) setTopic(x *chat.SetTopic) {
	c.sessionID(&x.Session)
	c.text(&x.Room)
	c.text(&x.Text)
}

func (c *coder) changeRoom(x *chat.ChangeRoom) {
	c.sessionID(&x.Session)
	c.text(&x.Room)
	c.roomChanges(&x.Changes)
}

func (c *coder) kick(x *chat.Kick) {
	c.sessionID(&x.Session)
	c.text(&x.Room)
	c.text(&x.Nick)
	c.text(&x.Reason)
}

func (c *coder) invite(x *chat.Invite) {
	c.sessionID(&x.Session)
	c.text(&x.Room)
	c.text(&x.Nick)
}

func (c *coder) kill(x *chat.Kill) {
	c.sessionID(&x.Session)
	c.text(&x.Nick)
	c.text(&x.Reason)
}

func (c *coder) broadcast(x *chat.Broadcast) {
	c.sessionID(&x.Session)
	c.text(&x.Text)
	c.flag(&x.Wallops)
}

func (c *coder) addBan(x *chat.AddBan) {
	c.sessionID(&x.Session)
	c.serverBan(&x.Ban)
}

func (c *coder) removeBan(x *chat.RemoveBan) {
	c.sessionID(&x.Session)
	c.text(&x.Target)
}

func (c *coder) openRoom(x *chat.OpenRoom) {
	c.sessionID(&x.Session)
	c.text(&x.Room)
	c.flag(&x.Permanent)
	c.flag(&x.Lobby)
}

func (c *coder) setRetention(x *chat.SetRetention) {
	c.sessionID(&x.Session)
	c.text(&x.Room)
	varint(c, &x.Days)
	varint(c, &x.Messages)
}

func (c *coder) startNode(x *chat.StartNode) {
	uvarint(c, &x.Node)
}

func (c *coder) register(x *chat.Register) {
	c.sessionID(&x.Session)
	c.text(&x.Name)
	c.text(&x.Password)
	c.text(&x.Email)
	sixteen(c, &x.Code)
	sixteen(c, &x.Invitation)
	c.flag(&x.Other)
}

func (c *coder) confirm(x *chat.Confirm) {
	c.sessionID(&x.Session)
	c.text(&x.Account)
	sixteen(c, &x.Code)
}

func (c *coder) signIn(x *chat.SignIn) {
	c.sessionID(&x.Session)
	c.login(&x.Login)
}

func (c *coder) changeAccount(x *chat.ChangeAccount) {
	c.sessionID(&x.Session)
	c.text(&x.Account)
	count(c, &x.Changes, accountChangeBytesMin)
	for i := range x.Changes {
		c.accountChange(&x.Changes[i])
	}
}

func (c *coder) deleteAccount(x *chat.DeleteAccount) {
	c.sessionID(&x.Session)
	c.text(&x.Account)
}

func (c *coder) endSession(x *chat.EndSession) {
	c.sessionID(&x.Session)
	c.text(&x.Account)
	c.sessionID(&x.Target)
	c.text(&x.Reason)
}

func (c *coder) makeInvitation(x *chat.MakeInvitation) {
	c.sessionID(&x.Session)
	sixteen(c, &x.Digest)
	varint(c, &x.Uses)
	varint(c, &x.Expires)
}

func (c *coder) claimServer(x *chat.ClaimServer) {
	c.sessionID(&x.Session)
}

func (c *coder) setMark(x *chat.SetMark) {
	c.sessionID(&x.Session)
	uvarint(c, &x.Conversation)
	uvarint(c, &x.Number)
	varint(c, &x.Time)
}

func (c *coder) redact(x *chat.Redact) {
	c.sessionID(&x.Session)
	c.cited(&x.Message)
	c.text(&x.Reason)
}

func (c *coder) edit(x *chat.Edit) {
	c.sessionID(&x.Session)
	c.cited(&x.Message)
	c.text(&x.Text)
}

func (c *coder) setMetadata(x *chat.SetMetadata) {
	c.sessionID(&x.Session)
	c.text(&x.Room)
	c.text(&x.Nick)
	c.text(&x.Key)
	c.text(&x.Value)
	c.flag(&x.Remove)
}

func (c *coder) renameRoom(x *chat.RenameRoom) {
	c.sessionID(&x.Session)
	c.text(&x.Room)
	c.text(&x.Name)
	c.text(&x.Reason)
}

func (c *coder) knock(x *chat.Knock) {
	c.sessionID(&x.Session)
	c.text(&x.Room)
	c.text(&x.Text)
}

func (c *coder) trust(x *chat.Trust) {
	c.sessionID(&x.Session)
	c.text(&x.Nick)
	c.flag(&x.Remove)
}

func (c *coder) attend(x *chat.Attend) {
	uvarint(c, &x.User)
}
