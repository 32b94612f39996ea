package irc

import (
	"time"

	"madang/chat"
	"madang/gateway/irc/client"
	"madang/gateway/irc/history"
)

// What the gateway is given of the configuration.
type (
	Config   = client.Config
	Operator = client.Operator
	WebIRC   = client.WebIRC
)

// DefaultConfig is what a server without settings has.
func DefaultConfig() Config {
	return Config{
		ReplayLines:      30,
		RegisterEarly:    true,
		PlaybackMessages: history.MessagesMax,
		MultilineBytes:   chat.TextBytesMax,
		MultilineLines:   100,
		RegisterWithin:   14 * time.Second, // timers are rounded up to half a second: 15 in all
		PingEvery:        90 * time.Second,
		SilenceMax:       2 * time.Minute,
	}
}
