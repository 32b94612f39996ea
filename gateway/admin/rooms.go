package admin

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"madang/chat"
	"madang/chat/core"
	"madang/engine"
	"madang/gateway"
)

// Room is a room as operators see it.
type Room struct {
	Name      string            `json:"name"`
	People    int               `json:"people"`
	Founder   string            `json:"founder"` // an account; empty: not registered
	Permanent bool              `json:"permanent"`
	Made      time.Time         `json:"made"`
	Days      int               `json:"retention_days"`     // 0: no bound of its own
	Messages  int               `json:"retention_messages"` // 0: no bound
	Settings  map[string]string `json:"settings"`           // what room set has changed, by its names
	Access    []Access          `json:"access,omitempty"`   // room-show alone
	Masks     []Mask            `json:"masks,omitempty"`    // room-show alone
}

// Access is an account that enters a room with a rank.
type Access struct {
	Account string `json:"account"`
	Rank    string `json:"rank"`
}

// Mask is an entry in one of a room's lists.
type Mask struct {
	List    string    `json:"list"` // ban, ban-exception or invitation
	Mask    string    `json:"mask"`
	By      string    `json:"by"`
	At      time.Time `json:"at"`
	Expires time.Time `json:"expires,omitzero"` // zero: never
}

func (g *Gateway) roomList(ctx context.Context, _ *Request) (any, error) {
	rooms := []Room{}
	err := g.house.Engine.Call(ctx, func(l engine.Loop) {
		for r := range l.State().Rooms() {
			rooms = append(rooms, roomOf(l.State(), r))
		}
	})
	slices.SortFunc(rooms, func(a, b Room) int { return strings.Compare(a.Name, b.Name) })
	return rooms, err
}

func (g *Gateway) roomShow(ctx context.Context, r *Request) (any, error) {
	var out Room
	found, now := false, g.house.Now()
	err := g.house.Engine.Call(ctx, func(l engine.Loop) {
		if room := l.State().RoomByName(r.Room); room != nil {
			out, found = roomOf(l.State(), room), true
			out.Access, out.Masks = accessOf(l.State(), room), masksOf(room, now)
		}
	})
	if err == nil && !found {
		err = refusedBy(&chat.Refusal{Code: chat.NoSuchRoom, Room: r.Room})
	}
	return out, err
}

func roomOf(s *core.State, r *core.Room) Room {
	out := Room{Name: r.Name(), People: r.Size(), Founder: gateway.AccountName(s, r.Founder()), Permanent: r.Permanent(), Made: timeOf(r.Created())}
	out.Days, out.Messages = r.Retention()
	texts := map[string]string{
		"key": r.Key(), "entry": r.Entry(), "successor": gateway.AccountName(s, r.Successor()),
		"limit": strconv.Itoa(r.Limit()), "slow": strconv.Itoa(r.Slow()), "mention-all": r.MentionAll().String(),
	}
	if to := s.ForwardOf(r); to != nil {
		texts["forward"] = to.Name()
	}
	for name, setting := range roomSettings() {
		if setting.kind == switchKind && r.Has(setting.aspect) {
			texts[name] = "on"
		}
	}
	maps.DeleteFunc(texts, func(_, text string) bool { return text == "" || text == "0" })
	out.Settings = texts
	return out
}

func accessOf(s *core.State, r *core.Room) (list []Access) {
	for _, a := range r.Access() {
		list = append(list, Access{gateway.AccountName(s, a.Account), a.Rank.String()})
	}
	return list
}

// masksOf are the entries of a room's lists that are in force.
func masksOf(r *core.Room, now chat.Time) (list []Mask) {
	add := func(name string, entries []chat.MaskRecord) {
		for i := range entries {
			if e := &entries[i]; e.InForce(now) {
				list = append(list, Mask{List: name, Mask: e.Mask, By: e.By, At: timeOf(e.At), Expires: timeOf(e.Expires)})
			}
		}
	}
	add("ban", r.List(chat.Ban))
	add("ban-exception", r.List(chat.BanException))
	add("invitation", r.List(chat.InviteMask))
	return list
}
