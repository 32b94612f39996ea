// Package web is the way of IRC clients that come by WebSocket (RFC 6455, IRCv3
// websocket), web pages mostly: between a connection and the client that begins on it
// once the opening request was good.
//
// It promises that somebody who is refused was never a session, that what came before a
// goodbye is handled before it, that pings are answered at their place, and that nothing
// is said behind the goodbye.
//
// It refuses to know what a line says, and how lines are framed: rendering does that.
package web

import (
	"encoding/binary"

	"madang/chat/core"
	"madang/conn"
	"madang/engine"
	"madang/gateway/irc/render"
	"madang/wire/websocket"
)

// Framing is how a client's lines travel.
type Framing uint8

// The framings.
const (
	Lines  Framing = iota // no WebSocket: they end in CR LF
	Text                  // each is a text message
	Binary                // each is a binary message
)

// Form is the framing as part of a form.
func (f Framing) Form() engine.Form {
	switch f {
	case Text:
		return render.FormText
	case Binary:
		return render.FormBinary
	}
	return 0
}

// Gateway is how lists of connections call the way in, which without a WebSocket has
// the name given.
func (f Framing) Gateway(name string) string {
	if f == Lines {
		return name
	}
	return "ws"
}

// paths are where web clients look for a server by default.
func paths() []string {
	return []string{"/", "/irc", "/socket", "/ws", "/websocket", "/webirc/websocket"}
}

// RefuseText is what somebody is told who may not come in.
func RefuseText(reason string) []byte { return websocket.Refusal(403, reason) }

// The codes of engine.Problem inputs that only a WebSocket has.
const (
	problemPing   uint8 = iota + 100 // a ping, with its payload
	problemBye                       // the peer's goodbye, with its code
	problemBroken                    // a breach of the protocol, with the code to close with
)

// Handle handles an input that only a WebSocket has; false: it is none. On the loop.
func Handle(s *engine.Session, in engine.Input) bool {
	switch {
	case in.Kind != engine.Problem || in.Code < problemPing:
		return false
	case in.Code == problemPing:
		pong := websocket.AppendPong(nil, in.Data)
		s.Do(engine.Ask{Answer: func(*core.State, engine.Outcome) []byte { return pong }})
		return true
	}
	goodbye := websocket.Code(binary.BigEndian.Uint16(in.Data))
	if out, ok := s.Outlet().(*outlet); ok {
		out.goodbye = goodbye
	}
	if in.Code == problemBye {
		s.Close("Connection closed", nil)
		return true
	}
	words := brokenWords(goodbye)
	s.Close(words, s.Protocol().Farewell(nil, words))
	return true
}

// brokenWords say what was wrong with what came.
func brokenWords(code websocket.Code) string {
	switch code {
	case websocket.CodeNoText:
		return "A text message was not UTF-8"
	case websocket.CodeTooBig:
		return "A message was far too long"
	}
	return "Not WebSocket as it should be"
}

// outlet is where a session's bytes go: a connection that ends with a goodbye.
type outlet struct {
	*conn.Conn

	session *engine.Session // fixed after construction

	// Owned by the loop.
	goodbye websocket.Code // what the connection will be closed with
}

// Close sends the goodbye behind all else (RFC 6455 7.1.2). A session that nobody ended
// is closed because the server stops.
func (o *outlet) Close(reason error) {
	if !o.session.Ended() {
		o.goodbye = websocket.CodeLeaving
	}
	o.Append(websocket.AppendClose(nil, o.goodbye))
	o.Conn.Close(reason)
}
