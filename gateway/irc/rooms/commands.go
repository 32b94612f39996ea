// Package rooms is commands about channels: entering and leaving them, what they are
// called and about, who may do what there, and which there are.
//
// It promises that who enters is told of the room as it is at his JOIN's place in the
// order, and what was said before without hole or double.
//
// It refuses to know how one comes to be a user.
package rooms

import (
	"madang/gateway/irc/client"
)

// Commands are the verbs of this package.
func Commands() client.Table {
	return client.Table{
		"INVITE": {Run: Invite},
		"JOIN":   {Run: Join, Least: 1},
		"KICK":   {Run: Kick, Least: 2},
		"KNOCK":  {Run: Knock, Least: 1},
		"LIST":   {Run: List},
		"MODE":   {Run: Mode, Least: 1},
		"NAMES":  {Run: Names},
		"PART":   {Run: Part, Least: 1},
		"RENAME": {Run: Rename, Least: 2},
		"TOPIC":  {Run: Topic, Least: 1},
	}
}
