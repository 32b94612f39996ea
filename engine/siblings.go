package engine

import (
	"iter"

	"madang/chat"
)

// siblings are the sessions of each user: the first of them, which leads to the others in
// the order in which they came. Nearly everybody has one, and a list costs him nothing.
type siblings map[chat.UserID]*Session

// of are a user's sessions. They may be taken away while they are looked at.
func (b siblings) of(user chat.UserID) iter.Seq[*Session] {
	return func(yield func(*Session) bool) {
		for s := b[user]; s != nil; {
			next := s.sibling
			if !yield(s) {
				return
			}
			s = next
		}
	}
}

// add puts a session behind its user's others.
func (b siblings) add(user chat.UserID, s *Session) {
	s.sibling = nil
	last := b[user]
	if last == nil {
		b[user] = s
		return
	}
	for last.sibling != nil {
		last = last.sibling
	}
	last.sibling = s
}

// remove takes a session away from its user's.
func (b siblings) remove(user chat.UserID, s *Session) {
	first := b[user]
	if first != s {
		for first != nil && first.sibling != s {
			first = first.sibling
		}
		if first != nil {
			first.sibling = s.sibling
		}
	} else if s.sibling == nil {
		delete(b, user)
	} else {
		b[user] = s.sibling
	}
	s.sibling = nil
}
