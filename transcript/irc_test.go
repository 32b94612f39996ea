package transcript

import (
	"context"
	"io"

	"madang/auth"
	"madang/gateway"
	"madang/gateway/irc"
)

// newIRC makes the IRC gateway, with an operator called root whose password is toor.
func newIRC(house gateway.House, random io.Reader) (*irc.Gateway, error) {
	hasher, err := auth.NewHasher(random, auth.Params{MemoryKiB: 8, Passes: 1, Threads: 1})
	if err != nil {
		return nil, err
	}
	hash, err := hasher.Hash(context.Background(), "toor")
	if err != nil {
		return nil, err
	}
	config := irc.DefaultConfig()
	config.MOTD = "Be kind."
	config.Operators = []irc.Operator{{Name: "root", PasswordHash: auth.NewSecret(hash)}}
	return irc.New(house, config, hasher), nil
}
