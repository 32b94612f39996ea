package main

import (
	"strings"

	"madang/gateway/admin"
)

type roomCommands struct {
	List      roomListCommand      `cmd:"" help:"List the rooms."`
	Show      roomShowCommand      `cmd:"" help:"Show all of a room: whose it is, its settings, ranks and bans."`
	Open      roomOpenCommand      `cmd:"" help:"Make a room, or open one that closed."`
	Retention roomRetentionCommand `cmd:"" help:"Bound what a room remembers."`
	Register  roomRegisterCommand  `cmd:"" help:"Register a room: it stays, and belongs to an account."`
	Transfer  roomRegisterCommand  `cmd:"" help:"Give a registered room to another account."`
	Drop      roomDropCommand      `cmd:"" help:"End a room's registration; who is in stays."`
	Access    roomAccessCommand    `cmd:"" help:"Say with which rank an account enters a room."`
	Rename    roomRenameCommand    `cmd:"" help:"Give a room another name."`
	Set       roomSetCommand       `cmd:"" help:"Change a setting of a room."`
}

type roomOpenCommand struct {
	Room      string `arg:"" help:"The room; its # may be left out."`
	Permanent bool   `help:"It never vanishes, and nobody becomes operator by entering."`
	operatorFlags
}

// Run opens a room.
func (r *roomOpenCommand) Run(p *program) error {
	return r.ask(p, admin.Request{Command: admin.RoomOpen, Room: roomName(r.Room), Permanent: r.Permanent}, nil)
}

type roomRetentionCommand struct {
	Room     string `arg:"" help:"The room; its # may be left out."`
	Days     int    `help:"Messages older than this are erased; 0: no bound."`
	Messages int    `help:"Only the last so many are kept; 0: no bound."`
	operatorFlags
}

// Run sets a room's retention.
func (r *roomRetentionCommand) Run(p *program) error {
	return r.ask(p, admin.Request{Command: admin.RoomRetention, Room: roomName(r.Room), Days: r.Days, Messages: r.Messages}, nil)
}

type roomRegisterCommand struct {
	Room    string `arg:"" help:"The room; its # may be left out."`
	Account string `arg:"" help:"Whose it is to be."`
	operatorFlags
}

// Run makes an account the founder of a room.
func (r *roomRegisterCommand) Run(p *program) error {
	return r.ask(p, admin.Request{Command: admin.RoomRegister, Room: roomName(r.Room), Account: r.Account}, nil)
}

type roomDropCommand struct {
	Room string `arg:"" help:"The room; its # may be left out."`
	operatorFlags
}

// Run ends a registration.
func (r *roomDropCommand) Run(p *program) error {
	return r.ask(p, admin.Request{Command: admin.RoomDrop, Room: roomName(r.Room)}, nil)
}

type roomAccessCommand struct {
	Room    string `arg:"" help:"The room; its # may be left out."`
	Account string `arg:"" help:"Who."`
	Rank    string `arg:"" enum:"voice,half-operator,operator,admin,owner,none" help:"${enum}"`
	operatorFlags
}

// Run changes a room's access list.
func (r *roomAccessCommand) Run(p *program) error {
	return r.ask(p, admin.Request{Command: admin.RoomAccess, Room: roomName(r.Room), Account: r.Account, Rank: r.Rank}, nil)
}

type roomRenameCommand struct {
	Room   string   `arg:"" help:"The room; its # may be left out."`
	Name   string   `arg:"" help:"What it is to be called."`
	Reason []string `arg:"" optional:"" help:"What its members are told."`
	operatorFlags
}

// Run renames a room.
func (r *roomRenameCommand) Run(p *program) error {
	return r.ask(p, admin.Request{
		Command: admin.RoomRename, Room: roomName(r.Room), Name: roomName(r.Name), Reason: strings.Join(r.Reason, " "),
	}, nil)
}

type roomSetCommand struct {
	Room    string   `arg:"" help:"The room; its # may be left out."`
	Setting string   `arg:"" help:"moderated, invite-only, secret, accounts-enter, slow, entry … (docs/manual/operating.md)."`
	Value   []string `arg:"" help:"on or off, a number, a rank, or a text."`
	operatorFlags
}

// Run changes a setting of a room.
func (r *roomSetCommand) Run(p *program) error {
	return r.ask(p, admin.Request{
		Command: admin.RoomSet, Room: roomName(r.Room), Name: r.Setting, Value: strings.Join(r.Value, " "),
	}, nil)
}

type eraseCommand struct {
	Message string   `arg:"" help:"The message's id, as IRC clients (msgid) and madang tail --json show it."`
	Reason  []string `arg:"" optional:"" help:"What people are told."`
	operatorFlags
}

// Run erases a message for ever.
func (e *eraseCommand) Run(p *program) error {
	return e.ask(p, admin.Request{Command: admin.Erase, Message: e.Message, Reason: strings.Join(e.Reason, " ")}, nil)
}
