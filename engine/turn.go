package engine

import (
	"runtime/debug"
	"time"

	"madang/chat"
	"madang/chat/core"
	"madang/engine/sequencer"
)

// turns handles everything that waits, one turn after another, until nothing is left
// or a commit is under way.
func (e *Engine) turns() {
	for e.sequencer.Ready() && e.fill() {
		e.stats.turn(e.sequencer.Pending())
		e.apply(e.sequencer.Turn())
	}
}

// fill asks the sequencer what waits, and says whether there was anything to do. It
// may find asks that were made while the last batch was delivered; what looks at the
// state from outside the order waits until they are delivered too.
func (e *Engine) fill() bool {
	for _, asked := range e.late {
		e.sequencer.Ask(asked, e.now())
	}
	e.late = nil
	busy := e.sequencer.Pending() > 0 || e.work()
	if e.cursor == len(e.mail.entries) {
		e.refill()
	}
	for len(e.calls) > 0 && e.sequencer.Pending() == 0 {
		f := e.calls[0]
		e.calls = e.calls[1:]
		f()
		busy = true
	}
	for !e.sequencer.Full() && e.next() {
		busy = true
	}
	return busy
}

// refill takes new mail.
func (e *Engine) refill() {
	e.mail = e.inbox.take(e.mail)
	e.cursor = 0
	e.calls = append(e.calls, e.mail.calls...)
}

// next handles one input, or one session's that waited; false: there is none.
func (e *Engine) next() bool {
	if len(e.released) > 0 {
		s := e.released[0]
		e.released = e.released[1:]
		e.handlePending(s)
		return true
	}
	if e.cursor == len(e.mail.entries) {
		return false
	}
	in := &e.mail.entries[e.cursor]
	e.cursor++
	e.receive(in.session, Input{in.kind, in.code, e.mail.arena[in.start:in.end]})
	return true
}

// receive handles an input, or keeps it until its session is free.
func (e *Engine) receive(s *Session, in Input) {
	switch {
	case in.Kind == opened:
		e.sessions[s.id] = s
	case in.Kind == drained:
		e.drained(s)
	case s.hold != nil && (s.hold.blocked() || len(s.hold.pending) > 0):
		s.keep(in)
		if in.Kind == End {
			e.lost(s)
		}
	case !e.handle(s, in):
		s.keep(in)
	}
}

// handle gives an input to its protocol; false: it came too fast and must wait.
func (e *Engine) handle(s *Session, in Input) bool {
	if in.Kind == Line && !s.ended {
		if wait := s.tokens.take(*e.pace.Load(), e.clock()); wait > 0 {
			s.holding().paced = true
			e.paced = append(e.paced, s)
			return false
		}
	}
	s.handled(inputCost(in.Data))
	if s.ended {
		if in.Kind == End && !s.buried {
			e.dying = append(e.dying, s)
		}
		return true
	}
	e.guard(s, func() { s.protocol.Input(in) })
	if in.Kind == End {
		e.endSession(s, string(in.Data), nil)
	}
	return true
}

// guard turns a bug in a gateway into the end of the one session.
func (e *Engine) guard(s *Session, f func()) {
	defer func() {
		if bug := recover(); bug != nil {
			e.stats.panics.Add(1)
			e.logger.Error("bug: a gateway panicked; its session is closed",
				"panic", bug, "gateway", s.gateway.gateway.Name(), "stack", string(debug.Stack()))
			e.endSession(s, "internal error", nil)
		}
	}()
	f()
}

// origin is what the engine remembers of an ask while it is decided and committed.
type origin struct {
	session *Session // nil: the console
	ask     Ask
	pager   Pager // what Pages gave at the ask's place
	holds   bool  // counted in the session's hold
	broken  bool  // the gateway panicked over the answer
}

// ask has the sequencer decide an ask.
func (e *Engine) ask(s *Session, a Ask) {
	o := &origin{session: s, ask: a}
	if s != nil && (a.Hold || a.Pages != nil || a.Task != nil) {
		s.holding().asks++
		o.holds = true
	}
	asked := sequencer.Ask{Command: a.Command, Origin: o}
	if a.Answer != nil || a.Pages != nil {
		asked.Answer = o.answer
	}
	if !e.sequencer.Ready() { // relaxed: what Done asks waits for the commit
		e.late = append(e.late, asked)
		return
	}
	e.sequencer.Ask(asked, e.now())
}

// answer has the gateway render what the asker is told. A bug there must not stop the
// loop half-way through a batch: the session is closed once the batch stands.
func (o *origin) answer(state *core.State, outcome Outcome) (b []byte) {
	defer func() {
		if bug := recover(); bug != nil {
			o.broken, b = true, nil
		}
	}()
	if o.ask.Pages != nil {
		o.pager = o.ask.Pages(state, outcome)
	}
	if o.ask.Answer == nil {
		return nil
	}
	return o.ask.Answer(state, outcome)
}

// deliver shows what a batch led to, in order, and flushes.
func (e *Engine) deliver(steps []sequencer.Step) {
	if len(steps) == 0 {
		return
	}
	begun := time.Now()
	for i := range steps {
		e.step(&steps[i])
	}
	e.bury()
	flushed := e.fan.flush()
	e.stats.flush(time.Since(begun), flushed, e.fan.deliveries)
	e.maybeSnapshot()
}

// step shows one ask's events to those whom they concern, and its answer to the asker.
// Events that have no asker any more are shown to everybody whom they concern.
func (e *Engine) step(step *sequencer.Step) {
	o, _ := step.Ask.Origin.(*origin)
	if o == nil {
		o = &origin{}
	}
	s := o.session
	for i := range step.Outcome.Events {
		e.show(&step.Outcome.Events[i], s)
	}
	if s != nil {
		e.fan.single(s, step.Reply)
	}
	if a := step.Outcome.Unrecorded; a != nil {
		e.logger.Warn("done by the console, and not in the audit: the disk fails", "action", a.Action, "object", a.Object, "text", a.Text)
	}
	if r := step.Outcome.Refusal; o.broken || r != nil && r.Code == chat.Internal {
		e.bug(s)
	}
	if o.ask.Done != nil {
		o.done(e, step.Outcome)
	}
	if o.holds {
		e.settle(s, o)
	}
}

// show delivers one event.
func (e *Engine) show(p *chat.Placed, actor *Session) {
	e.fan.event(p, actor)
	for _, w := range e.fan.ways {
		w.gateway.Observe(p)
	}
	switch p.Event.(type) {
	case *chat.Quit, *chat.SessionEnded:
		for _, s := range e.fan.gone {
			s.ended = true
			e.dying = append(e.dying, s)
		}
		e.fan.gone = e.fan.gone[:0]
	case *chat.Said, *chat.Relayed:
		if actor != nil {
			actor.spoke = uint32(e.clock().Unix())
		}
	case *chat.BanAdded, *chat.BanRemoved, *chat.NodeStarted:
		e.publishBans()
	}
	if p.Event.Class() == chat.Durable {
		e.delivered = p.Position
	}
	e.attended(p)
}

// attended has it written down that somebody who is always on came back or went. While
// the disk fails that is refused, and only what he is shown after a crash depends on it.
func (e *Engine) attended(p *chat.Placed) {
	var user chat.UserID
	switch event := p.Event.(type) {
	case *chat.SessionAdded:
		if event.Back {
			user = event.Source.User
		}
	case *chat.SessionEnded:
		if event.Last {
			user = event.Source.User
		}
	case *chat.SignedIn:
		if event.Back {
			user = event.To.User
		}
	}
	if user != 0 {
		e.ask(nil, Ask{Command: &chat.Attend{User: user}})
	}
}

// done tells the asker's gateway that the outcome stands.
func (o *origin) done(e *Engine, outcome Outcome) {
	if o.session == nil {
		o.ask.Done(outcome)
		return
	}
	e.guard(o.session, func() { o.ask.Done(outcome) })
}

// bug follows a command or an answer that panicked.
func (e *Engine) bug(s *Session) {
	e.stats.panics.Add(1)
	e.logger.Error("bug: a command or its answer panicked; the session is closed")
	if s != nil {
		e.endSession(s, "internal error", nil)
	}
}

// endSession ends a session: its user quits, then the outlet is closed behind the
// last words.
func (e *Engine) endSession(s *Session, reason string, lastWords []byte) {
	if s.ended {
		return
	}
	s.ended = true
	s.over.Store(true)
	var quit chat.Command
	if e.state.UserOf(s.id) != nil {
		quit = &chat.Detach{Session: s.id, Reason: reason}
	}
	e.ask(s, Ask{
		Command: quit,
		Answer:  func(*core.State, Outcome) []byte { return lastWords },
		Done:    func(Outcome) { e.dying = append(e.dying, s) },
	})
}

// bury closes the outlets of sessions that are over.
func (e *Engine) bury() {
	if len(e.dying) == 0 {
		return
	}
	e.fan.closeRuns()
	for _, s := range e.dying {
		if s.buried {
			continue
		}
		s.outlet.Append(e.fan.storm.take(s))
		s.outlet.Close(nil)
		s.buried, s.hold = true, nil
		delete(e.sessions, s.id)
		s.protocol.Ended()
	}
	clear(e.dying)
	e.dying = e.dying[:0]
}

// finish ends the loop: what was asked is decided and committed, the sessions are
// told, and the state is written out.
func (e *Engine) finish(ticks <-chan time.Time) error {
	deadline := time.Now().Add(finishWithin)
	e.settleAll(ticks, deadline)
	for _, s := range e.sessions {
		s.append(s.protocol.Farewell(nil, "the server is stopping"))
		e.dying = append(e.dying, s)
	}
	e.fan.flush()
	e.bury()
	if e.config.Snapshot == nil || !e.sequencer.Ready() {
		return nil
	}
	return e.config.Snapshot(e.state.Snapshot())
}

// finishWithin bounds the wait for the last commits.
const finishWithin = 5 * time.Second

// settleAll lets commits end until nothing waits.
func (e *Engine) settleAll(ticks <-chan time.Time, deadline time.Time) {
	e.turns()
	for !e.sequencer.Ready() && time.Now().Before(deadline) {
		select {
		case f := <-e.results:
			f()
		case <-ticks:
			e.tick()
		}
		e.turns()
	}
}

// maybeSnapshot writes the state out when much has happened since the last time.
func (e *Engine) maybeSnapshot() {
	if e.config.Snapshot == nil || e.saving || e.delivered < e.saved+snapshotEvery {
		return
	}
	e.saving = true
	snapshot := e.state.Snapshot()
	e.workers.Go(func() {
		err := e.config.Snapshot(snapshot)
		e.inbox.call(func() {
			e.saving, e.saved = false, snapshot.Position
			if err != nil {
				e.logger.Error("snapshot not written", "error", err)
			}
		})
	})
}
