package server

import (
	"context"
	"errors"

	"madang/conn"
	"madang/gateway"
	"madang/gateway/admin"
)

// What the operator's socket asks of the rest of the server.

func (s *Server) connections(f func(gatewayName string, c gateway.Connection)) {
	s.net.Each(func(c *conn.Conn) { f(c.Gateway(), c) })
}

// numbers are the counters of the parts besides the engine.
func (s *Server) numbers() []admin.Number {
	list := admin.NumbersOf("conn", s.net.Stats())
	if s.storage.store != nil {
		stats := s.storage.store.Stats()
		list = append(list, admin.NumbersOf("store", stats)...)
		list = append(list, admin.Number{Name: "store.index_lag", Value: float64(stats.Lag())})
	}
	if deliveries := s.engine.Stats().Deliveries; deliveries > 0 {
		share := float64(s.net.Stats().Writes) / float64(deliveries)
		list = append(list, admin.Number{Name: "conn.writes_per_delivery", Value: share})
	}
	return list
}

func (s *Server) backup(ctx context.Context, file string) error {
	if s.storage.store == nil {
		return errors.New("durability is none: nothing is kept that could be backed up")
	}
	return s.storage.store.Backup(ctx, file)
}
