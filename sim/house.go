package sim

import (
	"bytes"
	"context"
	"errors"
	"math"

	"madang/chat"
	"madang/chat/codec"
	"madang/chat/core"
	"madang/engine/sequencer"
	"madang/journal"
	"madang/journal/memory"
)

// node is the only node.
const node = 1

// house is the server: a sequencer and the driver around it, as the engine is.
type house struct {
	world *world

	// On disk: survives crashes.
	journal *memory.Journal
	saved   []byte // the last snapshot; nil: none

	// In memory.
	state       *core.State
	machine     *sequencer.Sequencer
	follower    *core.State // knows only what was delivered
	open        bool        // the node's start is committed; clients may come
	inbox       []*request  // posted, not yet asked
	batch       []*request  // asked, not yet delivered
	appending   *sequencer.Batch
	recovering  bool
	probing     bool
	early       bool // DeliverEarly: the open batch was delivered
	sessions    map[chat.SessionID]*session
	nextSession uint64
	fan         fan
}

// request is one ask on its way.
type request struct {
	session *session // nil: the house itself
	command chat.Command
	names   string   // the room whose names are asked for
	message *message // what a Say carries
	opens   bool     // the node's start

	outcome sequencer.Outcome // as last decided
	asked   bool
	done    bool
}

func newHouse(w *world) *house {
	return &house{world: w, journal: memory.New(memory.Plan{})}
}

// boot starts a process on what is on disk.
func (h *house) boot() {
	var err error
	if h.state, err = h.rebuild(h.saved); err != nil {
		h.world.fail("restart: %w", err)
		return
	}
	if h.world.mutation != SkippedTail {
		h.checkReplay()
	}
	h.machine = sequencer.New(h.state, sequencer.Commit)
	h.follower = clone(h.state)
	h.inbox, h.batch, h.appending, h.recovering, h.probing, h.early = nil, nil, nil, false, false, false
	h.sessions, h.nextSession = map[chat.SessionID]*session{}, 0
	h.fan = newFan(h)
	h.open = h.world.mutation == ForgottenStart
	if !h.open {
		h.post(startNode())
	}
}

func startNode() *request { return &request{command: &chat.StartNode{Node: node}, opens: true} }

// rebuild makes a state of a snapshot, if there is one, and the journal behind it.
func (h *house) rebuild(saved []byte) (*core.State, error) {
	state := core.New(chat.DefaultLimits())
	if saved != nil {
		snapshot, err := codec.DecodeSnapshot(saved)
		if err != nil {
			return nil, err
		}
		if state, err = core.Restore(snapshot, chat.DefaultLimits()); err != nil {
			return nil, err
		}
		if h.world.mutation == SkippedTail {
			return state, nil
		}
	}
	err := h.journal.Read(context.Background(), state.Position(), func(_ chat.Position, e chat.Event) bool {
		state.Apply(e)
		return true
	})
	return state, err
}

func clone(s *core.State) *core.State {
	again, err := core.Restore(s.Snapshot(), s.Limits())
	if err != nil {
		panic(err)
	}
	return again
}

func bytesOf(s *core.State) []byte { return codec.AppendSnapshot(nil, s.Snapshot()) }

// post puts a request into the inbox.
func (h *house) post(r *request) bool {
	h.inbox = append(h.inbox, r)
	return true
}

// ask gives the machine some of what waits.
func (h *house) ask() bool {
	if len(h.inbox) == 0 || !h.machine.Ready() || h.machine.Full() {
		return false
	}
	for range min(len(h.inbox), 1+h.world.chance.IntN(6)) {
		r := h.inbox[0]
		h.inbox = h.inbox[1:]
		r.asked = true
		h.batch = append(h.batch, r)
		h.machine.Ask(sequencer.Ask{Command: r.command, Origin: r, Answer: func(s *core.State, o sequencer.Outcome) []byte {
			r.outcome = o
			return r.render(s, o)
		}}, h.world.now)
	}
	return true
}

// render is what the asker is told: names, or why not.
func (r *request) render(s *core.State, o sequencer.Outcome) []byte {
	reply := []byte{}
	if r.names != "" {
		reply = append(reply, namesIn(s, r.names)...)
	}
	if o.Refusal != nil {
		reply = codec.AppendRefusal(reply, o.Refusal)
	}
	if o.Duplicate != nil {
		reply = codec.AppendDuplicate(reply, o.Duplicate)
	}
	return reply
}

// turn ends the batch.
func (h *house) turn() bool {
	if h.machine.Pending() == 0 || !h.machine.Ready() {
		return false
	}
	e := h.machine.Turn()
	if e.Append != nil && h.world.mutation == DeliverEarly {
		h.early = true
		h.deliverAll(stepsOf(h.batch))
	}
	h.apply(e)
	h.settle()
	return true
}

func stepsOf(batch []*request) (steps []sequencer.Step) {
	for _, r := range batch {
		steps = append(steps, sequencer.Step{Ask: sequencer.Ask{Command: r.command, Origin: r}, Outcome: r.outcome})
	}
	return steps
}

// apply carries effects out.
func (h *house) apply(e sequencer.Effects) {
	if len(e.Deliver) > 0 {
		if !h.early {
			h.deliverAll(e.Deliver)
		}
		h.early, h.batch = false, nil
	}
	if e.Append != nil {
		h.appending = e.Append
	}
	h.recovering = h.recovering || e.Recover
	h.probing = h.probing || e.Probe
}

// disk lets what is under way at the journal end, one way or another.
func (h *house) disk() bool {
	switch {
	case h.appending != nil:
		h.commit()
	case h.recovering:
		h.recoverJournal()
	case h.probing:
		h.probe()
	default:
		return false
	}
	h.settle()
	return true
}

// failing is a context in which the journal does nothing.
func failing() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}

func (h *house) commit() {
	batch := h.appending
	h.appending = nil
	if h.world.odds(h.world.diskFaults) {
		kinds := []memory.Fault{memory.NotStored, memory.UnknownStored, memory.UnknownLost, memory.CrashStored, memory.CrashLost}
		kind := h.world.chance.IntN(len(kinds))
		h.journal.FailNext(kinds[kind])
		h.world.misfortune([]Fault{NotStored, UnknownStored, UnknownLost, CrashStored, CrashLost}[kind])
	}
	err := h.journal.Append(context.Background(), journal.Batch{After: batch.After, Events: batch.Events})
	switch {
	case err == nil:
		h.apply(h.machine.Committed())
	case errors.Is(err, memory.ErrCrashed):
		h.crash()
	case errors.Is(err, journal.ErrNotStored):
		h.failed(batch)
	case h.world.mutation == DoubtIgnored:
		h.failed(batch)
	default:
		h.apply(h.machine.Unknown(h.world.now))
	}
}

func (h *house) failed(batch *sequencer.Batch) {
	switch h.world.mutation {
	case FailureIgnored:
		h.apply(h.machine.Committed())
		return
	case LostAnswer:
		for _, r := range h.batch {
			r.session = nil
		}
	}
	h.apply(h.machine.Failed(h.world.now))
	if h.world.mutation == LostUndo {
		for _, e := range batch.Events {
			h.state.Apply(e)
		}
	}
}

func (h *house) recoverJournal() {
	h.recovering = false
	if h.world.odds(40) {
		h.world.misfortune(RecoverFailed)
		_, err := h.journal.Recover(failing())
		h.apply(h.machine.Recovered(0, err == nil, h.world.now))
		return
	}
	last, err := h.journal.Recover(context.Background())
	if h.world.mutation == DoubtBelieved && h.machine.Suspended() {
		last = math.MaxUint64
	}
	h.apply(h.machine.Recovered(last, err == nil, h.world.now))
}

func (h *house) probe() {
	h.probing = false
	ctx := context.Background()
	if h.world.odds(40) {
		h.world.misfortune(ProbeFailed)
		ctx = failing()
	}
	_, err := h.journal.Recover(ctx)
	if err == nil {
		err = h.journal.Probe(ctx)
	}
	h.apply(h.machine.Probed(err == nil, h.world.now))
}

// crashNow ends the process outside a commit. A commit under way crashes in commit.
func (h *house) crashNow() bool {
	if h.appending != nil {
		return false
	}
	if h.machine.Ready() && !h.machine.Suspended() {
		h.world.misfortune(CrashIdle)
	} else {
		h.world.misfortune(CrashInDoubt)
	}
	h.crash()
	return true
}

// crash loses what is in memory and starts again.
func (h *house) crash() {
	for _, c := range h.world.clients {
		c.hungUp()
	}
	h.journal.Restart()
	if h.saved != nil {
		h.world.misfortune(FromSnapshot)
	}
	h.boot()
}

// save writes a snapshot, when nothing is under way.
func (h *house) save() bool {
	if !h.machine.Ready() || h.machine.Pending() > 0 {
		return false
	}
	h.saved = bytesOf(h.state)
	return true
}

// settle looks after the house when nothing is under way.
func (h *house) settle() {
	if h.world.violation != nil || !h.machine.Ready() || h.machine.Pending() > 0 {
		return
	}
	if h.state.Position() != h.journal.Last() && !h.machine.Suspended() {
		h.world.fail("the state is at %d, the journal at %d", h.state.Position(), h.journal.Last())
	}
	if !bytes.Equal(bytesOf(h.state), bytesOf(h.follower)) {
		h.world.fail("whoever followed what was delivered is in another state")
	}
}

// waiting says what the house waits for.
func (h *house) waiting() string {
	switch {
	case !h.open:
		return "the house is not open"
	case len(h.inbox) > 0 || h.machine.Pending() > 0:
		return "there are requests to decide"
	case h.appending != nil || h.recovering || h.probing || !h.machine.Ready():
		return "the disk is busy"
	case h.machine.Failing():
		return "the disk is failing"
	}
	return ""
}
