package history

import (
	"context"
	"strconv"
	"strings"

	"madang/chat"
	"madang/wire/irc"
)

// point is a place in the order, or a time; the zero point is neither.
type point struct {
	position chat.Position
	between  bool // it lies behind the position: what is not kept has an id too
	time     chat.Time
	hasTime  bool
}

// point is what a selector names; false: an id of another server, or none.
func (r *Reader) point(s irc.Selector) (p point, ok bool) {
	if s.ID == "" {
		return point{time: chat.Time(s.Ms), hasTime: s.HasTime}, true
	}
	id := s.ID
	if i := strings.IndexByte(id, '-') + 1; i > 0 {
		if j := strings.IndexByte(id[i:], '-'); j > 0 {
			if _, err := strconv.ParseUint(id[i+j+1:], 36, 32); err != nil {
				return point{}, false
			}
			id, p.between = id[:i+j], true
		}
	}
	epoch, position, ok := chat.ParseMessageID(id)
	p.position = position
	return p, ok && epoch == r.Epoch
}

// after is the bound behind which what is later than the point begins.
func (p point) after() chat.Bound {
	switch {
	case p.hasTime && p.time <= 0:
		return chat.Bound{}
	case p.hasTime:
		return chat.Bound{Time: p.time}
	}
	return chat.Bound{Position: p.position}
}

// before is the bound before which what is earlier than the point ends.
func (p point) before() chat.Bound {
	switch {
	case p.hasTime:
		return chat.Bound{Time: max(p.time, 1)}
	case p.between:
		return chat.Bound{Position: p.position + 1}
	}
	return chat.Bound{Position: p.position}
}

// behind is before, but with what is at the point itself.
func (p point) behind() chat.Bound {
	if p.hasTime {
		return chat.Bound{Time: max(p.time+1, 1)}
	}
	return chat.Bound{Position: p.position + 1}
}

// precedes says whether a point is earlier than another. What an id names that is no
// more, or was said in another conversation, has no time: it does not precede a time
// then.
func (r *Reader) precedes(ctx context.Context, in chat.ConversationID, a, b point) (bool, error) {
	if a.hasTime == b.hasTime {
		if a.hasTime {
			return a.time < b.time, nil
		}
		return a.position < b.position || a.position == b.position && !a.between && b.between, nil
	}
	at, other, swapped := a, b, false
	if a.hasTime {
		at, other, swapped = b, a, true
	}
	m, found, err := r.History.MessageAt(ctx, at.position)
	if err != nil || !found || m.Conversation != in {
		return false, err
	}
	if swapped {
		return other.time < m.Time, nil
	}
	return m.Time < other.time, nil
}
