package bench

import (
	"context"
	"slices"
	"time"
)

// FanOut lets the senders of every room send as fast as their windows allow and counts
// what arrives. It warms up, drains, measures and drains again, so that the measured phase
// owns all its deliveries and all the CPU time they cost. A message that is lost keeps its
// place in its sender's window. It fails when the server cannot be reached, refuses
// clients for good, or ctx ends; anomalies are results, not errors.
func FanOut(ctx context.Context, options Options) (FanOutResult, error) {
	return fanOut(ctx, "fanout", options.WithDefaults(), false)
}

// Durable is FanOut with 8 senders, a window of 64 and 100 members for 30 s, unless
// options say otherwise, and reports the worst of its seconds.
func Durable(ctx context.Context, options Options) (FanOutResult, error) {
	if options.Members == 0 {
		options.Members = 100
	}
	if options.Senders == 0 {
		options.Senders = 8
	}
	if options.Window == 0 {
		options.Window = 64
	}
	if options.Duration == 0 {
		options.Duration = 30 * time.Second
	}
	return fanOut(ctx, "durable", options.WithDefaults(), true)
}

func fanOut(ctx context.Context, job string, options Options, worst bool) (FanOutResult, error) {
	s, err := assemble(ctx, options)
	if err != nil {
		return FanOutResult{}, err
	}
	defer s.close()
	l := newLoad(s)
	if _, err := l.measure(ctx, func() error { return l.closed(ctx, options.Warmup, 0) }); err != nil {
		return FanOutResult{}, err
	}
	if worst {
		l.seconds = make([]int64, int(options.Duration/time.Second))
	}
	p, err := l.measure(ctx, func() error { return l.closed(ctx, options.Duration, options.Messages) })
	if err != nil {
		return FanOutResult{}, err
	}
	result := FanOutResult{
		Job: job, Server: s.version, Options: options,
		Messages: p.messages, Deliveries: p.deliveries,
		WallSeconds:         p.wall.Seconds(),
		MessagesPerSecond:   per(p.messages, p.wall.Seconds()),
		DeliveriesPerSecond: per(p.deliveries, p.wall.Seconds()),

		ServerCPUSeconds:       p.server.cpu.Seconds(),
		DeliveriesPerCPUSecond: per(p.deliveries, p.server.cpu.Seconds()),
		ServerSwitches:         p.server.switches,
		GeneratorCPUSeconds:    p.generator.Seconds(),

		Complete:  l.latency.quantiles(),
		Anomalies: l.anomalies(),
		Refusal:   s.refusal,
	}
	if len(l.seconds) > 0 {
		result.WorstSecond = slices.Min(l.seconds)
	}
	return result, nil
}

// assemble connects, registers and joins all clients, and waits until the server is silent.
func assemble(ctx context.Context, options Options) (*swarm, error) {
	s, err := newSwarm(options)
	if err != nil {
		return nil, err
	}
	if err := s.gather(ctx); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *swarm) gather(ctx context.Context) error {
	if err := s.register(ctx); err != nil {
		return err
	}
	if err := s.join(ctx, s.options.Joins); err != nil {
		return err
	}
	_, err := s.quiet(ctx, 200*time.Millisecond, s.options.Patience)
	return err
}

// latencyEventsMax keeps the generator from reading for long while a message is due.
const latencyEventsMax = 64

// Latency sends Rate messages a second, each when it is due, whether the server keeps up
// or not, with the senders taking turns: 500 members and 10 senders for 10 s unless
// options say otherwise. Latency counts from the moment a message was due.
func Latency(ctx context.Context, options Options) (LatencyResult, error) {
	if options.Members == 0 {
		options.Members = 500
	}
	if options.Duration == 0 {
		options.Duration = 10 * time.Second
	}
	options = options.WithDefaults()
	s, err := assemble(ctx, options)
	if err != nil {
		return LatencyResult{}, err
	}
	defer s.close()
	s.poll.limit = latencyEventsMax
	l := newLoad(s)
	l.each = true
	if _, err := l.measure(ctx, func() error { return l.open(ctx, options.Warmup, options.Rate) }); err != nil {
		return LatencyResult{}, err
	}
	p, err := l.measure(ctx, func() error { return l.open(ctx, options.Duration, options.Rate) })
	if err != nil {
		return LatencyResult{}, err
	}
	return LatencyResult{
		Server: s.version, Options: options, Messages: p.messages,
		Delivery:            l.latency.quantiles(),
		ServerCPUSeconds:    p.server.cpu.Seconds(),
		GeneratorCPUSeconds: p.generator.Seconds(),
		Anomalies:           l.anomalies(),
		Refusal:             s.refusal,
	}, nil
}
