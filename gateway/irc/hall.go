package irc

import (
	"sync/atomic"

	"madang/chat"
	"madang/gateway"
	"madang/gateway/irc/census"
	"madang/gateway/irc/render"
	"madang/gateway/irc/reply"
)

// hall is what the clients of one gateway share, and commands may know of it.
type hall struct {
	// Fixed after construction.
	house    gateway.House
	services []service
	told     reply.House // what answers tell of the house

	// Any goroutine.
	settings atomic.Pointer[Config]

	// Owned by the loop.
	renderer  *render.Renderer
	people    *census.Census
	writer    writer    // what an answer is written with
	labelled  *labelled // the asks of a line that has a label; nil: it has none
	batches   uint64    // ids of batches given away
	strangers int       // sessions that have sent something and are not registered
}

// newHall opens a hall; idle says for how many seconds a user has said nothing.
func newHall(house gateway.House, config Config, services []service, idle func(*chat.User) int64) *hall {
	h := &hall{
		house: house, services: services, people: census.New(), renderer: render.New(house.Name, house.Engine.Epoch()),
	}
	h.told = reply.House{
		Name: house.Name, Network: house.Network, Version: house.Version, Started: house.Started,
		Renderer: h.renderer, IdleSeconds: idle, Icon: func() string { return h.config().Icon },
	}
	h.setConfig(config)
	return h
}

// config is the settings as they are now. Any goroutine.
func (h *hall) config() *Config { return h.settings.Load() }

// setConfig changes the settings, for what happens from now on. Any goroutine.
func (h *hall) setConfig(c Config) { h.settings.Store(&c) }
