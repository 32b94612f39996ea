package config

import (
	"cmp"
	"net/mail"
	"net/netip"
	"strings"

	"madang/chat"
	"madang/chat/names"
)

// reservedMax bounds the names that operators may reserve.
const reservedMax = 1000

func (v *validator) accounts(a *Accounts) {
	if len(a.Reserved) > reservedMax {
		v.add("accounts.reserved", "has more than %d names", reservedMax)
		return
	}
	for _, name := range a.Reserved {
		if _, err := names.Nick(name); err != nil {
			v.add("accounts.reserved", "%q cannot be a name anyway: %v", name, err)
		}
	}
}

func (v *validator) mail(m *Mail) {
	if m.Host == "" {
		if m.From != "" || m.User != "" || !m.Password.IsZero() {
			v.add("mail.host", "is missing: without it no mail is sent")
		}
		return
	}
	if _, err := netip.ParseAddr(m.Host); err != nil && m.Host != "localhost" && !hostName(m.Host) {
		v.add("mail.host", "must look like mail.example.org or 192.0.2.1, without the port")
	}
	if _, err := mail.ParseAddress(m.From); err != nil {
		v.add("mail.from", "must look like chat@example.org or Yard <chat@example.org>")
	}
	if (m.User == "") != m.Password.IsZero() {
		v.add("mail.user", "and mail.password belong together")
	}
	v.text("mail.user", m.User)
	v.text("mail.password", m.Password.Reveal())
}

// services are the names under which other networks' programs speak. Whoever wore one
// would be believed.
var services = [...]string{
	"NickServ", "ChanServ", "HistServ", "MemoServ", "OperServ", "HostServ", "BotServ", "SaslServ", "Global", "Services",
}

// ReservedNames are all names that nobody may take; those that cannot be nicks anyway
// are left out.
func (c *Config) ReservedNames() []names.Name {
	first, _, _ := strings.Cut(c.Server.Name, ".") // the whole name is no nick, for its dots
	wanted := append([]string{first, c.Server.Network, strings.TrimPrefix(c.Server.Lobby, "#")}, services[:]...)
	wanted = append(wanted, c.Accounts.Reserved...)
	for _, o := range c.Operators {
		wanted = append(wanted, o.Name)
	}
	var list []names.Name
	for _, name := range wanted {
		if n, err := names.Nick(name); err == nil {
			list = append(list, n)
		}
	}
	return list
}

// Permission is what an operator may do; the settings are valid.
func (o *Operator) Permission() chat.Permission {
	p, _ := chat.ParsePermission(cmp.Or(o.Powers, "all"))
	return p
}
