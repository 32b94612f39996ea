package irc

import (
	"strconv"
	"strings"
)

// CTCP recognises a client-to-client message: \x01COMMAND args\x01, whose last \x01 may
// be missing (modern.ircdocs.horse/ctcp, "Message Syntax"). The command comes in capitals.
func CTCP(text string) (command, args string, ok bool) {
	if len(text) < 2 || text[0] != 1 {
		return "", "", false
	}
	body := strings.TrimSuffix(text[1:], "\x01")
	command, args, _ = strings.Cut(body, " ")
	if command == "" || strings.IndexByte(body, 1) >= 0 {
		return "", "", false
	}
	return strings.ToUpper(command), args, true
}

// DCC is an offer of a direct connection: the arguments of a CTCP DCC
// (modern.ircdocs.horse/dcc).
type DCC struct {
	Type     string // CHAT, SEND, RESUME, ACCEPT, in capitals
	Argument string // file name without its quotes, or "chat"
	Host     string // as written: a decimal IPv4 address, or an IPv6 one; none for RESUME and ACCEPT
	Port     uint16 // 0 in a passive offer
	Extra    string // what follows: size, position, token
}

// ParseDCC reads the arguments of a CTCP DCC; ok is false for what no client could use.
func ParseDCC(args string) (offer DCC, ok bool) {
	kind, rest, _ := strings.Cut(args, " ")
	offer.Type = strings.ToUpper(kind)
	if strings.HasPrefix(rest, `"`) {
		offer.Argument, rest, ok = strings.Cut(rest[1:], `"`)
		rest = strings.TrimPrefix(rest, " ")
	} else {
		offer.Argument, rest, ok = strings.Cut(rest, " ")
	}
	if !ok || kind == "" || offer.Argument == "" {
		return DCC{}, false
	}
	if offer.Type != "RESUME" && offer.Type != "ACCEPT" {
		offer.Host, rest, ok = strings.Cut(rest, " ")
	}
	var port string
	port, offer.Extra, _ = strings.Cut(rest, " ")
	n, err := strconv.ParseUint(port, 10, 16)
	offer.Port = uint16(n)
	if !ok || err != nil {
		return DCC{}, false
	}
	return offer, true
}
