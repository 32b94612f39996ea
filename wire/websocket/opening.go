package websocket

import (
	"bytes"
	"crypto/sha1"
	"encoding/base64"
	"strconv"
	"strings"
)

// Policy is whom a server lets in.
type Policy struct {
	// Paths are where there is a WebSocket, each like /irc; a slash at the end of a
	// request's makes no difference. Empty: anywhere.
	Paths []string
	// Origins are the web sites, like https://chat.example.org, whose pages may connect
	// besides those of the host that is asked for; "*" is all. Programs that are no
	// browsers name none, and may.
	Origins []string
}

// Verdict is what became of a request.
type Verdict struct {
	// Status is that of the answer: 101 is the beginning of the WebSocket.
	Status int
	// Protocol is what was agreed on, with Status 101.
	Protocol Protocol
	// Answer is the response to send; the connection is closed after any but 101.
	Answer []byte
}

// Opening reads the request that opens a connection, wherever its reads end. It keeps
// what is not whole. The zero value is ready.
type Opening struct{ rest []byte }

// Next judges the request once it is whole, or is known to be none. While ok is false
// all of data was taken and more is needed. left is what follows the request.
func (o *Opening) Next(data []byte, p *Policy) (v Verdict, left []byte, ok bool) {
	before := len(o.rest)
	all := data
	if before > 0 {
		all = append(o.rest, data...)
	}
	head, end := request(all)
	if head == nil || len(head) > RequestBytesMax {
		if len(all) > RequestBytesMax {
			return refuse(431, "The request is longer than 8 KiB."), nil, true
		}
		if first, _, whole := bytes.Cut(all, []byte("\n")); whole && !isRequestLine(string(trimCR(first))) {
			return notHTTP(), nil, true
		}
		o.rest = append(o.rest, data...)
		return Verdict{}, nil, false
	}
	o.rest = nil
	return judge(string(head), p), data[end-before:], true
}

// Rest is the unfinished request so far; valid until the next call.
func (o *Opening) Rest() []byte { return o.rest }

// request is a whole request without the empty line at its end, and where it ends; nil:
// it is not whole.
func request(all []byte) (head []byte, end int) {
	for at := 0; ; {
		n := bytes.IndexByte(all[at:], '\n')
		if n < 0 {
			return nil, 0
		}
		line := trimCR(all[at : at+n])
		if end = at + n + 1; len(line) == 0 {
			return all[:at:at], end
		}
		at = end
	}
}

func trimCR(line []byte) []byte { return bytes.TrimSuffix(line, []byte("\r")) }

// isRequestLine is RFC 9112 3: method SP target SP version.
func isRequestLine(line string) bool {
	words := strings.Split(line, " ")
	return len(words) == 3 && isToken(words[0]) && words[1] != "" && strings.HasPrefix(words[2], "HTTP/")
}

// isToken is RFC 9110 5.6.2.
func isToken(s string) bool {
	for _, c := range []byte(s) {
		alphanumeric := 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9'
		if !alphanumeric && strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		}
	}
	return s != ""
}

// judge is RFC 6455 4.2.1 and 4.2.2 on a whole request.
func judge(head string, p *Policy) Verdict {
	line, fields, _ := strings.Cut(head, "\n")
	line = strings.TrimSuffix(line, "\r")
	if !isRequestLine(line) {
		return notHTTP()
	}
	words := strings.Split(line, " ")
	h, ok := parseHeader(fields)
	switch {
	case !ok:
		return refuse(400, "The request is malformed.")
	case words[2] != "HTTP/1.1":
		return refuse(400, "A WebSocket begins with a request of HTTP/1.1.")
	case h.count("host") != 1:
		return refuse(400, "The request must have one Host.")
	case words[0] != "GET":
		return refuse(405, "A WebSocket begins with GET.", "Allow: GET")
	case !p.knows(words[1]):
		return refuse(404, "There is no WebSocket at this path.")
	}
	return h.judge(p)
}

// judge holds the fields of a request against RFC 6455 4.2.1.
func (h header) judge(p *Policy) Verdict {
	key := h.value("sec-websocket-key")
	switch {
	case !h.has("upgrade", "websocket") || !h.has("connection", "upgrade"):
		return refuse(426, "This is a WebSocket for IRC clients: it has no pages.", "Upgrade: websocket")
	case h.count("sec-websocket-version") != 1 || h.value("sec-websocket-version") != "13":
		return refuse(426, "The version of WebSocket here is 13.", "Upgrade: websocket", "Sec-WebSocket-Version: 13")
	case h.count("sec-websocket-key") != 1 || !isKey(key):
		return refuse(400, "Sec-WebSocket-Key must be 16 bytes in base64.")
	case h.count("content-length") > 1 || h.count("content-length") == 1 && h.value("content-length") != "0" || h.count("transfer-encoding") > 0:
		return refuse(400, "The request must have no body.")
	case h.count("origin") > 1:
		return refuse(400, "The request names more than one Origin.")
	case h.count("origin") == 1 && !p.allows(h.value("origin"), h.value("host")):
		return refuse(403, "Pages of this web site may not connect here; the operator of the server can allow them.")
	}
	return h.accept(key)
}

// knows says whether there is a WebSocket at a request's target.
func (p *Policy) knows(target string) bool {
	path, _, _ := strings.Cut(target, "?")
	if len(p.Paths) == 0 {
		return strings.HasPrefix(path, "/")
	}
	for _, known := range p.Paths {
		if strings.TrimSuffix(path, "/") == strings.TrimSuffix(known, "/") && path != "" {
			return true
		}
	}
	return false
}

// allows says whether pages of an origin (RFC 6454 6.2) may connect to a host.
func (p *Policy) allows(origin, host string) bool {
	for _, o := range p.Origins {
		if o == "*" || strings.EqualFold(o, origin) {
			return true
		}
	}
	_, site, ok := strings.Cut(origin, "://")
	return ok && site != "" && !strings.ContainsAny(site, "@/?#\\") && strings.EqualFold(withoutPort(site), withoutPort(host))
}

// withoutPort is the host of host:port.
func withoutPort(host string) string {
	if i := strings.LastIndexByte(host, ':'); i > strings.LastIndexByte(host, ']') {
		return host[:i]
	}
	return host
}

// isKey says whether a nonce has its 16 bytes (RFC 6455 4.1).
func isKey(key string) bool {
	b, err := base64.StdEncoding.DecodeString(key)
	return err == nil && len(b) == 16
}

// accept is the answer that begins the WebSocket, with the first sub-protocol offered
// that is known here.
func (h header) accept(key string) Verdict {
	v := Verdict{Status: 101}
	sum := sha1.Sum([]byte(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	v.Answer = append(v.Answer, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "...)
	v.Answer = base64.StdEncoding.AppendEncode(v.Answer, sum[:])
	for name := range h.words("sec-websocket-protocol") {
		if p, ok := named(name); ok {
			v.Protocol = p
			v.Answer = append(append(v.Answer, "\r\nSec-WebSocket-Protocol: "...), name...)
			break
		}
	}
	v.Answer = append(v.Answer, "\r\n\r\n"...)
	return v
}

// notHTTP answers what is no request, such as IRC without a WebSocket.
func notHTTP() Verdict {
	return refuse(400, "This is a WebSocket: it begins with a request of HTTP/1.1. IRC clients that are no web pages use the server's other ports.")
}

// refuse is an answer after which the connection is closed, with further header lines.
func refuse(status int, text string, fields ...string) Verdict {
	return Verdict{Status: status, Answer: Refusal(status, text, fields...)}
}

// Refusal is an answer in HTTP after which the connection is closed: a status from 400
// on, a sentence, and further header lines.
func Refusal(status int, text string, fields ...string) []byte {
	b := strconv.AppendInt([]byte("HTTP/1.1 "), int64(status), 10)
	b = append(append(b, ' '), phrase(status)...)
	for _, f := range fields {
		b = append(append(b, "\r\n"...), f...)
	}
	if len(fields) > 0 && strings.HasPrefix(fields[0], "Upgrade:") {
		b = append(b, "\r\nConnection: upgrade, close"...) // RFC 9110 7.8
	} else {
		b = append(b, "\r\nConnection: close"...)
	}
	b = append(b, "\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: "...)
	b = strconv.AppendInt(b, int64(len(text)+1), 10)
	return append(append(append(b, "\r\n\r\n"...), text...), '\n')
}

// phrase is what HTTP calls a status.
func phrase(status int) string {
	switch status {
	case 403:
		return "Forbidden"
	case 404:
		return "Not Found"
	case 405:
		return "Method Not Allowed"
	case 408:
		return "Request Timeout"
	case 426:
		return "Upgrade Required"
	case 431:
		return "Request Header Fields Too Large"
	}
	return "Bad Request"
}
