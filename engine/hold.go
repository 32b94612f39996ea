package engine

import (
	"slices"

	"madang/chat"
)

// hold is what keeps a session's input waiting, and the input.
type hold struct {
	asks    int    // asks that hold, and whose outcome does not stand yet
	works   []work // long answers and tasks, one after another
	running bool   // the first of them is a task under way
	waiting bool   // the first of them waits for the peer to take what is queued
	paced   bool   // too fast: waits for its time
	defers  bool   // events are held back behind the first live task's answer
	later   []byte // those events, and answers since, rendered
	pending []pendingInput
}

// work is a long answer or a task.
type work struct {
	pager Pager
	task  Task
	live  bool
	slow  bool
	upTo  chat.Position // of a live task
	from  int           // of a live task: what is held back from here on waits for it
}

type pendingInput struct {
	kind InputKind
	code uint8
	data []byte
}

// holding gives the session's hold, making it when there is none.
func (s *Session) holding() *hold {
	if s.hold == nil {
		s.hold = &hold{}
	}
	return s.hold
}

// blocked says that no input may be handled now.
func (h *hold) blocked() bool { return h != nil && (h.asks > 0 || len(h.works) > 0 || h.paced) }

// keep puts an input behind those that wait.
func (s *Session) keep(in Input) {
	h := s.holding()
	h.pending = append(h.pending, pendingInput{in.Kind, in.Code, append([]byte(nil), in.Data...)})
}

// free lets a session's input go on if nothing blocks it any more.
func (e *Engine) free(s *Session) {
	switch h := s.hold; {
	case h == nil || h.blocked():
	case len(h.pending) > 0:
		e.released = append(e.released, s)
	default:
		s.hold = nil
	}
}

// handlePending handles what waited, as far as it may be.
func (e *Engine) handlePending(s *Session) {
	for s.hold != nil && !s.hold.blocked() && len(s.hold.pending) > 0 {
		h := s.hold
		in := h.pending[0]
		h.pending = h.pending[1:]
		if !e.handle(s, Input{in.kind, in.code, in.data}) {
			h.pending = append([]pendingInput{in}, h.pending...)
		}
	}
	e.drop(s)
}

// drop forgets a hold that holds nothing.
func (e *Engine) drop(s *Session) {
	if h := s.hold; h != nil && !h.blocked() && len(h.pending) == 0 {
		s.hold = nil
	}
}

// releasePaced lets the sessions that were too fast try again.
func (e *Engine) releasePaced() {
	paced := e.paced
	e.paced = nil
	for _, s := range paced {
		if s.hold != nil {
			s.hold.paced = false
			e.free(s)
		}
	}
}

// settle begins what an ask left to do once its outcome stands.
func (e *Engine) settle(s *Session, o *origin) {
	h := s.hold
	if h == nil {
		return
	}
	h.asks--
	if o.pager != nil {
		h.works = append(h.works, work{pager: o.pager})
	}
	if o.ask.Task != nil {
		w := work{task: o.ask.Task, live: o.ask.Live, slow: o.ask.Slow, upTo: e.delivered}
		if w.live {
			e.fan.closeRuns()
			w.from, h.defers = len(h.later), true
		}
		h.works = append(h.works, w)
	}
	if len(h.works) > 0 {
		e.working = append(e.working, s)
	}
	e.free(s)
}

// work goes on with long answers and tasks, and says whether there were any. Nothing
// is decided and not delivered when it is called.
func (e *Engine) work() bool {
	if len(e.working) == 0 {
		return false
	}
	working := e.working
	e.working = nil
	for _, s := range working {
		e.guard(s, func() { e.workFor(s) })
	}
	e.fan.flush()
	for _, s := range working {
		// What the socket took at once is followed by no Drained.
		if h := s.hold; h != nil && h.waiting && s.outlet.Queued() == 0 {
			e.drained(s)
		}
	}
	return true
}

// workFor goes on until the session's queue is long, a task runs, or all is done.
func (e *Engine) workFor(s *Session) {
	for h := s.hold; h != nil && len(h.works) > 0 && !h.running; {
		if s.outlet.Queued() > pageBytes {
			h.waiting = true
			return
		}
		w := &h.works[0]
		if w.task != nil {
			h.running = true
			e.startTask(s, *w)
			return
		}
		b, more := w.pager(nil, e.state)
		s.page(b)
		if !more {
			h.works = h.works[1:]
		}
	}
	e.free(s)
}

// drained goes on with what waited for the peer to take its queue.
func (e *Engine) drained(s *Session) {
	if h := s.hold; h != nil && h.waiting {
		h.waiting = false
		e.working = append(e.working, s)
	}
}

// lost ends the waiting of a session whose peer is gone: nobody drains its queue.
func (e *Engine) lost(s *Session) {
	s.over.Store(true)
	if h := s.hold; h != nil && !h.running {
		h.works, h.waiting = nil, false
		e.free(s)
	}
}

// startTask runs a task beside the loop, when a place in its pool is free; not for a
// session that is over by then.
func (e *Engine) startTask(s *Session, w work) {
	upTo, pool := e.delivered, e.tasks
	if w.live {
		upTo = w.upTo
	}
	if w.slow {
		pool = e.slow
		e.slowQueue.Add(1)
	}
	e.workers.Go(func() {
		select {
		case pool <- struct{}{}:
		case <-e.context.Done():
			return
		}
		var r Result
		if !s.over.Load() {
			r = runSafely(e, w.task, upTo)
		}
		<-pool
		if w.slow {
			e.slowQueue.Add(-1)
		}
		e.inbox.call(func() { e.taskDone(s, r) })
	})
}

// runSafely turns a bug in a task into an empty answer.
func runSafely(e *Engine, t Task, upTo chat.Position) (r Result) {
	defer func() {
		if bug := recover(); bug != nil {
			e.stats.panics.Add(1)
			e.logger.Error("bug: a task panicked", "panic", bug)
			r = Result{}
		}
	}()
	return t(e.context, upTo)
}

// taskDone shows a task's answer and then what was held back behind it.
func (e *Engine) taskDone(s *Session, r Result) {
	h := s.hold
	if h == nil || s.buried {
		return
	}
	h.running = false
	h.works = h.works[1:]
	e.release(s, r.Bytes)
	if r.Next != nil {
		h.works = append([]work{{task: r.Next}}, h.works...)
	}
	if r.Then != nil {
		e.guard(s, r.Then)
	}
	if len(h.works) > 0 {
		e.working = append(e.working, s)
	}
	e.free(s)
	e.fan.flush()
}

// release queues an answer, and the events that waited behind it and not for a later
// live task too.
func (e *Engine) release(s *Session, answer []byte) {
	h := s.hold
	s.put(e.fan.storm.take(s)) // in its order among those
	later, held := h.later, []byte(nil)
	i := slices.IndexFunc(h.works, func(w work) bool { return w.live })
	if i >= 0 {
		from := h.works[i].from
		later, held = later[:from:from], later[from:]
		for j := range h.works {
			h.works[j].from -= from
		}
	}
	h.defers, h.later = false, nil
	s.put(answer)
	s.put(later)
	h.defers, h.later = i >= 0, held
}
