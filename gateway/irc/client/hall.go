package client

import (
	"sync/atomic"

	"madang/chat/core"
	"madang/gateway"
	"madang/gateway/irc/census"
	"madang/gateway/irc/render"
	"madang/gateway/irc/reply"
)

// Hall is what the clients of one gateway share, and commands may know of it.
type Hall struct {
	// Fixed after construction.
	House    gateway.House
	Services []Service
	told     reply.House // what answers tell of the house

	// Any goroutine.
	settings atomic.Pointer[Config]

	// Owned by the loop.
	Renderer  *render.Renderer
	People    *census.Census
	writer    Writer    // what an answer is written with
	labelled  *labelled // the asks of a line that has a label; nil: it has none
	batches   uint64    // ids of batches given away
	Strangers int       // sessions that have sent something and are not registered
}

// NewHall opens a hall; idle says for how many seconds a user has said nothing.
func NewHall(house gateway.House, config Config, services []Service, idle func(*core.User) int64) *Hall {
	h := &Hall{
		House: house, Services: services, People: census.New(), Renderer: render.New(house.Name, house.Engine.Epoch()),
	}
	h.told = reply.House{
		Name: house.Name, Network: house.Network, Version: house.Version, Started: house.Started,
		Renderer: h.Renderer, IdleSeconds: idle, Icon: func() string { return h.Config().Icon },
	}
	h.SetConfig(config)
	return h
}

// Config is the settings as they are now. Any goroutine.
func (h *Hall) Config() *Config { return h.settings.Load() }

// SetConfig changes the settings, for what happens from now on. Any goroutine.
func (h *Hall) SetConfig(c Config) { h.settings.Store(&c) }
