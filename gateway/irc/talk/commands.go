// Package talk is what is said: saying it, alone or in batches of lines, changing it,
// reading it later, and how far one has read.
//
// It promises that nothing is cut in silence, that of a batch nobody sees anything until
// it is closed, and that reading history never waits on the loop.
//
// It refuses to know who is in a room, and what services do with what is said to them.
package talk

import (
	"madang/gateway/irc/client"
)

// Commands are the verbs of this package; b has the batches that are open.
func Commands(b Batches) client.Table {
	return client.Table{
		"BATCH":       {Run: b.Batch},
		"CHATHISTORY": {Run: Chathistory},
		"EDIT":        {Run: Edit, Least: 3},
		"MARKREAD":    {Run: Markread},
		"NOTICE":      {Run: Notice},
		"PRIVMSG":     {Run: Privmsg},
		"REDACT":      {Run: Redact, Least: 2},
		"RELAYMSG":    {Run: Relaymsg, Least: 3},
		"SEARCH":      {Run: Search, Least: 1},
		"TAGMSG":      {Run: Tagmsg},
	}
}
