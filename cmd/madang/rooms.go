package main

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"text/tabwriter"
	"time"

	"madang/gateway/admin"
	"madang/wire/line"
)

type roomListCommand struct {
	JSON bool `name:"json" help:"Print JSON: a list of objects."`
	operatorFlags
}

// Run lists the rooms.
func (r *roomListCommand) Run(p *program) error {
	rooms := []admin.Room{}
	if err := r.ask(p, admin.Request{Command: admin.RoomList}, &rooms); err != nil {
		return err
	}
	if r.JSON {
		return printJSON(p, rooms)
	}
	t := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "ROOM\tPEOPLE\tFOUNDER\tMADE\tKEPT")
	for i := range rooms {
		room := &rooms[i]
		kept := "-"
		switch {
		case room.Founder != "":
			kept = "registered"
		case room.Permanent:
			kept = "permanent"
		}
		fmt.Fprintf(t, "%s\t%d\t%s\t%s\t%s\n", line.AppendSafe(nil, room.Name), room.People, orDash(room.Founder),
			room.Made.Local().Format(time.DateTime), kept)
	}
	return t.Flush()
}

type roomShowCommand struct {
	Room string `arg:"" help:"The room; its # may be left out."`
	JSON bool   `name:"json" help:"Print JSON: an object."`
	operatorFlags
}

// Run shows a room.
func (r *roomShowCommand) Run(p *program) error {
	var room admin.Room
	if err := r.ask(p, admin.Request{Command: admin.RoomShow, Room: roomName(r.Room)}, &room); err != nil {
		return err
	}
	if r.JSON {
		return printJSON(p, room)
	}
	t := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	row := func(name, value string) { fmt.Fprintf(t, "%s\t%s\n", name, line.AppendSafe(nil, value)) }
	row("room", room.Name)
	row("founder", orDash(room.Founder))
	row("made", room.Made.Local().Format(time.DateTime))
	row("people", strconv.Itoa(room.People))
	row("retention", fmt.Sprintf("%d days, %d messages (0: no bound)", room.Days, room.Messages))
	for _, name := range slices.Sorted(maps.Keys(room.Settings)) {
		row(name, room.Settings[name])
	}
	for _, a := range room.Access {
		row("access", a.Account+", "+a.Rank)
	}
	for _, m := range room.Masks {
		row(m.List, m.Mask+", by "+m.By+", "+until(m.Expires))
	}
	return t.Flush()
}
