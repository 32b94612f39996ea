package bench

import (
	"bytes"
	"fmt"
	"strconv"

	"golang.org/x/sys/unix"
)

// state is how far a client has come.
type state uint8

const (
	absent     state = iota // no connection
	connecting              // waiting for the socket
	greeting                // NICK and USER are sent, 001 is awaited
	registered              // 001 came
	joining                 // JOIN is sent
	joined                  // its own JOIN and 366 came
)

// client is one connection. Its number is its place in swarm.clients.
type client struct {
	fd       int
	state    state
	attempts uint8
	ownJoin  bool   // while joining: its own JOIN came
	names    bool   // while joining: 366 came
	blocked  bool   // out is not empty and the poller watches for room
	nick     string // at most nine bytes: servers of RFC 1459 allow no more
	rest     []byte // an unfinished line
	out      []byte // what the socket would not take
}

const attemptsMax = 8

// nickOf is unique among the clients of a run, and unlikely to meet those of another.
func nickOf(run uint32, number int) string {
	tag := strconv.FormatUint(uint64(run%(36*36*36)), 36)
	return fmt.Sprintf("b%03s%05d", tag, number)
}

func (s *swarm) roomName(room int) string {
	return fmt.Sprintf("#b%03s%d", strconv.FormatUint(uint64(s.run%(36*36*36)), 36), room)
}

// beginConnect starts a client from nothing.
func (s *swarm) beginConnect(number int) error {
	c := &s.clients[number]
	fd, err := dial(s.target)
	if err != nil {
		return err
	}
	*c = client{fd: fd, state: connecting, attempts: c.attempts, nick: nickOf(s.run, number), rest: c.rest[:0], out: c.out[:0]}
	return s.poll.control(unix.EPOLL_CTL_ADD, fd, int32(number), unix.EPOLLOUT)
}

// greet follows when the socket is connected (RFC 1459 4.1).
func (s *swarm) greet(number int) error {
	c := &s.clients[number]
	if err := connected(c.fd); err != nil {
		s.refused(number, err.Error())
		return nil
	}
	if err := s.poll.control(unix.EPOLL_CTL_MOD, c.fd, int32(number), unix.EPOLLIN); err != nil {
		return err
	}
	if s.bare { // a floor: no protocol, a connection is a member
		s.reach(number, joined)
		return nil
	}
	c.state = greeting
	line := s.line[:0]
	if s.options.Password != "" {
		line = append(append(append(line, "PASS "...), s.options.Password...), "\r\n"...)
	}
	line = append(append(append(line, "NICK "...), c.nick...), "\r\nUSER bench 0 * :bench\r\n"...)
	return s.write(number, line)
}

// beginJoin sends JOIN for the client's room.
func (s *swarm) beginJoin(number int) error {
	c := &s.clients[number]
	c.state, c.ownJoin, c.names = joining, false, false
	line := append(append(append(s.line[:0], "JOIN "...), s.roomName(s.roomOf(number))...), "\r\n"...)
	return s.write(number, line)
}

// reach marks one step done.
func (s *swarm) reach(number int, to state) {
	c := &s.clients[number]
	c.state, c.attempts = to, 0
	s.outstanding--
	s.reached++
}

// refused takes a step back and tries again later, politely; after attemptsMax the job fails.
func (s *swarm) refused(number int, reason string) {
	c := &s.clients[number]
	s.refusal = reason
	s.outstanding--
	s.retries++
	c.attempts++
	if c.attempts > attemptsMax {
		s.fail(fmt.Errorf("client %s: refused %d times, last: %s", c.nick, attemptsMax, reason))
		return
	}
	if c.state == joining {
		c.state = registered
	} else {
		s.hangUp(number)
	}
	s.again = append(s.again, retry{number, s.now + int64(c.attempts)*int64(s.options.Backoff)})
}

func (s *swarm) hangUp(number int) {
	c := &s.clients[number]
	if c.state != absent {
		unix.Close(c.fd)
	}
	c.state, c.blocked, c.rest, c.out = absent, false, c.rest[:0], c.out[:0]
}

// ended is the server closing a connection, whatever the reason.
func (s *swarm) ended(number int, err error) {
	c := &s.clients[number]
	reason := "the server closed the connection"
	if err != nil {
		reason = err.Error()
	}
	if s.refusal != "" {
		reason += " (" + s.refusal + ")"
	}
	switch {
	case c.state == connecting || c.state == greeting:
		s.refused(number, reason)
		return
	case c.state == joining:
		s.fail(fmt.Errorf("client %s: hung up while joining: %s", c.nick, reason))
	case s.load == nil:
		s.fail(fmt.Errorf("client %s: hung up while waiting: %s", c.nick, reason))
	default:
		s.refusal = reason
	}
	s.hungUp++
	s.hangUp(number)
}

// control handles every line that is not a counted delivery.
func (s *swarm) control(number int, line []byte) error {
	source, verb, params := splitLine(line)
	switch string(verb) {
	case "JOIN":
		s.joinLines++
		c := &s.clients[number]
		if c.state == joining && sourceIs(source, c.nick) {
			c.ownJoin = true
			s.joinedMaybe(number)
		}
	case "PING": // RFC 1459 4.6.2
		reply := append(append(append(s.line[:0], "PONG "...), params...), "\r\n"...)
		return s.write(number, reply)
	case "ERROR": // RFC 1459 4.6.4: the reason of the close that follows
		s.refusal = string(line)
	case "PRIVMSG", "NOTICE":
		if s.load != nil && s.load.stamp.within(line) {
			s.load.check.found.Strange++
		}
	default:
		if len(verb) == 3 {
			return s.numeric(number, string(verb), params, line)
		}
	}
	return nil
}

// numeric handles replies (RFC 1459 6).
func (s *swarm) numeric(number int, verb string, params, line []byte) error {
	c := &s.clients[number]
	switch verb {
	case "001": // the first parameter is the nick that the server gave
		if c.state == greeting {
			c.nick = string(firstParam(params))
			s.reach(number, registered)
		}
	case "004": // nick, server, version
		if fields := bytes.Fields(params); s.version == "" && len(fields) > 2 {
			s.version = string(fields[2])
		}
	case "366":
		if c.state == joining {
			c.names = true
			s.joinedMaybe(number)
		}
	case "433", "436": // nick in use: another one
		if c.state == greeting {
			s.retries++
			c.nick = nickOf(s.random.Uint32(), number)
			return s.write(number, append(append(append(s.line[:0], "NICK "...), c.nick...), "\r\n"...))
		}
	case "432": // the server will never like our nicks
		s.fail(fmt.Errorf("client %s: nick refused: %s", c.nick, line))
	case "263", "403", "405", "407", "437", "439", "451", "471", "473", "474", "475", "476", "477":
		s.refusal = string(line)
		if c.state == joining {
			s.refused(number, string(line))
		}
	case "404", "464", "465": // cannot send, bad password, banned: said when the job fails or ends
		s.refusal = string(line)
	}
	return nil
}

func (s *swarm) joinedMaybe(number int) {
	if c := &s.clients[number]; c.ownJoin && c.names {
		s.reach(number, joined)
	}
}
