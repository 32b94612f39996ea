// Package house is what the server tells of itself, and what its operators do to it.
//
// It promises that what only operators may know is told to them alone, and that no
// password of an operator is checked on the loop.
//
// It refuses to know who is in which room.
package house

import (
	"madang/auth"
	"madang/gateway/irc/client"
	"madang/wire/irc"
)

// Commands are the verbs of this package. The hasher checks passwords of operators.
func Commands(hasher *auth.Hasher) client.Table {
	return client.Table{
		"ADMIN":    {Run: Admin},
		"AUDIT":    {Run: Audit},
		"INFO":     {Run: Info},
		"ISUPPORT": {Run: ISupport, Early: true},
		"KILL":     {Run: Kill, Least: 1},
		"LINKS":    {Run: Links},
		"LUSERS":   {Run: Lusers},
		"MOTD":     {Run: MOTD},
		"OPER":     {Run: func(c *client.Client, m *irc.Message) { Oper(c, hasher, m) }, Least: 2},
		"REHASH":   {Run: Rehash},
		"STATS":    {Run: Stats},
		"TIME":     {Run: Time},
		"UBAN":     {Run: UBan, Least: 1},
		"VERSION":  {Run: Version},
		"WALLOPS":  {Run: Wallops, Least: 1},
	}
}
