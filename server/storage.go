package server

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"

	"madang/chat"
	"madang/chat/core"
	"madang/chat/names"
	"madang/engine"
	"madang/engine/sequencer"
	"madang/journal"
	"madang/store"
)

// storage is where a server keeps what it must remember: a store, or with durability
// none nothing but its memory.
type storage struct {
	store *store.Store // nil: nothing is kept
	epoch chat.Epoch
	saved chat.Position // of the snapshot that the state was made of
}

// openStorage opens the data folder, unless nothing is to be kept. program is this
// program's version, which an older one names that finds the folder too new.
func openStorage(ctx context.Context, folder, program string, d sequencer.Durability, logger *slog.Logger) (*storage, error) {
	if d == sequencer.None {
		return &storage{epoch: randomEpoch()}, nil
	}
	s, err := store.Open(ctx, store.Config{Directory: folder, Program: program, Logger: logger, FoldNick: names.Fold})
	if err != nil {
		return nil, err
	}
	return &storage{store: s, epoch: s.Epoch()}, nil
}

func randomEpoch() chat.Epoch {
	var b [4]byte
	rand.Read(b[:])
	return chat.Epoch(b[0])<<24 | chat.Epoch(b[1])<<16 | chat.Epoch(b[2])<<8 | chat.Epoch(b[3])
}

// key gives a secret that stays the same as long as the data folder does.
func (s *storage) key(name string, bytes int) ([]byte, error) {
	if s.store != nil {
		return s.store.Key(name, bytes)
	}
	b := make([]byte, bytes)
	rand.Read(b)
	return b, nil
}

// journal and history are nil interfaces when nothing is kept.
func (s *storage) journal() journal.Journal {
	if s.store == nil {
		return nil
	}
	return s.store
}

func (s *storage) history() engine.History {
	if s.store == nil {
		return nil
	}
	return s.store
}

// snapshot is how the engine writes its state out; nil: it does not.
func (s *storage) snapshot() func(*chat.Snapshot) error {
	if s.store == nil {
		return nil
	}
	return func(snapshot *chat.Snapshot) error {
		return s.store.SaveSnapshot(context.Background(), snapshot)
	}
}

// state rebuilds the chat state: the newest snapshot and what the journal has behind it.
func (s *storage) state(ctx context.Context, limits chat.Limits) (*core.State, error) {
	if s.store == nil {
		return core.New(limits), nil
	}
	snapshot, err := s.store.LoadSnapshot(ctx)
	if err != nil {
		return nil, fmt.Errorf("load the snapshot: %w", err)
	}
	state := core.New(limits)
	if snapshot != nil {
		if state, err = core.Restore(snapshot, limits); err != nil {
			return nil, err
		}
		s.saved = state.Position()
	}
	err = s.store.Read(ctx, state.Position(), func(_ chat.Position, e chat.Event) bool {
		state.Apply(e)
		return true
	})
	if err != nil {
		return nil, fmt.Errorf("replay the journal behind %d: %w", state.Position(), err)
	}
	return state, nil
}

func (s *storage) close(ctx context.Context) error {
	if s.store == nil {
		return nil
	}
	return s.store.Close(ctx)
}
