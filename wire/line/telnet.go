package line

// Telnet's bytes (RFC 854).
const (
	iac            = 0xFF
	telnetSE       = 0xF0 // the first of the commands
	telnetSB       = 0xFA
	telnetWill     = 0xFB // WILL, WONT, DO and DONT up to 0xFE take an option
	telnetDont     = 0xFE
	subnegotiation = 1024 // bytes after which a subnegotiation without end is given up
)

// telnet says of each byte whether it is text. It answers nothing: an option that is
// never agreed to is off.
type telnet struct {
	state   telnetState
	skipped uint16 // bytes of the subnegotiation; <= subnegotiation
}

type telnetState uint8

const (
	telnetText telnetState = iota
	telnetCommand
	telnetOption
	telnetSub
	telnetSubCommand
)

// text takes one byte and tells whether it belongs to the text. IAC before a byte that
// is no command is dropped alone, so that no newline is lost to it.
func (t *telnet) text(c byte) bool {
	switch t.state {
	case telnetCommand:
		return t.command(c)
	case telnetOption:
		t.state = telnetText
		return false
	case telnetSub, telnetSubCommand:
		t.sub(c)
		return false
	}
	if c == iac {
		t.state = telnetCommand
		return false
	}
	return true
}

func (t *telnet) command(c byte) bool {
	t.state = telnetText
	switch {
	case c == telnetSB:
		*t = telnet{state: telnetSub}
	case telnetWill <= c && c <= telnetDont:
		t.state = telnetOption
	case c == iac || c < telnetSE:
		return true
	}
	return false
}

func (t *telnet) sub(c byte) {
	ended := t.state == telnetSubCommand && c == telnetSE
	if t.skipped++; ended || t.skipped == subnegotiation {
		*t = telnet{}
		return
	}
	if t.state == telnetSub && c == iac {
		t.state = telnetSubCommand
		return
	}
	t.state = telnetSub
}
