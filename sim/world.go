package sim

import (
	"fmt"
	"hash"
	"hash/fnv"
	"math/rand/v2"

	"madang/chat"
)

// world is everything that happens, one step at a time.
type world struct {
	// Fixed after construction.
	seed     uint64
	mutation Mutation
	chance   *rand.Rand
	digest   hash.Hash64
	stormy   int // steps with faults

	always, storm []action // what may happen when all is calm, and before
	diskFaults    int      // commits that fail, in a hundred

	steps int
	calm  bool // no more faults, and nothing new is said
	now   chat.Time
	// How far the clock may still jump ahead, and how much time may still pass at
	// leisure: ids are remembered for ten minutes, and no retry may come later.
	ahead, pauses chat.Time

	faults    Counts
	violation error
	house     *house
	clients   []*client
	ledger    ledger
}

// calmPause is how much time passes at a tick without leisure.
const calmPause = 50

func newWorld(seed uint64, m Mutation) *world {
	w := &world{
		seed: seed, mutation: m,
		chance: rand.New(rand.NewPCG(seed, 0x6d6164616e67)),
		digest: fnv.New64a(),
		now:    1_800_000_000 * chat.Second,
		ahead:  2 * chat.Minute,
		pauses: 3 * chat.Minute,
		ledger: newLedger(),
	}
	w.stormy = stormySteps + w.chance.IntN(900)
	w.plan()
	w.house = newHouse(w)
	for i := range 2 + w.chance.IntN(5) {
		w.clients = append(w.clients, newClient(w, i))
	}
	w.house.boot()
	return w
}

// note puts something that happened into the digest.
func (w *world) note(what string, about ...any) {
	fmt.Fprintln(w.digest, what, fmt.Sprint(about...))
}

// misfortune counts a fault.
func (w *world) misfortune(f Fault) {
	w.faults[f]++
	w.note("fault", f)
}

// odds is true n times out of a hundred; never when all is calm.
func (w *world) odds(n int) bool { return !w.calm && w.chance.IntN(100) < n }

// pick is one of the clients.
func (w *world) pick() *client { return w.clients[w.chance.IntN(len(w.clients))] }

// An action is something that may happen next; false: it cannot now.
type action struct {
	weight int
	name   string
	do     func(*world) bool
}

// The actions, with how likely each is. The stormy ones stop when all is calm.
func actions() (always, stormy []action) {
	always = []action{
		{300, "act", func(w *world) bool { return w.pick().act() }},
		{200, "ask", func(w *world) bool { return w.house.ask() }},
		{140, "turn", func(w *world) bool { return w.house.turn() }},
		{200, "disk", func(w *world) bool { return w.house.disk() }},
		{200, "read", func(w *world) bool { return w.pick().read() }},
		{80, "page", func(w *world) bool { return w.house.page(w.pick()) }},
		{40, "tick", (*world).tick},
		{10, "minute", func(w *world) bool { return w.house.post(&request{command: &chat.Tick{}}) }},
	}
	stormy = []action{
		{4, "cut", func(w *world) bool { return w.pick().lose() }},
		{1, "crash", func(w *world) bool { return w.house.crashNow() }},
		{1, "back", (*world).clockBack},
		{1, "ahead", (*world).clockAhead},
		{2, "snapshot", func(w *world) bool { return w.house.save() }},
		{3, "stall", func(w *world) bool { return w.pick().stall() }},
	}
	return always, stormy
}

// plan draws how likely each action is in this world: some are rough, some mild.
func (w *world) plan() {
	always, stormy := actions()
	for i := range stormy {
		stormy[i].weight *= w.chance.IntN(4)
	}
	w.always, w.storm = always, append(stormy, always...)
	w.diskFaults = 2 + w.chance.IntN(30)
}

// step lets one thing happen.
func (w *world) step() {
	w.steps++
	possible := w.storm
	if w.calm {
		possible = w.always
	}
	total := 0
	for _, a := range possible {
		total += a.weight
	}
	for {
		n := w.chance.IntN(total)
		for _, a := range possible {
			if n -= a.weight; n >= 0 {
				continue
			}
			if a.do(w) {
				w.note(a.name, w.now)
				return
			}
			break
		}
	}
}

// tick lets time pass.
func (w *world) tick() bool {
	pause := chat.Time(w.chance.IntN(2500))
	if w.calm || pause > w.pauses {
		pause = calmPause
	} else {
		w.pauses -= pause
	}
	w.now += pause
	w.house.apply(w.house.machine.Tick(w.now))
	return true
}

func (w *world) clockBack() bool {
	w.misfortune(ClockBack)
	w.now -= chat.Time(w.chance.Int64N(int64(chat.Hour)))
	return true
}

func (w *world) clockAhead() bool {
	jump := chat.Time(w.chance.Int64N(int64(chat.Minute)))
	if jump > w.ahead || w.now < w.house.state.LastTime() {
		return false
	}
	w.misfortune(ClockAhead)
	w.ahead -= jump
	w.now += jump
	return true
}

// settled says whether nothing is under way and everybody has everything.
func (w *world) settled() bool { return w.waiting() == "" }

// waiting says who waits for what; empty: nobody.
func (w *world) waiting() string {
	for _, c := range w.clients {
		if why := c.waiting(); why != "" {
			return c.name + " " + why
		}
	}
	return w.house.waiting()
}
