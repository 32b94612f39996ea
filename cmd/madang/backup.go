package main

import (
	"fmt"

	"madang/config"
	"madang/gateway/admin"
	"madang/store"
)

type backupCommand struct {
	File string `arg:"" type:"path" help:"Where to; it must not exist yet. The server writes it, and only its owner can read it."`
	operatorFlags
}

// Run has the server write a backup.
func (b *backupCommand) Run(p *program) error {
	if err := b.ask(p, admin.Request{Command: admin.Backup, File: b.File}, nil); err != nil {
		return err
	}
	fmt.Fprintf(p.out, "Backed up to %s. It holds the server's keys: keep it safe.\n", b.File)
	return nil
}

type restoreCommand struct {
	File   string `arg:"" type:"existingfile" help:"The backup."`
	Data   string `type:"path" placeholder:"DIR" help:"The folder to make; it must hold no database (./madang-data)."`
	Verify bool   `help:"Read all of the backup and check it first."`
}

// Run makes a data folder; no server runs on it.
func (r *restoreCommand) Run(p *program) error {
	folder := r.Data
	if folder == "" {
		folder = config.Default().Data
	}
	report, err := store.Restore(p.context, r.File, folder, r.Verify)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "Restored %d messages, up to position %d, into %s.\n", report.Messages, report.Position, folder)
	if report.Verified {
		fmt.Fprintf(p.out, "All of it was read and checked: %d events in %d records.\n", report.Events, report.Records)
	}
	return nil
}
