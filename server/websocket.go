package server

import (
	"context"

	"madang/conn"
	"madang/gateway/irc/web"
)

// openWebSocket opens the doors of IRC's web clients.
func (s *Server) openWebSocket(ctx context.Context, out *Listening) (err error) {
	if address := s.settings.IRC.WebSocket; address != "" {
		if out.WS, err = s.listen("IRC over WebSocket", address, s.webOptions("ws")); err != nil {
			return err
		}
	}
	address := s.settings.IRC.WebSocketTLS
	if address == "" {
		return nil
	}
	if err := s.openCertificates(ctx, out); err != nil {
		return err
	}
	options := s.webOptions("wss")
	options.TLS = s.certificates.TLS("http/1.1")
	out.WSS, err = s.listen("IRC over WebSocket with TLS", address, options)
	return err
}

func (s *Server) webOptions(name string) conn.ListenOptions {
	options := s.ircOptions(name)
	options.Accept, options.RefuseText = s.irc.AcceptWebSocket, web.RefuseText
	return options
}
