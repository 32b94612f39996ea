package web

import (
	"encoding/binary"
	"time"

	"madang/conn"
	"madang/engine"
	"madang/wire/irc"
	"madang/wire/websocket"
)

// Client is whoever talks behind the framing. Received is never called.
type Client interface {
	conn.Handler
	engine.Protocol
}

// Begin makes the client of a session.
type Begin func(*engine.Session, Framing) Client

// link is the reader's side. It implements conn.Handler.
type link struct {
	// Fixed after construction.
	conn    *conn.Conn
	way     *engine.Way
	origins []string
	begin   Begin

	// Owned by the reader.
	client  Client // nil: the request is awaited
	session *engine.Session
	opening websocket.Opening
	reader  websocket.Reader
	dead    bool // nothing counts any more
}

// New makes the handler of a connection on which a WebSocket is to begin within a time.
// origins are the web sites, besides the server's own host, whose pages may connect; "*"
// is all. Its session comes in by the way.
func New(c *conn.Conn, way *engine.Way, origins []string, within time.Duration, begin Begin) conn.Handler {
	c.WakeAfter(within)
	return &link{conn: c, way: way, origins: origins, begin: begin}
}

// Received makes inputs of what came. Of several pings the last is answered, which is
// enough (RFC 6455 5.5.3) and bounds what a flood of them costs.
func (l *link) Received(data []byte) {
	if l.client == nil && !l.dead {
		data = l.open(data)
	}
	var ping [125]byte
	pinged, bytes := false, 0
	for !l.dead {
		e, left, ok := l.reader.Next(data)
		if !ok {
			break
		}
		if e.Kind == websocket.Ping {
			pinged, bytes = true, copy(ping[:], e.Data)
		}
		l.event(&e)
		data = left
	}
	if pinged && !l.dead {
		l.session.Post(engine.Problem, problemPing, ping[:bytes])
	}
}

// open judges the opening request, and begins the session behind a good one.
func (l *link) open(data []byte) (left []byte) {
	if len(l.opening.Rest()) == 0 && irc.JudgeOpening(data, false) == irc.OpeningTLS {
		l.refuse(irc.TLSAlert())
		return nil
	}
	policy := websocket.Policy{Paths: paths(), Origins: l.origins}
	verdict, left, ok := l.opening.Next(data, &policy)
	switch {
	case !ok:
		return nil
	case verdict.Status != 101:
		l.refuse(verdict.Answer)
		return nil
	}
	framing := Text
	if verdict.Protocol == websocket.Binary {
		framing = Binary
	}
	l.conn.Append(verdict.Answer)
	l.conn.Flush()
	// From here on the loop alone writes.
	out := &outlet{Conn: l.conn, goodbye: websocket.CodeNormal}
	l.session = l.way.Open(out, framing.Form(), func(s *engine.Session) engine.Protocol {
		out.session, l.client = s, l.begin(s, framing)
		return l.client
	})
	return left
}

// refuse ends a connection that has no session.
func (l *link) refuse(answer []byte) {
	l.dead = true
	l.conn.WakeAfter(0)
	l.conn.Append(answer)
	l.conn.Close(nil)
}

// event hands over what the client sent.
func (l *link) event(e *websocket.Event) {
	switch e.Kind {
	case websocket.Message:
		switch line, problem := irc.Whole(e.Data); {
		case problem != irc.ProblemNone:
			l.session.Post(engine.Problem, uint8(problem), nil)
		case len(line) > 0:
			l.session.Post(engine.Line, 0, line)
		}
	case websocket.TooLong:
		l.session.Post(engine.Problem, uint8(irc.ProblemTooLong), nil)
	case websocket.Bye:
		l.leaves(problemBye, e.Code)
	case websocket.Broken:
		l.leaves(problemBroken, e.Code)
	}
}

// leaves has the loop end the session.
func (l *link) leaves(problem uint8, code websocket.Code) {
	l.dead = true
	l.conn.WakeAfter(0)
	l.session.Post(engine.Problem, problem, binary.BigEndian.AppendUint16(nil, uint16(code)))
}

// Drained goes on with long answers.
func (l *link) Drained() {
	if l.client != nil {
		l.client.Drained()
	}
}

// Woken ends a connection that never became a WebSocket; else it is the client's.
func (l *link) Woken() {
	switch {
	case l.dead:
	case l.client != nil:
		l.client.Woken()
	default:
		l.refuse(websocket.Refusal(408, "The request took too long."))
	}
}

// Closed ends the session, if there is one.
func (l *link) Closed(reason error) {
	l.dead = true
	if l.client != nil {
		l.client.Closed(reason)
	}
}
