package client

import (
	"bytes"

	"madang/gateway/irc/desk"
)

// Service is a desk by one of the names that people write to.
type Service struct {
	Name []byte
	Desk *desk.Desk
	Hear func(c *Client, text string) // has the desk answer a line
}

// Service is the one that a message is for, or nil.
func (h *Hall) Service(target []byte) *Service {
	for i := range h.Services {
		if bytes.EqualFold(h.Services[i].Name, target) {
			return &h.Services[i]
		}
	}
	return nil
}
