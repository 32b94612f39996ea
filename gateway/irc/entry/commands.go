// Package entry is how one comes in and goes: registration, capabilities, signing in by
// whichever way, accounts made, NickServ and ChanServ, QUIT.
//
// It promises that a stranger becomes a user once, when all is said that is needed, that
// nobody learns from it which half of a credential was wrong, and that a session that
// finds itself in rooms is told of them.
//
// It refuses to check a credential: gateway.Accounts does, and the core looks again.
package entry

import (
	"madang/gateway/irc/client"
	"madang/wire/irc"
)

// Commands are the verbs of this package.
func Commands() client.Table {
	return client.Table{
		"AUTHENTICATE": {Run: Authenticate, Least: 1, Early: true},
		"CAP":          {Run: Cap, Least: 1, Early: true},
		"NICK":         {Run: Nick, Early: true},
		"PASS":         {Run: Pass, Least: 1, Early: true},
		"PERSISTENCE":  {Run: Persistence, Least: 1},
		"PING":         {Run: Ping, Early: true},
		"PONG":         {Run: func(*client.Client, *irc.Message) {}, Early: true},
		"QUIT":         {Run: Quit, Early: true},
		"REGISTER":     {Run: Register, Least: 3, Early: true},
		"USER":         {Run: User, Least: 4, Early: true},
		"VERIFY":       {Run: Verify, Least: 2, Early: true},
		"WEBIRC":       {Run: WebIRC, Least: 4, Early: true},
	}
}
