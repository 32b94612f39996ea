// Package people is commands about users: who they are and were, what they say of
// themselves, and who is told when that changes.
//
// It promises that somebody is told of another whom no room shows him only if he asked,
// once for each change, and from the place of his asking in the order on.
//
// It refuses to know what is said, and how one comes in.
package people

import (
	"madang/gateway/irc/client"
)

// Commands are the verbs of this package, of which some change who follows whom.
func Commands(f *Followers) client.Table {
	return client.Table{
		"ACCEPT":   {Run: Accept, Least: 1},
		"AWAY":     {Run: Away, Early: true},
		"ISON":     {Run: Ison, Least: 1},
		"METADATA": {Run: f.Metadata, Least: 2, Early: true},
		"MONITOR":  {Run: f.Monitor, Least: 1},
		"SETNAME":  {Run: Setname, Least: 1},
		"USERHOST": {Run: Userhost, Least: 1},
		"USERIP":   {Run: Userip, Least: 1},
		"WHO":      {Run: Who},
		"WHOIS":    {Run: Whois},
		"WHOWAS":   {Run: Whowas},
	}
}
