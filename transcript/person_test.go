package transcript

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing/synctest"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/korean"

	"madang/conn"
)

// play is a script being played.
type play struct {
	house   *house
	actions []action
	people  []*person // in the order in which they first came
	asked   string    // what the operator was answered, to be shown
}

// person is somebody with a program and a connection.
type person struct {
	name    string
	gateway string
	from    string // the address
	cp949   bool
	peer    *conn.Peer
	stream  io.ReadWriter // over the peer, in clear or in TLS
	reader  sync.WaitGroup
	token   string // the last that he was given
	fault   error  // of the server, in what was seen

	mu   sync.Mutex // guards what follows
	came []byte
	end  string // how the connection ended; empty: it did not, or is told
	over bool   // it has ended
}

func (p *play) person(name string) (*person, error) {
	for _, q := range p.people {
		if q.name == name {
			return q, nil
		}
	}
	return nil, fmt.Errorf("%s has not come yet", name)
}

// settle waits until the server has nothing left to do.
func (p *play) settle() { synctest.Wait() }

// connects opens a connection: name, listener, charset, address, through a proxy,
// certificate, without TLS.
func (p *play) connects(words []string) error {
	name, at := words[0], words[3]
	if at == "" {
		at = fmt.Sprintf("192.0.2.%d", len(p.people)+1)
		if q, err := p.person(name); err == nil {
			at = q.from
		}
	}
	address, err := netip.ParseAddr(at)
	if err != nil {
		return err
	}
	q := &person{name: name, gateway: strings.TrimSuffix(words[1], "s"), from: at, cp949: words[2] != ""}
	if before, err := p.person(name); err == nil {
		q.token = before.token
	}
	if err := p.house.dial(q, words[1], address, words[4] != "", words[5], words[6] == ""); err != nil {
		return err
	}
	q.reader.Go(q.reads)
	for i := range p.people {
		if p.people[i].name == name { // once more
			p.people[i].peer.Close()
			p.people[i] = q
			return nil
		}
	}
	p.people = append(p.people, q)
	return nil
}

// enters brings somebody into the lobby by name. What he reads meanwhile is left out.
func (p *play) enters(words []string) error {
	if err := p.connects(words[:7]); err != nil {
		return err
	}
	q, _ := p.person(words[0])
	sign := " You are called " + q.name + " now."
	lines := []string{"/nick " + q.name}
	if q.gateway == "irc" {
		sign = " 366 " + q.name + " #lobby "
		lines = []string{"NICK " + q.name, "USER " + q.name + " 0 * :" + q.name, "JOIN #lobby"}
		if words[7] != "" {
			lines = append([]string{"CAP REQ :" + words[7]}, lines...)
			lines[3] = "CAP END\r\nJOIN #lobby"
		}
	}
	for _, text := range lines {
		if err := q.send(text + q.newline()); err != nil {
			return err
		}
	}
	p.settle()
	if all := q.seen(); !strings.Contains(all, sign) {
		return fmt.Errorf("he cannot come in:\n%s", all)
	}
	return nil
}

func (q *person) newline() string {
	if q.gateway == "irc" {
		return "\r\n"
	}
	return "\n"
}

// types sends a line: name, times, | for a line without its end, text.
func (p *play) types(words []string) error {
	q, err := p.person(words[0])
	if err != nil {
		return err
	}
	times := 1
	if words[1] != "" {
		times, _ = strconv.Atoi(words[1])
	}
	end := q.newline()
	if words[2] != "" {
		end = ""
	}
	for i := range times {
		text := strings.ReplaceAll(words[3], "{{n}}", strconv.Itoa(i+1))
		text = strings.ReplaceAll(text, "{{token}}", q.token)
		if err := q.send(typed(text) + end); err != nil {
			return err
		}
		p.settle() // what the server does with one line must not depend on when the next comes
	}
	return nil
}

func (q *person) send(text string) error {
	if q.cp949 {
		var err error
		if text, err = korean.EUCKR.NewEncoder().String(text); err != nil {
			return err
		}
	}
	_, err := io.WriteString(q.stream, text)
	if errors.Is(err, net.ErrClosed) || errors.Is(err, syscall.EPIPE) {
		return nil // nobody hears it; the script shows that he is hung up
	}
	return err
}

// reads keeps what comes, until the end; then it hangs up, as programs do.
func (q *person) reads() {
	buffer := make([]byte, 64<<10)
	for {
		n, err := q.stream.Read(buffer)
		q.mu.Lock()
		if q.over { // the server was killed
			q.mu.Unlock()
			return
		}
		q.came, q.over = append(q.came, buffer[:n]...), err != nil
		switch {
		case err == nil || errors.Is(err, net.ErrClosed):
		case errors.Is(err, io.EOF):
			q.end = " is hung up\n"
		default:
			q.end = " is thrown off the line\n"
		}
		q.mu.Unlock()
		if err != nil {
			q.peer.Close()
			return
		}
	}
}

// seen is what came since the last time, as a script shows it.
func (q *person) seen() string {
	q.mu.Lock()
	came, end := string(q.came), q.end
	q.came, q.end = nil, ""
	q.mu.Unlock()
	if m := token.FindAllStringSubmatch(came, -1); m != nil {
		q.token = m[len(m)-1][1]
	}
	var out strings.Builder
	lines := slices.Collect(strings.Lines(came))
	for len(lines) > 0 {
		times := 1
		for times < len(lines) && lines[times] == lines[0] {
			times++
		}
		out.WriteString(q.shows(lines[0], times))
		lines = lines[times:]
	}
	if end != "" {
		out.WriteString(q.name + end)
	}
	return out.String()
}

// shows is a line that came so many times, as a script has it.
func (q *person) shows(text string, times int) string {
	who := q.name
	if times > 1 {
		who += "*" + strconv.Itoa(times)
	}
	text, whole := strings.CutSuffix(text, q.newline())
	if q.gateway == "irc" && tooLong(text) {
		q.fault = fmt.Errorf("%s is sent a line of IRC that is too long: %d bytes, tags included", q.name, len(text))
	}
	if q.cp949 {
		text, _ = korean.EUCKR.NewDecoder().String(text)
	}
	shape := strings.TrimRight(who+"< "+visible(text), " ")
	if !whole {
		shape += " (no end of line)"
	}
	return shape + "\n"
}

// tooLong says whether a line has, beside its tags, more than 510 bytes. It may not:
// programs cut off the rest.
func tooLong(text string) bool {
	if strings.HasPrefix(text, "@") {
		_, text, _ = strings.Cut(text, " ")
	}
	return len(text) > 510
}

// token finds what a welcome in JSON carries.
var token = regexp.MustCompile(`"token":"([^"]+)"`)

// runMin is from how many equal characters on a run is shown as {{x*times}}.
const runMin = 40

// visible is a text as a script shows it: nothing of it is lost.
func visible(text string) string {
	var out strings.Builder
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		shape := text[i : i+size]
		switch {
		case r == utf8.RuneError && size == 1, r < ' ', r == 0x7f:
			shape = fmt.Sprintf(`\x%02x`, text[i])
		case unicode.Is(unicode.Cf, r) || unicode.IsControl(r):
			shape = fmt.Sprintf(`\u%04x`, r)
		}
		times := 1
		for strings.HasPrefix(text[i+times*size:], text[i:i+size]) {
			times++
		}
		if times < runMin {
			out.WriteString(shape)
			i += size
			continue
		}
		fmt.Fprintf(&out, "{{%s*%d}}", shape, times)
		i += times * size
	}
	return out.String()
}
