package bench

import (
	"context"
	"time"
)

const (
	// silence after which a server is taken to have told everybody everything.
	silence = 300 * time.Millisecond
	// settleMax bounds the wait for that silence.
	settleMax = 2 * time.Minute
)

// Idle connects 10,000 clients in rooms of 50, unless options say otherwise, and reads the
// server's resident memory before the first of them and Settle after the last join. Start
// a fresh server for it: memory that an earlier job left behind hides the cost.
func Idle(ctx context.Context, options Options) (StormResult, error) {
	return storm(ctx, "idle", options.smallRooms(10_000), true)
}

// JoinStorm registers 5,000 clients and then lets them join rooms of 50, unless options
// say otherwise, so many at a time as Registrations and Joins allow, and reports CPU time per 1,000 of each.
func JoinStorm(ctx context.Context, options Options) (StormResult, error) {
	return storm(ctx, "joins", options.smallRooms(5_000), false)
}

// OneJoin registers 5,000 clients, unless options say otherwise, who then all join one
// room at once. Join.WallSeconds ends when every client has its own JOIN and its 366;
// Settled when everybody has been told of everybody, and the server is silent.
func OneJoin(ctx context.Context, options Options) (StormResult, error) {
	if options.Members == 0 {
		options.Members = 5_000
	}
	options.Rooms, options.Senders = 1, 1
	return storm(ctx, "onejoin", options.WithDefaults(), false)
}

// Reconnect gathers 5,000 clients in rooms of 50, unless options say otherwise, drops them
// all at once, and measures their return: register and join, old nicks and all.
func Reconnect(ctx context.Context, options Options) (StormResult, error) {
	options = options.smallRooms(5_000)
	s, err := assemble(ctx, options)
	if err != nil {
		return StormResult{}, err
	}
	defer s.close()
	for number := range s.clients {
		s.hangUp(number)
	}
	s.retries, s.joinLines = 0, 0
	return s.storm(ctx, "reconnect", false)
}

// smallRooms gives options without Members rooms of 50 for so many clients. Nobody sends.
func (o Options) smallRooms(clients int) Options {
	if o.Members == 0 {
		o.Members = 50
	}
	if o.Rooms == 0 {
		o.Rooms = max(clients/o.Members, 1)
	}
	o.Senders = 1
	return o.WithDefaults()
}

func storm(ctx context.Context, job string, options Options, memory bool) (StormResult, error) {
	s, err := newSwarm(options)
	if err != nil {
		return StormResult{}, err
	}
	defer s.close()
	return s.storm(ctx, job, memory)
}

// storm registers and joins all clients and reports what each part cost.
func (s *swarm) storm(ctx context.Context, job string, memory bool) (r StormResult, err error) {
	n, each := int64(s.options.Rooms), int64(s.options.Members)
	r = StormResult{Job: job, Clients: len(s.clients), Rooms: s.options.Rooms, JoinLinesFull: n * each * (each + 1) / 2}
	own := generatorCPU()
	if memory && s.server.known() {
		if r.ResidentBase, err = s.server.residentBytes(); err != nil {
			return r, err
		}
	}
	var registering, joining time.Duration
	if r.Register, _, registering, err = s.stretch(ctx, s.register); err != nil {
		return r, err
	}
	limit := s.options.Joins
	if s.options.Rooms == 1 {
		limit = len(s.clients)
	}
	r.Join, r.Settled, joining, err = s.stretch(ctx, func(ctx context.Context) error { return s.join(ctx, limit) })
	if err != nil {
		return r, err
	}
	r.Server, r.Retries, r.JoinLines = s.version, s.retries, s.joinLines
	r.CPUPerThousandRegistrations = perThousand(registering, r.Clients)
	r.CPUPerThousandJoins = perThousand(joining, r.Clients)
	if memory && s.server.known() {
		err = s.weigh(ctx, &r)
	}
	r.GeneratorCPUSeconds = (generatorCPU() - own).Seconds()
	return r, err
}

// stretch measures one part: until its own end, and until the server is silent. CPU time
// is the same for both, since it cannot be told apart before the silence.
func (s *swarm) stretch(ctx context.Context, part func(context.Context) error) (own, settled Stretch, cpu time.Duration, err error) {
	before, err := s.server.usage()
	if err != nil {
		return own, settled, 0, err
	}
	begin := s.clock()
	if err := part(ctx); err != nil {
		return own, settled, 0, err
	}
	end := s.clock()
	last, err := s.quiet(ctx, silence, settleMax)
	if err != nil {
		return own, settled, 0, err
	}
	after, err := s.server.usage()
	cpu = after.cpu - before.cpu
	own = Stretch{WallSeconds: time.Duration(end - begin).Seconds(), ServerCPUSeconds: cpu.Seconds()}
	settled = Stretch{WallSeconds: time.Duration(max(last, end) - begin).Seconds(), ServerCPUSeconds: cpu.Seconds()}
	return own, settled, cpu, err
}

// weigh reads memory after the silence that Settle asks for, counted from the last join.
func (s *swarm) weigh(ctx context.Context, r *StormResult) (err error) {
	if err := s.serve(ctx, s.options.Settle-silence); err != nil {
		return err
	}
	if r.ResidentFull, err = s.server.residentBytes(); err != nil {
		return err
	}
	r.ResidentPerConnection = float64(r.ResidentFull-r.ResidentBase) / float64(r.Clients)
	return nil
}
