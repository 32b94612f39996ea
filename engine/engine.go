// Package engine is the loop at the heart of the house: it takes what the gateways'
// readers posted, has the sequencer decide it, has the journal commit it, and hands
// what happened to every session it concerns. It promises that one session's answers
// come in the order of its lines, that everybody in a room sees one order, and that
// nothing is shown before it is committed. It refuses to know protocols and sockets:
// gateways render, outlets carry bytes. The loop owns all state; other goroutines
// reach it through Post, Call and Inspect.
package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"madang/chat"
	"madang/chat/core"
	"madang/engine/sequencer"
	"madang/journal"
)

// Config is what an engine is made of.
type Config struct {
	State      *core.State     // in step with the journal
	Saved      chat.Position   // of the snapshot that State was made of; 0: of none
	Journal    journal.Journal // nil with sequencer.None
	History    History         // nil: there is none
	Durability sequencer.Durability
	Epoch      chat.Epoch
	Node       uint32
	Pace       Pace
	Clock      func() time.Time
	Logger     *slog.Logger
	// Snapshot is given the state's snapshot now and then, and at the end; it runs
	// on a goroutine of its own. Nil: none are made.
	Snapshot func(*chat.Snapshot) error
}

// tasksMax bounds the tasks that run at once, slowMax those that keep a processor busy.
const (
	tasksMax = 4
	slowMax  = 1
)

// snapshotEvery is how many durable events lie between two snapshots.
const snapshotEvery = 100_000

// ErrStopped is returned to callers when the engine is not running.
var ErrStopped = errors.New("the server is stopping")

// Engine is the loop and what belongs to it.
type Engine struct {
	// Fixed after construction.
	config  Config
	clock   func() time.Time
	logger  *slog.Logger
	inbox   inbox
	nextID  atomic.Uint64
	pace    atomic.Pointer[Pace]
	stats   stats
	bans    atomic.Pointer[[]chat.ServerBan]
	stopped chan struct{} // closed when Run returns
	// slowQueue is how many slow tasks run or wait.
	slowQueue atomic.Int32

	// Owned by the loop.
	sequencer  *sequencer.Sequencer
	state      *core.State
	fan        *fan
	sessions   map[chat.SessionID]*Session
	mail       mail // taken, and handled up to cursor
	cursor     int
	calls      []func()
	late       []sequencer.Ask // made while a batch was shown that is not on disk yet
	released   []*Session      // free again: their pending input is next
	working    []*Session      // have a page or a task to begin
	paced      []*Session      // wait for their time
	dying      []*Session      // to be closed when the turn's bytes are queued
	delivered  chat.Position   // of the last durable event shown
	saved      chat.Position   // of the last snapshot
	saving     bool
	complained time.Time // when the log last said that the journal cannot be read

	// Between the loop and its workers.
	commits chan func() func() // at most one under way; the result runs on the loop
	results chan func()
	tasks   chan struct{} // one token for each task that runs
	slow    chan struct{} // and for each slow one
	context context.Context
	cancel  context.CancelFunc
	workers sync.WaitGroup
}

// New makes an engine; Run starts it.
func New(c Config) *Engine {
	e := &Engine{
		config: c, clock: c.Clock, logger: c.Logger,
		stopped:   make(chan struct{}),
		sequencer: sequencer.New(c.State, c.Durability),
		state:     c.State,
		fan:       newFan(c.State.MayHear),
		sessions:  map[chat.SessionID]*Session{},
		delivered: c.State.Position(),
		saved:     c.Saved,
		commits:   make(chan func() func(), 1),
		results:   make(chan func(), 2),
		tasks:     make(chan struct{}, tasksMax),
		slow:      make(chan struct{}, slowMax),
	}
	e.context, e.cancel = context.WithCancel(context.Background())
	e.inbox.wake = make(chan struct{}, 1)
	e.SetPace(c.Pace)
	return e
}

// SetPace changes how fast sessions' input is handled, from now on.
func (e *Engine) SetPace(p Pace) { e.pace.Store(&p) }

// SetLimits changes what the core allows, soon.
func (e *Engine) SetLimits(l chat.Limits) {
	e.inbox.call(func() { e.state.SetLimits(l) })
}

// Epoch is part of every message id.
func (e *Engine) Epoch() chat.Epoch { return e.config.Epoch }

// Durability is when messages are shown.
func (e *Engine) Durability() sequencer.Durability { return e.config.Durability }

// History is what tasks read; nil: there is none.
func (e *Engine) History() History { return e.config.History }

// Now is the time, from the engine's clock.
func (e *Engine) Now() time.Time { return e.clock() }

// AddGateway makes a gateway known. Before Run only.
func (e *Engine) AddGateway(g Gateway) *Way { return &Way{engine: e, way: e.fan.addWay(g)} }

// Way is a gateway's door to the engine.
type Way struct {
	engine *Engine
	way    *way
}

// Open begins a session whose bytes go to the outlet; make gives the gateway's side
// of it. It may be called on any goroutine, and input may be posted at once.
func (w *Way) Open(outlet Outlet, form Form, make func(*Session) Protocol) *Session {
	e := w.engine
	s := &Session{
		engine: e, gateway: w.way, outlet: outlet, form: form,
		id: chat.SessionID{Node: e.config.Node, N: e.nextID.Add(1)},
	}
	s.protocol = make(s)
	e.inbox.add(s, opened, 0, nil)
	return s
}

// Session is the session of a number, of any gateway; nil: there is none. On the loop
// only.
func (w *Way) Session(id chat.SessionID) *Session { return w.engine.sessions[id] }

// InRoom are the gateway's sessions in a room, as far as events are delivered. On the
// loop only.
func (w *Way) InRoom(id chat.ConversationID) []*Session {
	room := w.engine.fan.rooms[id]
	if room == nil {
		return nil
	}
	var sessions []*Session
	for _, s := range room.sessions {
		if s.gateway == w.way {
			sessions = append(sessions, s)
		}
	}
	return sessions
}

// Engine is the engine behind the door.
func (w *Way) Engine() *Engine { return w.engine }

// Wake makes the loop handle what was posted. Readers call it once they have read
// every socket that was ready.
func (e *Engine) Wake() { e.inbox.ring() }

// tickEvery is how often the loop looks at the time by itself.
const tickEvery = 50 * time.Millisecond

// Run is the loop. It returns when the context is done, after the last batch is
// committed and delivered.
func (e *Engine) Run(ctx context.Context) error {
	defer close(e.stopped)
	e.workers.Add(1)
	go e.commitWorker()
	defer e.workers.Wait()
	defer e.cancel()
	defer close(e.commits)
	ticker := time.NewTicker(tickEvery)
	defer ticker.Stop()
	var minute time.Time
	for {
		select {
		case <-e.inbox.wake:
		case f := <-e.results:
			f()
		case now := <-ticker.C:
			e.tick()
			if now.Sub(minute) >= time.Minute {
				minute = now
				e.console(&chat.Tick{}, nil)
			}
		case <-ctx.Done():
			return e.finish(ticker.C)
		}
		e.turns()
	}
}

// console asks something in nobody's name.
func (e *Engine) console(c chat.Command, done func(Outcome)) {
	e.inbox.call(func() { e.ask(nil, Ask{Command: c, Done: done}) })
}

// tick lets time pass.
func (e *Engine) tick() {
	wasSuspended := e.sequencer.Suspended()
	e.apply(e.sequencer.Tick(e.now()))
	if !wasSuspended && e.sequencer.Suspended() {
		e.logger.Warn("outcome of a commit still unknown: going on without storage")
	}
	e.fan.calm()
	e.releasePaced()
}

func (e *Engine) now() chat.Time { return chat.Time(e.clock().UnixMilli()) }

// commitWorker does what blocks on the journal, one thing at a time.
func (e *Engine) commitWorker() {
	defer e.workers.Done()
	for work := range e.commits {
		if result := work(); e.context.Err() == nil {
			e.results <- result
		}
	}
}

// apply carries out what the sequencer asks for.
func (e *Engine) apply(x sequencer.Effects) {
	e.deliver(x.Deliver)
	if x.Append != nil {
		e.append(x.Append)
	}
	if x.Recover {
		e.commits <- e.recoverJournal
	}
	if x.Probe {
		e.commits <- e.probe
	}
}

func (e *Engine) append(b *sequencer.Batch) {
	batch := journal.Batch{After: b.After, Events: b.Events}
	e.commits <- func() func() {
		begun := time.Now()
		err := e.config.Journal.Append(context.Background(), batch)
		e.stats.commit(time.Since(begun), len(batch.Events))
		return func() { e.appended(err) }
	}
}

func (e *Engine) appended(err error) {
	wasFailing := e.sequencer.Failing()
	switch {
	case err == nil:
		e.apply(e.sequencer.Committed())
	case errors.Is(err, journal.ErrNotStored):
		e.logger.Error("batch not stored", "error", err)
		e.apply(e.sequencer.Failed(e.now()))
	default:
		e.logger.Error("outcome of a commit unknown", "error", err)
		e.apply(e.sequencer.Unknown(e.now()))
	}
	if wasFailing && !e.sequencer.Failing() {
		e.logger.Info("storage works again")
	}
}

func (e *Engine) recoverJournal() func() {
	last, err := e.config.Journal.Recover(context.Background())
	return func() {
		if now := e.clock(); err != nil && now.Sub(e.complained) >= time.Second {
			e.complained = now
			e.logger.Error("journal not readable", "error", err)
		}
		wasFailing := e.sequencer.Failing()
		e.apply(e.sequencer.Recovered(last, err == nil, e.now()))
		if wasFailing && !e.sequencer.Failing() {
			e.logger.Info("storage works again")
		}
	}
}

func (e *Engine) probe() func() {
	// A failed append may have left the journal's connection in doubt.
	_, err := e.config.Journal.Recover(context.Background())
	if err == nil {
		err = e.config.Journal.Probe(context.Background())
	}
	return func() {
		e.apply(e.sequencer.Probed(err == nil, e.now()))
		if err == nil {
			e.logger.Info("storage works again")
		}
	}
}

// Call runs f on the loop between two turns, when what is decided is delivered too,
// and waits for it.
func (e *Engine) Call(ctx context.Context, f func(Loop)) error {
	done := make(chan struct{})
	e.inbox.call(func() {
		f(Loop{e})
		close(done)
	})
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("wait for the loop: %w", ctx.Err())
	case <-e.stopped:
		return ErrStopped
	}
}

// Command asks something in the console's name and waits for the outcome.
func (e *Engine) Command(ctx context.Context, c chat.Command) (Outcome, error) {
	done := make(chan Outcome, 1)
	e.console(c, func(o Outcome) { done <- o })
	select {
	case o := <-done:
		return o, nil
	case <-ctx.Done():
		return Outcome{}, fmt.Errorf("wait for the outcome: %w", ctx.Err())
	case <-e.stopped:
		return Outcome{}, ErrStopped
	}
}
