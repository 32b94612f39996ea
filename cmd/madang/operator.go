package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"madang/config"
	"madang/gateway/admin"
)

// operatorFlags say which running server is meant: the one of a data folder.
type operatorFlags struct {
	Data   string `type:"path" placeholder:"DIR" help:"The server's data folder (./madang-data)."`
	Config string `type:"path" placeholder:"FILE" help:"Or the configuration that names it."`
}

func (o *operatorFlags) folder() (string, error) {
	switch {
	case o.Data != "":
		return o.Data, nil
	case o.Config == "":
		return config.Default().Data, nil
	}
	c, err := config.Load(o.Config)
	return c.Data, err
}

// ask asks the running server.
func (o *operatorFlags) ask(p *program, r admin.Request, result any) error {
	folder, err := o.folder()
	if err != nil {
		return err
	}
	return admin.Call(p.context, folder, r, result)
}

// printJSON prints a result for programs.
func printJSON(p *program, result any) error {
	e := json.NewEncoder(p.out)
	e.SetIndent("", "  ")
	return e.Encode(result)
}

type kickCommand struct {
	Nick   string   `arg:"" optional:"" help:"Whom."`
	Reason []string `arg:"" optional:"" help:"What they are told."`
	Room   string   `placeholder:"ROOM" help:"Only out of this room."`
	ID     uint64   `name:"id" placeholder:"N" help:"The connection of this number (madang netstat), instead of a nick."`
	operatorFlags
}

// Run ends connections.
func (k *kickCommand) Run(p *program) error {
	r := admin.Request{Command: admin.Kick, Nick: k.Nick, Room: roomName(k.Room), Session: k.ID, Reason: strings.Join(k.Reason, " ")}
	switch {
	case k.ID != 0 && k.Room != "":
		return usage("kick takes --room or --id, not both")
	case k.ID != 0 && k.Nick != "":
		// With an id there is no nick: the words are all reason.
		r.Nick, r.Reason = "", strings.TrimSpace(k.Nick+" "+r.Reason)
	case k.ID == 0 && k.Nick == "":
		return usage("kick needs a nick, or --id")
	}
	return k.ask(p, r, nil)
}

// roomName is a room's name with its #, which shells take for a comment.
func roomName(room string) string {
	if room == "" || strings.HasPrefix(room, "#") {
		return room
	}
	return "#" + room
}

type reloadCommand struct{ operatorFlags }

// Run has the configuration read again.
func (r *reloadCommand) Run(p *program) error {
	if err := r.ask(p, admin.Request{Command: admin.Reload}, nil); err != nil {
		return err
	}
	fmt.Fprintln(p.out, "Reloaded. The server's log names settings that need a restart.")
	return nil
}

type statsCommand struct {
	JSON bool `name:"json" help:"Print JSON: a list of name, value and unit."`
	operatorFlags
}

// Run prints the numbers.
func (s *statsCommand) Run(p *program) error {
	var numbers []admin.Number
	if err := s.ask(p, admin.Request{Command: admin.Stats}, &numbers); err != nil {
		return err
	}
	if s.JSON {
		return printJSON(p, numbers)
	}
	for _, n := range numbers {
		fmt.Fprintf(p.out, "%-28s %s %s\n", n.Name, formatNumber(n.Value), n.Unit)
	}
	return nil
}

// formatNumber writes whole numbers whole and others with four digits.
func formatNumber(f float64) string {
	if f == float64(int64(f)) {
		return fmt.Sprintf("%12d", int64(f))
	}
	return fmt.Sprintf("%12.4g", f)
}
