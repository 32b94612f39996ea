package codec

import "madang/chat"

// The least that an element of a list takes: one byte for each of its fields.
const (
	userIDBytesMin     = 1
	tagBytesMin        = 2
	roomChangeBytesMin = 9
	textBytesMin       = 1

	accountChangeBytesMin = 12
)

func (c *coder) sessionID(s *chat.SessionID) {
	uvarint(c, &s.Node)
	uvarint(c, &s.N)
}

func (c *coder) source(x *chat.Source) {
	uvarint(c, &x.User)
	c.text(&x.Nick)
	c.text(&x.Username)
	c.text(&x.Host)
	c.text(&x.Account)
	c.flag(&x.Bot)
	c.flag(&x.Lasting)
	c.flag(&x.Operator)
}

func (c *coder) veil(x *chat.Veil) {
	c.conversations(&x.Rooms)
	c.users(&x.Only)
}

func (c *coder) tags(list *[]chat.Tag) {
	count(c, list, tagBytesMin)
	for i := range *list {
		c.text(&(*list)[i].Key)
		c.text(&(*list)[i].Value)
	}
}

func (c *coder) users(list *[]chat.UserID) {
	count(c, list, userIDBytesMin)
	for i := range *list {
		uvarint(c, &(*list)[i])
	}
}

func (c *coder) roomChanges(list *[]chat.RoomChange) {
	count(c, list, roomChangeBytesMin)
	for i := range *list {
		c.roomChange(&(*list)[i])
	}
}

func (c *coder) roomChange(x *chat.RoomChange) {
	uvarint(c, &x.Aspect)
	c.flag(&x.Add)
	c.text(&x.Text)
	varint(c, &x.Number)
	uvarint(c, &x.Rank)
	uvarint(c, &x.User)
	c.flag(&x.Lasting)
	varint(c, &x.Expires)
	uvarint(c, &x.Room)
}

func (c *coder) serverBan(s *chat.ServerBan) {
	c.text(&s.Target)
	sixteen(c, &s.Prefix)
	uvarint(c, &s.Bits)
	c.text(&s.Reason)
	c.text(&s.By)
	varint(c, &s.At)
	varint(c, &s.Expires)
}

func (c *coder) accountChange(x *chat.AccountChange) {
	uvarint(c, &x.Aspect)
	c.flag(&x.Add)
	c.text(&x.Text)
	uvarint(c, &x.Powers)
	c.tokenRecord(&x.Token)
	sixteen(c, &x.Code)
}

func (c *coder) login(x *chat.Login) {
	uvarint(c, &x.Account)
	uvarint(c, &x.Serial)
	c.text(&x.Token)
	varint(c, &x.Step)
}

func (c *coder) cited(x *chat.Cited) {
	uvarint(c, &x.Position)
	uvarint(c, &x.Conversation)
	uvarint(c, &x.Number)
	uvarint(c, &x.Author)
	varint(c, &x.Time)
	uvarint(c, &x.What)
}

func (c *coder) conversations(list *[]chat.ConversationID) {
	count(c, list, userIDBytesMin)
	for i := range *list {
		uvarint(c, &(*list)[i])
	}
}

func (c *coder) texts(list *[]string) {
	count(c, list, textBytesMin)
	for i := range *list {
		c.text(&(*list)[i])
	}
}
