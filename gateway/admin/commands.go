package admin

import (
	"context"
	"path/filepath"

	"madang/chat"
	"madang/engine"
)

// ask has the console's command carried out.
func (g *Gateway) ask(ctx context.Context, c chat.Command) (engine.Outcome, error) {
	outcome, err := g.house.Engine.Command(ctx, c)
	if err != nil {
		return outcome, err
	}
	if r := outcome.Refusal; r != nil {
		return outcome, refusedBy(r)
	}
	return outcome, nil
}

// refusedBy is why the core refused.
func refusedBy(r *chat.Refusal) error { return &Refused{Word(r.Code), Sentence(r)} }

func (g *Gateway) kick(ctx context.Context, r *Request) (any, error) {
	switch {
	case r.Session != 0:
		return nil, g.hangUp(ctx, r.Session, r.Reason)
	case r.Nick == "":
		return nil, refuse("bad-value", "Say whom: a nick, or the id of a connection.")
	case r.Room != "":
		_, err := g.ask(ctx, &chat.Kick{Room: r.Room, Nick: r.Nick, Reason: r.Reason})
		return nil, err
	}
	_, err := g.ask(ctx, &chat.Kill{Nick: r.Nick, Reason: r.Reason})
	return nil, err
}

// hangUp ends a session, be it that of a user or not. Of an account's sessions it ends
// that one alone.
func (g *Gateway) hangUp(ctx context.Context, n uint64, reason string) error {
	nick, found := "", false
	var end *chat.EndSession
	err := g.house.Engine.Call(ctx, func(l engine.Loop) {
		l.Sessions(func(s *engine.Session) {
			if s.ID().N != n || s.Ended() {
				return
			}
			found = true
			if u := l.State().UserByID(s.User()); u != nil {
				nick = u.Nick()
				if u.Account() != "" {
					end = &chat.EndSession{Account: u.Account(), Target: s.ID(), Reason: reason}
				}
				return
			}
			hangUp(s, reason)
		})
	})
	switch {
	case err != nil:
		return err
	case !found:
		return refuse("no-such-connection", "There is no connection %d.", n)
	case end != nil:
		_, err = g.ask(ctx, end)
		return err
	case nick == "":
		return nil
	}
	_, err = g.ask(ctx, &chat.Kill{Nick: nick, Reason: reason})
	return err
}

// hangUp ends a session that has no user. On the loop.
func hangUp(s *engine.Session, reason string) {
	if reason == "" {
		reason = "closed by the operator"
	}
	s.Close(reason, s.Protocol().Farewell(nil, reason))
}

func (g *Gateway) backup(ctx context.Context, r *Request) (any, error) {
	switch {
	case g.services.Backup == nil:
		return nil, refuse("nothing-stored", "This server stores nothing (durability none), so there is nothing to back up.")
	case !filepath.IsAbs(r.File):
		return nil, refuse("bad-value", "Name the file with its whole path; %q is relative.", r.File)
	}
	g.logger.Info("backup begun")
	if err := g.services.Backup(ctx, r.File); err != nil {
		return nil, err
	}
	g.logger.Info("backup complete")
	return nil, nil
}

func (g *Gateway) reload(context.Context, *Request) (any, error) {
	if g.services.Reload == nil {
		return nil, refuse("no-configuration", "This server was started without a configuration file.")
	}
	return nil, g.services.Reload()
}
