package server

import (
	"errors"
	"strings"
	"time"

	"madang/auth"
	"madang/chat"
	"madang/config"
	"madang/conn/places"
	"madang/engine"
	"madang/gateway/irc"
	"madang/gateway/line"
)

// How the settings reach the parts.

func chatLimits(c *config.Config) chat.Limits {
	return chat.Limits{
		RoomsPerUser: c.Limits.RoomsPerUser, Rooms: c.Limits.Rooms, ListEntries: c.Limits.ListEntries,
		RetentionDays: c.History.RetentionDays,
		Registration:  registration(c.Accounts.Registration), RequireAccount: c.Accounts.RequireAccount,
		AlwaysOn: c.Accounts.AlwaysOn, Reserved: reserved(c),
		ReservedHosts: []string{strings.ToLower(c.Server.Name), auth.CloakEnding},
	}
}

func pace(c *config.Config) engine.Pace {
	if c.Limits.NoLimits {
		return engine.Pace{}
	}
	return engine.Pace{Burst: c.Limits.LineBurst, PerSecond: c.Limits.LinesPerSecond}
}

func limiterSettings(c *config.Config) places.Settings {
	return places.Settings{
		ConnectionsMax: c.Limits.Connections, Burst: c.Limits.ConnectionBurst,
		PerSecond: c.Limits.ConnectionsPerSecond, Private: c.Limits.PrivateAddresses,
		Exempt: c.WebIRC.Networks(),
	}
}

// silence is after how long somebody is gone who gives no sign of life.
func silence(c *config.Config) time.Duration {
	return time.Duration(c.Limits.SilenceSeconds) * time.Second
}

func lineConfig(c *config.Config) line.Config {
	out := line.DefaultConfig()
	out.Address = c.Listen.Line
	out.ReplayLines = c.History.ReplayLines
	return out
}

func ircConfig(c *config.Config, rehash func() error) irc.Config {
	out := irc.DefaultConfig()
	out.MOTD = c.Server.MOTD
	out.Password = c.IRC.Password
	out.RegisterEarly, out.Icon = c.IRC.RegisterEarly, c.IRC.Icon
	out.Origins = c.IRC.Origins
	out.ReplayLines = c.History.ReplayLines
	out.PingEvery, out.SilenceMax = silence(c)*3/4, silence(c)
	out.PlaybackMessages = c.History.PlaybackMessages
	out.MultilineBytes, out.MultilineLines = c.IRC.MultilineBytes, c.IRC.MultilineLines
	out.Rehash = rehash
	out.WebIRC = irc.WebIRC{Password: c.WebIRC.Password, Trusted: c.WebIRC.Networks()}
	out.STS = c.STSPolicy
	for _, o := range c.Operators {
		out.Operators = append(out.Operators, irc.Operator{Name: o.Name, PasswordHash: o.PasswordHash, Masks: o.Masks, Powers: o.Permission()})
	}
	return out
}

// Reload takes the settings anew. What needs a restart is named and stays.
func (s *Server) Reload() error {
	if s.options.Reload == nil {
		return errors.New("the server was started without a settings file: there is nothing to reload")
	}
	next, err := s.options.Reload()
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.setMail(&next); err != nil {
		return err
	}
	if waiting := s.settings.NeedsRestart(&next); len(waiting) > 0 {
		s.logger.Warn("some settings change at the next start only", "settings", strings.Join(waiting, ", "))
	}
	if s.certificates != nil {
		if err := s.certificates.Reload(); err != nil {
			return err
		}
	}
	next.Limits.NoLimits = s.settings.Limits.NoLimits
	next.Limits.SilenceSeconds = s.settings.Limits.SilenceSeconds
	s.settings = next
	s.proxies.Store(proxiesOf(&next))
	s.engine.SetPace(pace(&next))
	s.engine.SetLimits(chatLimits(&next))
	if s.limiter != nil {
		s.limiter.Set(limiterSettings(&next))
	}
	s.irc.SetConfig(ircConfig(&next, s.Reload))
	s.logger.Info("settings reloaded")
	return nil
}
