package transcript

import (
	"context"
	"net/netip"

	"madang/auth"
	"madang/chat"
	"madang/gateway/irc"
)

// ircSettings are those of the IRC gateway: an operator called root whose password is
// toor, and a web gateway at 192.0.2.80 whose password is swordfish.
func ircSettings(hasher *auth.Hasher) (irc.Config, error) {
	config := irc.DefaultConfig()
	hash, err := hasher.Hash(context.Background(), "toor")
	config.MOTD = "Be kind."
	config.WebIRC = irc.WebIRC{Password: auth.NewSecret("swordfish"), Trusted: []netip.Prefix{netip.MustParsePrefix("192.0.2.80/32")}}
	config.Operators = []irc.Operator{{Name: "root", PasswordHash: auth.NewSecret(hash), Powers: chat.EveryPermission}}
	return config, err
}
