package transcript

import (
	"context"

	"madang/auth"
	"madang/chat"
	"madang/gateway"
	"madang/gateway/irc"
)

// newIRC makes the IRC gateway, with an operator called root whose password is toor.
func newIRC(house gateway.House, hasher *auth.Hasher) (*irc.Gateway, error) {
	hash, err := hasher.Hash(context.Background(), "toor")
	if err != nil {
		return nil, err
	}
	config := irc.DefaultConfig()
	config.MOTD = "Be kind."
	config.Operators = []irc.Operator{{Name: "root", PasswordHash: auth.NewSecret(hash), Powers: chat.EveryPermission}}
	return irc.New(house, config, hasher), nil
}
