package admin

import (
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"madang/chat"
)

func (g *Gateway) roomOpen(ctx context.Context, r *Request) (any, error) {
	_, err := g.ask(ctx, &chat.OpenRoom{Room: r.Room, Permanent: r.Permanent})
	return nil, err
}

func (g *Gateway) roomRetention(ctx context.Context, r *Request) (any, error) {
	_, err := g.ask(ctx, &chat.SetRetention{Room: r.Room, Days: r.Days, Messages: r.Messages})
	return nil, err
}

// roomRegister gives a room to an account, and keeps it from vanishing.
func (g *Gateway) roomRegister(ctx context.Context, r *Request) (any, error) {
	if r.Account == "" {
		return nil, refuse("bad-value", "Say whose room it is to be: the name of an account.")
	}
	return g.changeRoom(ctx, r, chat.RoomChange{Aspect: chat.Founder, Add: true, Text: r.Account})
}

func (g *Gateway) roomDrop(ctx context.Context, r *Request) (any, error) {
	return g.changeRoom(ctx, r, chat.RoomChange{Aspect: chat.Founder})
}

// roomAccess gives an account the rank that it enters with, or none.
func (g *Gateway) roomAccess(ctx context.Context, r *Request) (any, error) {
	if r.Account == "" {
		return nil, refuse("bad-value", "Say which account.")
	}
	rank, err := parseRank(r.Rank)
	if err != nil {
		return nil, err
	}
	return g.changeRoom(ctx, r, chat.RoomChange{Aspect: chat.Access, Add: rank != chat.NoRank, Text: r.Account, Rank: rank})
}

func (g *Gateway) roomRename(ctx context.Context, r *Request) (any, error) {
	_, err := g.ask(ctx, &chat.RenameRoom{Room: r.Room, Name: r.Name, Reason: r.Reason})
	return nil, err
}

// roomSet changes one setting of a room, named as roomSettings has them.
func (g *Gateway) roomSet(ctx context.Context, r *Request) (any, error) {
	c, err := parseSetting(r.Name, r.Value)
	if err != nil {
		return nil, err
	}
	return g.changeRoom(ctx, r, c)
}

// changeRoom has one change of a room made.
func (g *Gateway) changeRoom(ctx context.Context, r *Request, c chat.RoomChange) (any, error) {
	outcome, err := g.ask(ctx, &chat.ChangeRoom{Room: r.Room, Changes: []chat.RoomChange{c}})
	if err != nil {
		return nil, err
	}
	for i := range outcome.Partly {
		return nil, refusedBy(&outcome.Partly[i])
	}
	return nil, nil
}

// parseRank reads a rank as operators write it.
func parseRank(text string) (chat.Rank, error) {
	rank, ok := chat.ParseRank(text)
	if !ok {
		return 0, refuse("bad-value", "%q is no rank; there are voice, half-operator, operator, admin and owner, and none.", text)
	}
	return rank, nil
}

// How the value of a setting is read.
type settingKind uint8

const (
	switchKind settingKind = iota // on or off
	textKind                      // empty or off: none
	numberKind                    // 0 or off: none
	rankKind
)

// setting is something of a room that has a name and one value.
type setting struct {
	aspect chat.RoomAspect
	kind   settingKind
}

// roomSettings are what room set changes.
func roomSettings() map[string]setting {
	return map[string]setting{
		"moderated": {chat.Moderated, switchKind}, "invite-only": {chat.InviteOnly, switchKind}, "secret": {chat.Secret, switchKind},
		"topic-locked": {chat.TopicLocked, switchKind}, "no-outside": {chat.NoOutside, switchKind}, "no-ctcp": {chat.NoCTCP, switchKind},
		"accounts-enter": {chat.AccountsEnter, switchKind}, "accounts-speak": {chat.AccountsSpeak, switchKind},
		"auditorium": {chat.Auditorium, switchKind}, "screened": {chat.Screened, switchKind}, "no-knock": {chat.NoKnock, switchKind},
		"key": {chat.Key, textKind}, "limit": {chat.Limit, numberKind}, "successor": {chat.Successor, textKind},
		"forward": {chat.Forward, textKind}, "slow": {chat.Slow, numberKind}, "entry": {chat.Entry, textKind},
		"mention-all": {chat.MentionAll, rankKind},
	}
}

// Settings are the names of what room-set changes, sorted.
func Settings() []string { return slices.Sorted(maps.Keys(roomSettings())) }

// parseSetting reads a change of a room.
func parseSetting(name, value string) (chat.RoomChange, error) {
	setting, known := roomSettings()[name]
	if !known {
		return chat.RoomChange{}, refuse("bad-value", "Rooms have no setting %q; there are %s.", name, strings.Join(Settings(), ", "))
	}
	c := chat.RoomChange{Aspect: setting.aspect, Add: value != "" && value != "off"}
	var err error
	switch {
	case setting.kind == switchKind && value != "on" && value != "off":
		return c, refuse("bad-value", "%s is on or off, not %q.", name, value)
	case setting.aspect == chat.Forward && c.Add && !strings.HasPrefix(value, "#"):
		c.Text = "#" + value
	case setting.kind == textKind && c.Add:
		c.Text = value
	case setting.kind == numberKind && c.Add:
		if c.Number, err = strconv.Atoi(strings.TrimSuffix(value, "s")); err != nil || c.Number < 0 {
			return c, refuse("bad-value", "%s is a number, not %q.", name, value)
		}
		c.Add = c.Number > 0
	case setting.kind == rankKind && c.Add:
		c.Rank, err = parseRank(value)
		c.Add = c.Rank != chat.NoRank
	}
	return c, err
}

// erase blanks a message for ever: its text goes, its place and number stay.
func (g *Gateway) erase(ctx context.Context, r *Request) (any, error) {
	epoch, position, ok := chat.ParseMessageID(r.Message)
	if !ok || epoch != g.house.Engine.Epoch() {
		return nil, refusedBy(&chat.Refusal{Code: chat.NoSuchMessage})
	}
	history := g.house.Engine.History()
	if history == nil {
		return nil, refuse("nothing-stored", "This server stores nothing (durability none), so there is nothing to erase.")
	}
	m, found, err := history.MessageAt(ctx, position)
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, refusedBy(&chat.Refusal{Code: chat.NoSuchMessage})
	}
	cited := chat.Cited{
		Position: m.Position, Conversation: m.Conversation, Number: m.Number, Author: m.Source.User, Time: m.Time, What: m.What,
	}
	_, err = g.ask(ctx, &chat.Redact{Message: cited, Reason: r.Reason})
	return nil, err
}
