package config

import (
	"fmt"
	"net/netip"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"madang/auth"
	"madang/chat"
)

// Validate returns every problem of the settings, each with its path; none: they can
// be served.
func (c *Config) Validate() []Problem {
	v := &validator{}
	for _, l := range leavesOf(reflect.ValueOf(c).Elem(), "") {
		v.bounds(l)
	}
	v.storage(c)
	v.server(&c.Server)
	v.listen(c)
	v.origins(c.IRC.Origins)
	v.tls(c)
	v.networks("proxy.trusted", c.Proxy.Trusted)
	v.webIRC(&c.WebIRC)
	v.operators(c.Operators)
	v.accounts(&c.Accounts)
	v.mail(&c.Mail)
	v.text("irc.password", c.IRC.Password.Reveal())
	return v.problems
}

type validator struct{ problems []Problem }

func (v *validator) add(path, format string, args ...any) {
	v.problems = append(v.problems, Problem{Path: path, Text: fmt.Sprintf(format, args...)})
}

// bounds holds a setting against its tags.
func (v *validator) bounds(l leaf) {
	low, hasLow := l.field.bound("min")
	high, hasHigh := l.field.bound("max")
	switch l.value.Kind() {
	case reflect.Int, reflect.Float64:
		n := number(l.value)
		// Written so that NaN is out of bounds too.
		if hasLow && !(n >= low) || hasHigh && !(n <= high) {
			v.add(l.path, "must be a number from %s to %s", short(low), short(high))
		}
	case reflect.String:
		text, choices := l.value.String(), l.field.choices()
		if choices != nil && !slices.Contains(choices, text) {
			v.add(l.path, "is one of %s; it is %q", strings.Join(choices, ", "), text)
		}
		if hasHigh && len(text) > int(high) {
			v.add(l.path, "is longer than %s bytes", short(high))
		}
	}
}

func number(v reflect.Value) float64 {
	if v.CanInt() {
		return float64(v.Int())
	}
	return v.Float()
}

func short(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }

func (v *validator) storage(c *Config) {
	if c.Data == "" || strings.ContainsRune(c.Data, 0) {
		v.add("data", "name a folder")
	}
}

func (v *validator) server(s *Server) {
	if !hostName(s.Name) {
		v.add("server.name", "must look like chat.example.org: letters, digits, hyphens and at least one dot")
	}
	if s.Network == "" || !utf8.ValidString(s.Network) || strings.ContainsFunc(s.Network, notInWord) {
		v.add("server.network", "must be one word")
	}
	if !utf8.ValidString(s.MOTD) || strings.ContainsFunc(s.MOTD, func(r rune) bool { return r != '\n' && r != '\t' && unicode.IsControl(r) }) {
		v.add("server.motd", "must be text in UTF-8 without control characters")
	}
	if name, ok := strings.CutPrefix(s.Lobby, "#"); !ok || name == "" || !utf8.ValidString(name) || strings.ContainsFunc(name, notInRoom) {
		v.add("server.lobby", "must be the name of a room: a # and then letters or digits")
	}
}

func notInWord(r rune) bool { return unicode.IsSpace(r) || !unicode.IsPrint(r) }

func notInRoom(r rune) bool { return notInWord(r) || strings.ContainsRune("#,:*?!@", r) }

// hostName says whether a name has the shape of RFC 1123 2.1 and a dot in it.
func hostName(name string) bool {
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for _, r := range label {
			if r > unicode.MaxASCII || !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '-' {
				return false
			}
		}
	}
	return strings.Contains(name, ".")
}

func (v *validator) listen(c *Config) {
	taken := map[string]string{}
	for _, at := range []struct{ path, address string }{
		{"listen.line", c.Listen.Line}, {"listen.irc", c.Listen.IRC}, {"listen.ircs", c.Listen.IRCS},
		{"irc.websocket", c.IRC.WebSocket}, {"irc.websocket_tls", c.IRC.WebSocketTLS},
	} {
		if at.address == "" {
			continue
		}
		port, why := checkAddress(at.address)
		if why != "" {
			v.add(at.path, "%s", why)
		}
		if other := taken[at.address]; other != "" && port != 0 {
			v.add(at.path, "is the same address as %s", other)
		}
		taken[at.address] = at.path
	}
}

// checkAddress says what is wrong with an address to listen at. A name is no address:
// looking it up would call somebody.
func checkAddress(address string) (port uint16, why string) {
	host, text, ok := cutPort(address)
	if !ok {
		return 0, fmt.Sprintf("must look like 127.0.0.1:9999 or :9999, not %q", address)
	}
	n, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return 0, fmt.Sprintf("the port is a number from 0 to 65535, not %q", text)
	}
	if _, err := netip.ParseAddr(host); err != nil && host != "" && host != "localhost" {
		return 0, fmt.Sprintf("the host is an address of this machine like 127.0.0.1 or [::1], localhost, or empty for all; not %q", host)
	}
	return uint16(n), ""
}

// cutPort cuts host:port and [host]:port at the colon.
func cutPort(address string) (host, port string, ok bool) {
	i := strings.LastIndexByte(address, ':')
	if i < 0 {
		return "", "", false
	}
	host, port = address[:i], address[i+1:]
	inner, opened := strings.CutPrefix(host, "[")
	inner, closed := strings.CutSuffix(inner, "]")
	return inner, port, opened == closed && (opened || !strings.Contains(host, ":"))
}

func (v *validator) operators(operators []Operator) {
	seen := map[string]bool{}
	for i, o := range operators {
		path := elementPath("operator", i)
		switch {
		case o.Name == "" || strings.ContainsFunc(o.Name, notInWord):
			v.add(path+".name", "must be one word")
		case seen[o.Name]:
			v.add(path+".name", "%q stands twice", o.Name)
		}
		seen[o.Name] = true
		v.hash(path+".password_hash", o.PasswordHash)
		if _, ok := chat.ParsePermission(o.Powers); !ok {
			v.add(path+".powers", "is all, moderator, or powers with commas between, like kill,ban; there is no %q", o.Powers)
		}
		for _, mask := range o.Masks {
			if mask == "" || len(mask) > 200 || strings.ContainsFunc(mask, notInWord) {
				v.add(path+".masks", "a mask looks like nick!username@host and has at most 200 bytes, not %q", mask)
			}
		}
	}
}

func (v *validator) hash(path string, hash auth.Secret) {
	if hash.IsZero() {
		v.add(path, "is missing; madang config hash makes one")
		return
	}
	if _, err := auth.Cost(hash.Reveal()); err != nil {
		v.add(path, "%v; madang config hash makes one", err)
	}
}

// text checks a secret that arrives in one line of a protocol; it is not shown.
func (v *validator) text(path, text string) {
	if len(text) > auth.PasswordBytesMax || !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) {
		v.add(path, "must be one line of text of at most %d bytes", auth.PasswordBytesMax)
	}
}
