package irc

import (
	"iter"
	"strconv"
	"strings"
)

// List yields the entries of a comma-separated parameter, empty ones left out.
func List(param string) iter.Seq[string] {
	return func(yield func(string) bool) {
		for rest := param; rest != ""; {
			var entry string
			entry, rest, _ = strings.Cut(rest, ",")
			if entry != "" && !yield(entry) {
				return
			}
		}
	}
}

// Capability is one entry of a CAP list (IRCv3 capability-negotiation).
type Capability struct {
	Name   string
	Value  string // what stood behind '='
	Remove bool   // a '-' stood in front
}

// Capabilities yields the entries of a CAP REQ, LS, ACK, NEW or DEL list.
func Capabilities(param string) iter.Seq[Capability] {
	return func(yield func(Capability) bool) {
		for rest := param; rest != ""; {
			var entry string
			entry, rest, _ = strings.Cut(rest, " ")
			name, value, _ := strings.Cut(entry, "=")
			bare := strings.TrimPrefix(name, "-")
			if bare != "" && !yield(Capability{Name: bare, Value: value, Remove: bare != name}) {
				return
			}
		}
	}
}

// Bound is a number that may be missing.
type Bound struct {
	Set bool
	N   int
}

// ListFilter is what LIST was asked to show (modern.ircdocs.horse, "ELIST Parameter").
// All of it must hold; names and masks are as written, not folded. Comparisons are
// strict, ages in minutes.
type ListFilter struct {
	Names    []string // exact channels; empty means all
	Masks    []string // M: globs of which one must match
	NotMasks []string // N: globs of which none may match

	MembersOver, MembersUnder   Bound // U: >n, <n
	CreatedOver, CreatedUnder   Bound // C: C>n created more than n minutes ago, C<n less
	TopicSetOver, TopicSetUnder Bound // T: T>n topic set more than n minutes ago, T<n less
}

// ParseListFilter reads the comma-separated conditions of LIST. What looks like a
// condition without a number in it is taken as a channel name.
func ParseListFilter(param string) ListFilter {
	var filter ListFilter
	for entry := range List(param) {
		if bound, digits := filter.bound(entry); bound != nil {
			if n, err := strconv.ParseUint(digits, 10, 31); err == nil {
				*bound = Bound{Set: true, N: int(n)}
				continue
			}
		}
		switch {
		case entry[0] == '!' && len(entry) > 1:
			filter.NotMasks = append(filter.NotMasks, entry[1:])
		case strings.ContainsAny(entry, "*?"):
			filter.Masks = append(filter.Masks, entry)
		default:
			filter.Names = append(filter.Names, entry)
		}
	}
	return filter
}

// bound finds the condition that entry begins with and what follows it.
func (l *ListFilter) bound(entry string) (bound *Bound, digits string) {
	prefixes := [...]struct {
		prefix string
		bound  *Bound
	}{
		{">", &l.MembersOver}, {"<", &l.MembersUnder},
		{"C>", &l.CreatedOver}, {"C<", &l.CreatedUnder},
		{"T>", &l.TopicSetOver}, {"T<", &l.TopicSetUnder},
	}
	for _, p := range prefixes {
		if len(entry) > len(p.prefix) && strings.EqualFold(entry[:len(p.prefix)], p.prefix) {
			return p.bound, entry[len(p.prefix):]
		}
	}
	return nil, ""
}
