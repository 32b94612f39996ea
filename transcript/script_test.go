package transcript

import (
	"errors"
	"fmt"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"time"

	"madang/chat"
	"madang/gateway"
)

// An action is a line of a script that makes something happen.
type action struct {
	pattern *regexp.Regexp
	do      func(p *play, words []string) error
}

// actions is how lines are understood; the first that fits counts.
func actions() []action {
	const way = `(line|irc|ircs)(?: in (cp949))?(?: from (\S+))?( through the proxy)?(?: showing the certificate (\w+))?( without TLS)?`
	list := []struct {
		pattern string
		do      func(p *play, words []string) error
	}{
		{`(\w+) connects by ` + way, (*play).connects},
		{`(\w+) enters by ` + way + `(?: with (.+))?`, (*play).enters},
		{`(\w+)(?:\*(\d+))?>(\|?) ?(.*)`, (*play).types},
		{`(\w+) leaves`, onPerson((*person).leaves)},
		{`(\w+) is cut off`, onPerson(func(q *person) { q.peer.Reset() })},
		{`(\w+) says no more`, onPerson(func(q *person) { q.peer.CloseWrite() })},
		{`(\w+) stops reading`, onPerson(func(q *person) { q.peer.SetWindow(0) })},
		{`(\w+) reads again`, onPerson(func(q *person) { q.peer.SetWindow(1 << 20) })},
		{`-- (\d\S*)`, (*play).waits},
		{`-- the clock is set back by (\S+)`, (*play).setsBack},
		{`-- the pace is (\d+) lines at once, then (\d+) a second`, (*play).paces},
		{`-- the operator bans (\S+) for (.+)`, (*play).bans},
		{`-- the disk is full`, onDisk(func(d *disk) { d.fills() })},
		{`-- the disk does not say whether it stored the next batch, which it did`, onDisk(func(d *disk) { d.doubts(true) })},
		{`-- the disk does not say whether it stored the next batch, which it did not`, onDisk(func(d *disk) { d.doubts(false) })},
		{`-- the disk works again`, onDisk(func(d *disk) { d.works() })},
		{`-- the server stops`, func(p *play, _ []string) error { return p.house.stop() }},
		{`-- the server is killed`, (*play).kill},
		{`-- the server starts again`, (*play).startsAgain},
		{`-- the settings say sts_days = (\d+)`, (*play).setsSTS},
		{`-- the operator asks netstat`, (*play).netstat},
	}
	table := make([]action, 0, len(list))
	for _, a := range list {
		table = append(table, action{regexp.MustCompile(`^` + a.pattern + `$`), a.do})
	}
	return table
}

func onPerson(f func(*person)) func(*play, []string) error {
	return func(p *play, words []string) error {
		q, err := p.person(words[0])
		if err == nil {
			f(q)
		}
		return err
	}
}

func onDisk(f func(*disk)) func(*play, []string) error {
	return func(p *play, _ []string) error {
		f(p.house.disk)
		return nil
	}
}

// shown fits the lines of a script that say what people see: they are written anew.
var shown = regexp.MustCompile(`^\w+((\*\d+)?<( |$)| is hung up$| is thrown off the line$)`)

// play runs a script, and gives it as it should read.
func (p *play) run(script string) (string, error) {
	var out strings.Builder
	for i, text := range strings.Split(strings.TrimSuffix(script, "\n"), "\n") {
		if shown.MatchString(text) {
			continue
		}
		out.WriteString(text + "\n")
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		if err := p.act(text); err != nil {
			return "", fmt.Errorf("line %d, %s: %w", i+1, text, err)
		}
		p.settle()
		out.WriteString(p.asked)
		p.asked = ""
		for _, q := range p.people {
			out.WriteString(q.seen())
			if q.fault != nil {
				return "", fmt.Errorf("line %d, %s: %w", i+1, text, q.fault)
			}
		}
	}
	return out.String(), nil
}

func (p *play) act(text string) error {
	for _, a := range p.actions {
		if words := a.pattern.FindStringSubmatch(text); words != nil {
			return a.do(p, words[1:])
		}
	}
	return errors.New("nobody knows what that means; see testdata/README.md")
}

func (p *play) bans(words []string) error {
	address, err := netip.ParseAddr(words[0])
	if err != nil {
		return err
	}
	return p.house.begin(&chat.AddBan{Ban: chat.ServerBan{
		Target: words[0], Prefix: gateway.CoreAddress(address), Bits: 128, Reason: words[1],
	}})
}

func (p *play) waits(words []string) error {
	d, err := time.ParseDuration(words[0])
	time.Sleep(d)
	return err
}

func (p *play) setsBack(words []string) error {
	d, err := time.ParseDuration(words[0])
	p.house.clock.Add(int64(-d))
	return err
}

// repeated is {{text*times}} in what somebody types.
var repeated = regexp.MustCompile(`\{\{(.+?)\*(\d+)\}\}`)

// byteOf is \xNN in what somebody types.
var byteOf = regexp.MustCompile(`\\x[0-9a-f]{2}`)

// typed is the bytes that a text in a script stands for.
func typed(text string) string {
	text = repeated.ReplaceAllStringFunc(text, func(found string) string {
		parts := repeated.FindStringSubmatch(found)
		times, _ := strconv.Atoi(parts[2])
		return strings.Repeat(parts[1], times)
	})
	return byteOf.ReplaceAllStringFunc(text, func(found string) string {
		n, _ := strconv.ParseUint(found[2:], 16, 8)
		return string([]byte{byte(n)})
	})
}
