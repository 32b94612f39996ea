package bench

import (
	"context"
	"fmt"
)

// Floor measures the least that fan-out by send calls can cost on this machine. A thread
// of this process, pinned to Core unless that is negative, does what no server can leave
// out: wait, read what a room's sender wrote, send it once to every other connection of
// the room. There is no protocol and no state. The first sender of each room sends, with
// Window lines at a time, which travel as one send: 1,000 members and a window of 1 unless
// options say otherwise. Deliveries are divided by that thread's CPU time alone. Address
// and PID are not used.
func Floor(ctx context.Context, options Options) (FloorResult, error) {
	if options.Window == 0 {
		options.Window = 1
	}
	options.Senders, options.PID = 1, 0
	options = options.WithDefaults()
	relay, err := listenRelay(options)
	if err != nil {
		return FloorResult{}, err
	}
	defer relay.close()
	options.Address = relay.address
	s, err := newSwarm(options)
	if err != nil {
		return FloorResult{}, err
	}
	defer s.close()
	s.bare = true
	connect := func(number int) error {
		if err := s.beginConnect(number); err != nil {
			return err
		}
		return relay.accept(number)
	}
	if err := s.step(ctx, "connect", 1, connect); err != nil {
		return FloorResult{}, err
	}
	l := newLoad(s)
	if err := relay.start(l.check.memberOf); err != nil {
		return FloorResult{}, err
	}
	if _, err := l.measure(ctx, func() error { return l.closed(ctx, options.Warmup, 0) }); err != nil {
		return FloorResult{}, err
	}
	before := relay.progress()
	p, err := l.measure(ctx, func() error { return l.closed(ctx, options.Duration, options.Messages) })
	if err != nil {
		return FloorResult{}, err
	}
	after := relay.progress()
	if err := relay.failed(); err != nil {
		return FloorResult{}, err
	}
	if found := l.anomalies(); !found.Clean() {
		return FloorResult{}, fmt.Errorf("the floor itself failed: %+v", found)
	}
	cpu := (after.cpu - before.cpu).Seconds()
	return FloorResult{
		Options: options, Deliveries: p.deliveries, CPUSeconds: cpu,
		LinesPerSend:           float64(p.deliveries) / float64(after.sends-before.sends),
		DeliveriesPerCPUSecond: per(p.deliveries, cpu),
		GeneratorCPUSeconds:    (p.generator - (after.cpu - before.cpu)).Seconds(),
	}, nil
}
