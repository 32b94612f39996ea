package irc

import "strings"

// Selector names a place in history (IRCv3 chathistory, "CHATHISTORY Command"): an id,
// a time, or neither, which is "*".
type Selector struct {
	ID string // as written; empty: none
	Ms int64  // since 1970, with HasTime
	// HasTime tells a time from none: 1970 began with 0.
	HasTime bool
}

// Open says whether the selector is "*".
func (s *Selector) Open() bool { return s.ID == "" && !s.HasTime }

// ParseSelector reads msgid=ID, timestamp=TIME or *. known is false for another type of
// reference, ok for one that says nothing.
func ParseSelector(word string) (s Selector, known, ok bool) {
	if word == "*" {
		return Selector{}, true, true
	}
	kind, value, _ := strings.Cut(word, "=")
	switch strings.ToLower(kind) {
	case "msgid":
		return Selector{ID: value}, true, value != ""
	case "timestamp":
		s.Ms, s.HasTime = ParseTimestamp(value)
		return s, true, s.HasTime
	}
	return Selector{}, false, false
}

// ParseTimestamp reads YYYY-MM-DDThh:mm:ss.sssZ (IRCv3 server-time), as milliseconds
// since 1970 began; the fraction may be missing or of up to nine digits.
func ParseTimestamp(text string) (ms int64, ok bool) {
	const whole = "0000-00-00T00:00:00"
	if len(text) <= len(whole) || text[len(text)-1] != 'Z' {
		return 0, false
	}
	var n [6]int64
	field := 0
	for i := range whole {
		switch c := text[i]; {
		case whole[i] != '0':
			if c != whole[i] {
				return 0, false
			}
			field++
		case c < '0' || c > '9':
			return 0, false
		default:
			n[field] = n[field]*10 + int64(c-'0')
		}
	}
	fraction, ok := milliseconds(text[len(whole) : len(text)-1])
	year, month, day, hour, minute, second := n[0], n[1], n[2], n[3], n[4], n[5]
	if !ok || month < 1 || month > 12 || day < 1 || day > daysOf(year, month) || hour > 23 || minute > 59 || second > 60 {
		return 0, false
	}
	return ((dayNumber(year, month, day)*24+hour)*60+minute)*60_000 + second*1000 + fraction, true
}

// milliseconds reads .sss, or nothing.
func milliseconds(text string) (ms int64, ok bool) {
	if text == "" {
		return 0, true
	}
	if text[0] != '.' || len(text) < 2 || len(text) > 10 {
		return 0, false
	}
	unit := int64(100)
	for _, c := range text[1:] {
		if c < '0' || c > '9' {
			return 0, false
		}
		ms += int64(c-'0') * unit
		unit /= 10
	}
	return ms, true
}

func daysOf(year, month int64) int64 {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// dayNumber is the days from 1970-01-01 on, in the Gregorian calendar. The year begins
// with March here, so that the odd day comes last.
func dayNumber(year, month, day int64) int64 {
	if month <= 2 {
		year--
		month += 12
	}
	return 365*year + year/4 - year/100 + year/400 + (153*(month-3)+2)/5 + day - 719469
}
