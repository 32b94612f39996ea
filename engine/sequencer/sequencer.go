// Package sequencer is the logic of the engine's loop as a step machine: it is told
// what was asked and how commits went, and answers with effects for the engine to
// carry out. It promises that nothing is delivered before its batch is committed
// (under Commit), that every ask is answered exactly once, that a batch which is not on
// disk leaves no trace, and that one of which nobody knows keeps nobody waiting for
// longer than five seconds. It refuses to do I/O, to know the clock and to start
// goroutines, so that a test can put any two things in any order.
package sequencer

import (
	"madang/chat"
	"madang/chat/core"
)

// Durability is when a message is shown.
type Durability uint8

// The durabilities.
const (
	Commit  Durability = iota // after its batch is on disk
	Relaxed                   // before; its batch is written soon after
	None                      // nothing is written
)

// batchBytesMax is where a batch takes no more commands; the last one may reach over
// it by one command's events, and the journal's bound holds both.
const batchBytesMax = 384 << 10

// probeEvery is the pause between two looks at a disk that failed.
const probeEvery = chat.Second

// Ask is one command or question of one session.
type Ask struct {
	Command chat.Command // nil: a question
	// Answer renders what the asker is told, from the state at the ask's place in
	// the order. It changes nothing, and is called again when the batch was undone;
	// only its last result counts. Nil: there is nothing to tell.
	Answer func(*core.State, Outcome) []byte
	Origin any // the engine's own; the sequencer hands it back
}

// Outcome is what became of an ask.
type Outcome struct {
	Events    []chat.Placed
	Refusal   *chat.Refusal
	Duplicate *chat.Duplicate
	Partly    []chat.Refusal
	// Unrecorded is the line in the record of what operators did, when the console did
	// something while the disk fails; nil: there is none, or it is in Events.
	Unrecorded *chat.Audited
}

// Step is an ask with its outcome, to be delivered. A step without Origin has no asker:
// its events are of a batch whose askers heard long ago that it is not confirmed.
type Step struct {
	Ask     Ask
	Outcome Outcome
	Reply   []byte
}

// Batch is what is to be appended: the i-th event has position After+1+i.
type Batch struct {
	After  chat.Position
	Events []chat.Event
}

// Effects are what the engine does next, in the order of the fields.
type Effects struct {
	Deliver []Step // valid until the next call of Ask
	Append  *Batch // then tell Committed, Failed or Unknown
	Recover bool   // then tell Recovered
	Probe   bool   // then tell Probed
}

type phase uint8

const (
	ready phase = iota
	committing
	doubtful
)

// Sequencer is the machine. It is owned by one goroutine.
type Sequencer struct {
	state      *core.State
	durability Durability

	phase   phase
	failing bool      // the disk refuses: durable commands are refused at once
	since   chat.Time // doubtful: since when; failing: the last look at the disk
	asked   bool      // a Probe or Recover is under way

	steps []Step
	undos []core.Undo
	batch Batch
	bytes int
	owed  *Batch // relaxed: shown, and not yet on disk
	doubt *Batch // suspended: undone, and perhaps on disk
}

// New makes a machine over a state that is in step with the journal.
func New(state *core.State, d Durability) *Sequencer {
	return &Sequencer{state: state, durability: d}
}

// State is the state as decided so far; it may be ahead of what is delivered.
func (s *Sequencer) State() *core.State { return s.state }

// Ready says whether Ask may be called: no commit is under way.
func (s *Sequencer) Ready() bool { return s.phase == ready }

// Full says that the batch is large enough to be turned.
func (s *Sequencer) Full() bool { return s.bytes >= batchBytesMax }

// Failing says that the disk refuses writes.
func (s *Sequencer) Failing() bool { return s.failing }

// Pending is how many asks the open batch holds.
func (s *Sequencer) Pending() int { return len(s.steps) }

// Ask decides one ask. It may be called only when the machine is Ready.
func (s *Sequencer) Ask(a Ask, now chat.Time) {
	if s.phase != ready {
		panic("sequencer: asked while committing")
	}
	s.steps = append(s.steps, s.decide(a, now, chat.NotStored))
}

// decide decides one ask. While the disk fails, refusal is the code for what needs it.
func (s *Sequencer) decide(a Ask, now chat.Time, refusal chat.Code) Step {
	step := Step{Ask: a}
	if a.Command != nil {
		step.Outcome = s.command(a.Command, now, refusal)
	}
	if a.Answer != nil {
		step.Reply = a.Answer(s.state, step.Outcome)
	}
	return step
}

func (s *Sequencer) command(c chat.Command, now chat.Time, refusal chat.Code) Outcome {
	d := decideSafely(s.state, c, now)
	o := Outcome{Refusal: d.Refusal, Duplicate: d.Duplicate, Partly: d.Partly}
	events := d.Events
	if s.failing {
		events = presenceFirst(events)
		if deed := audited(d.Events); deed != nil && deed.By != chat.ConsoleNick {
			events = nil
		} else if len(events) > 0 {
			o.Unrecorded = deed
		}
		if s.doubt != nil {
			events, refusal = s.withDoubt(c, d.Events, events, refusal)
		}
		if len(events) == 0 && len(d.Events) > 0 {
			o.Refusal = &chat.Refusal{Code: refusal, Nick: wanted(c)}
		}
	}
	if len(events) == 0 {
		return o
	}
	o.Events = make([]chat.Placed, 0, len(events))
	for _, e := range events {
		o.Events = append(o.Events, s.apply(e))
	}
	return o
}

// presenceFirst are the events of a departure without the housekeeping that follows
// it: that is durable, and is made up for by a later Tick.
func presenceFirst(events []chat.Event) []chat.Event {
	for i, e := range events {
		if e.Class() == chat.Durable {
			return events[:i]
		}
	}
	return events
}

// audited is the line in the record of what operators did that belongs to events, or nil.
// With it the deed is durable as a whole: what an operator does by his powers he does not
// do unseen, so that he is refused while the disk fails. The console alone goes on, for
// somebody must be able to stop abuse; it is the machine's owner, who could delete the
// record anyway, and the log tells of it.
func audited(events []chat.Event) *chat.Audited {
	for _, e := range events {
		if a, ok := e.(*chat.Audited); ok {
			return a
		}
	}
	return nil
}

func (s *Sequencer) apply(e chat.Event) chat.Placed {
	after := s.state.Position()
	placed, undo := s.state.Apply(e)
	s.undos = append(s.undos, undo)
	if e.Class() == chat.Durable && s.durability != None {
		if len(s.batch.Events) == 0 {
			s.batch.After = after
		}
		s.batch.Events = append(s.batch.Events, e)
		s.bytes += size(e)
	}
	return placed
}

// decideSafely turns a bug in Decide, which changes nothing, into a refusal.
func decideSafely(state *core.State, c chat.Command, now chat.Time) (d core.Decision) {
	defer func() {
		if recover() != nil {
			d = core.Decision{Refusal: &chat.Refusal{Code: chat.Internal}}
		}
	}()
	return state.Decide(c, now)
}

// Turn ends the batch. Under Commit the steps of a batch with durable events are
// delivered later, by Committed, Failed, Recovered or Tick.
func (s *Sequencer) Turn() Effects {
	if len(s.steps) == 0 || s.phase != ready {
		return Effects{}
	}
	if len(s.batch.Events) == 0 {
		return s.deliver()
	}
	batch := s.batch
	if s.durability == Relaxed {
		effects := s.deliver()
		s.phase, s.owed, effects.Append = committing, &batch, &batch
		return effects
	}
	s.phase = committing
	return Effects{Append: &batch}
}

// deliver hands the steps out and begins a new batch.
func (s *Sequencer) deliver() Effects {
	effects := Effects{Deliver: s.steps}
	s.steps = s.steps[:0:0]
	clear(s.undos)
	s.undos = s.undos[:0]
	s.batch = Batch{}
	s.bytes = 0
	s.phase = ready
	return effects
}

// mustCommit panics when no append is under way: what its caller tells would be about
// another batch.
func (s *Sequencer) mustCommit() {
	if s.phase != committing {
		panic("sequencer: told of a commit that is not under way")
	}
}

// Committed tells that the batch is on disk.
func (s *Sequencer) Committed() Effects {
	s.mustCommit()
	return s.committed()
}

func (s *Sequencer) committed() Effects {
	s.owed = nil
	s.asked = false
	s.failing = false
	if s.durability == Relaxed {
		s.phase = ready
		return Effects{}
	}
	return s.deliver()
}

// Failed tells that nothing of the batch is on disk.
func (s *Sequencer) Failed(now chat.Time) Effects {
	s.mustCommit()
	return s.failed(now)
}

func (s *Sequencer) failed(now chat.Time) Effects {
	s.failing, s.since, s.asked = true, now, false
	if s.durability == Relaxed {
		s.phase = ready
		return Effects{}
	}
	return s.again(now, chat.NotStored)
}

// again undoes the batch, decides its asks once more, now that the disk fails, and
// delivers what they come to.
func (s *Sequencer) again(now chat.Time, refusal chat.Code) Effects {
	for i := len(s.undos) - 1; i >= 0; i-- {
		s.undos[i]()
	}
	s.keepNumbers()
	asks := s.steps
	s.steps, s.undos, s.batch, s.bytes = make([]Step, 0, len(asks)), nil, Batch{}, 0
	for _, step := range asks {
		s.steps = append(s.steps, s.decide(step.Ask, now, refusal))
	}
	return s.deliver()
}

// Unknown tells that the batch may or may not be on disk. Nothing later is decided
// until Recovered, or until a Tick suspends the batch.
func (s *Sequencer) Unknown(now chat.Time) Effects {
	s.mustCommit()
	s.phase, s.since, s.asked = doubtful, now, true
	return Effects{Recover: true}
}

// Recovered tells the last position on disk, or with ok false that it could not be
// read; then it is tried again at a later Tick.
func (s *Sequencer) Recovered(last chat.Position, ok bool, now chat.Time) Effects {
	s.asked = false
	switch {
	case !ok:
		return Effects{}
	case s.doubt != nil:
		return s.resolve(last, now)
	case s.phase != doubtful:
		return Effects{}
	case last < s.state.Position():
		return s.failed(now)
	}
	return s.committed()
}

// Probed tells whether the disk takes writes again.
func (s *Sequencer) Probed(ok bool, now chat.Time) Effects {
	s.asked = false
	if ok && s.owed == nil && s.doubt == nil {
		s.failing = false
	}
	return Effects{}
}

// Tick lets time pass: looks at the disk, and answers for askers who have waited too
// long. Call it at least once a second while the machine is not Ready or is Failing.
func (s *Sequencer) Tick(now chat.Time) Effects {
	s.since = min(s.since, now) // a clock set back must not stop the looks at the disk
	switch {
	case s.phase == doubtful:
		return s.tickDoubtful(now)
	case s.failing && s.phase == ready && !s.asked && now-s.since >= probeEvery:
		s.since = now
		if s.owed != nil {
			s.phase = committing
			return Effects{Append: s.owed}
		}
		s.asked = true
		return Effects{Recover: s.doubt != nil, Probe: s.doubt == nil}
	}
	return Effects{}
}
