package codec

import "madang/chat"

// The least that an element of a list takes: one byte for each of its fields.
const (
	userIDBytesMin     = 1
	tagBytesMin        = 2
	roomChangeBytesMin = 6
)

func (c *coder) sessionID(s *chat.SessionID) {
	uvarint(c, &s.Node)
	uvarint(c, &s.N)
}

func (c *coder) source(s *chat.Source) {
	uvarint(c, &s.User)
	c.text(&s.Nick)
	c.text(&s.Username)
	c.text(&s.Host)
	c.text(&s.Account)
	c.flag(&s.Bot)
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

func (c *coder) roomChange(r *chat.RoomChange) {
	uvarint(c, &r.Aspect)
	c.flag(&r.Add)
	c.text(&r.Text)
	varint(c, &r.Number)
	uvarint(c, &r.Rank)
	uvarint(c, &r.User)
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
