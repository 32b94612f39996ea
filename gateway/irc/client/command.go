package client

import (
	"madang/wire/irc"
)

// Command is how a verb is carried out.
type Command struct {
	Run   func(*Client, *irc.Message)
	Least int  // parameters without which it is refused
	Early bool // allowed before the welcome
}

// Table is commands by verb, in upper case.
type Table map[string]Command
