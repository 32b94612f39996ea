package server

import (
	"net/netip"
	"slices"

	"madang/config"
	"madang/conn"
)

// proxies are the load balancers in front of the server.
type proxies struct {
	networks []netip.Prefix
	irc      conn.Proxy // what is expected of them there
	line     conn.Proxy
}

func proxiesOf(c *config.Config) *proxies {
	p := &proxies{networks: c.Proxy.Networks(), irc: conn.ProxyOptional}
	if c.Proxy.Required {
		p.irc = conn.ProxyRequired
	}
	// The server speaks first in plain text: there is nothing to decide by.
	if c.Proxy.Line {
		p.line = conn.ProxyRequired
	}
	return p
}

func (p *proxies) trust(address netip.Addr) bool {
	return slices.ContainsFunc(p.networks, func(network netip.Prefix) bool { return network.Contains(address) })
}

// ircProxy and lineProxy are asked at accept.
func (s *Server) ircProxy(address netip.Addr) conn.Proxy {
	if p := s.proxies.Load(); p.trust(address) {
		return p.irc
	}
	return conn.ProxyNone
}

func (s *Server) lineProxy(address netip.Addr) conn.Proxy {
	if p := s.proxies.Load(); p.trust(address) {
		return p.line
	}
	return conn.ProxyNone
}
