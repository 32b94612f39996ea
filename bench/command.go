package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"github.com/alecthomas/kong"
)

// commands is the grammar of `madang bench`. Zero means the job's own default.
type commands struct {
	JSON bool `name:"json" help:"Print one JSON object instead of a table."`

	Fanout struct {
		Job string `arg:"" enum:"a,b,c,d,custom" help:"a: 1,000 members, 10 senders, window 16. b: one sender, window 1. c: 10 senders, window 1. d: 20 rooms of 50, one sender each, window 4. custom: from the flags."`
		serverFlags
		shapeFlags
	} `cmd:"" help:"Fan-out: deliveries per second and per server CPU second, every one checked."`
	Latency struct {
		serverFlags
		shapeFlags
		Rate int `help:"Messages a second (200)."`
	} `cmd:"" help:"Latency of deliveries at a fixed rate: 500 members, 10 senders."`
	Durable struct {
		serverFlags
		shapeFlags
	} `cmd:"" help:"Throughput: 8 senders with a window of 64, 100 members, 30 s."`
	Idle struct {
		serverFlags
		stormFlags
		Settle time.Duration `help:"From the last join to reading memory (5s)."`
	} `cmd:"" help:"Resident bytes per idle connection: 10,000 in rooms of 50, on a fresh server."`
	Joins struct {
		serverFlags
		stormFlags
	} `cmd:"" help:"CPU seconds per 1,000 registrations and joins: 5,000 in rooms of 50."`
	Onejoin struct {
		serverFlags
		Members int `help:"Clients that join the one room (5,000)."`
	} `cmd:"" help:"5,000 clients join one room at once."`
	Reconnect struct {
		serverFlags
		stormFlags
	} `cmd:"" help:"5,000 clients drop and come back."`
	Floor struct {
		shapeFlags
		Core int `default:"-1" help:"Processor for the writing thread; -1: any."`
	} `cmd:"" help:"One send per delivery, no server: 1,000 members, window 1."`
	Fsync struct {
		Directory string        `arg:"" type:"existingdir" help:"Folder to write in."`
		Duration  time.Duration `help:"How long (5s)."`
		Bytes     int           `help:"Of each write (4096)."`
	} `cmd:"" help:"A bare loop of write and fdatasync."`
}

type serverFlags struct {
	Addr          string        `required:"" help:"IP address and port of the server's plaintext IRC."`
	PID           int           `name:"pid" help:"The server's process, for CPU time and memory."`
	Password      string        `help:"Server password (PASS)."`
	Registrations int           `help:"Unanswered registrations at a time (500)."`
	Joins         int           `help:"Unanswered joins at a time (100)."`
	Patience      time.Duration `help:"Longest wait without progress (10s)."`
}

type shapeFlags struct {
	Rooms       int           `help:"Number of rooms."`
	Members     int           `help:"Members of each room, senders included."`
	Senders     int           `help:"Senders in each room."`
	Window      int           `help:"Unacknowledged messages of each sender."`
	Acknowledge string        `enum:"all,one," default:"" help:"A message is acknowledged when all members have it, or one designated member (all)."`
	Duration    time.Duration `help:"Of the measured phase."`
	Warmup      time.Duration `help:"Before it (1s)."`
	Messages    int           `help:"End after so many messages."`
	Bytes       int           `help:"Length of a text (64)."`
}

type stormFlags struct {
	Rooms   int `help:"Number of rooms."`
	Members int `help:"Members of each room (50)."`
}

func (f serverFlags) fill(o *Options) {
	o.Address, o.PID, o.Password = f.Addr, f.PID, f.Password
	o.Registrations, o.Joins, o.Patience = f.Registrations, f.Joins, f.Patience
}

// fill overrides what a flag says something about.
func (f shapeFlags) fill(o *Options) {
	for _, field := range []struct {
		to   *int
		from int
	}{{&o.Rooms, f.Rooms}, {&o.Members, f.Members}, {&o.Senders, f.Senders}, {&o.Window, f.Window}, {&o.Messages, f.Messages}, {&o.Bytes, f.Bytes}} {
		if field.from != 0 {
			*field.to = field.from
		}
	}
	o.Acknowledge, o.Duration, o.Warmup = Acknowledge(f.Acknowledge), f.Duration, f.Warmup
}

func (f stormFlags) fill(o *Options) { o.Rooms, o.Members = f.Rooms, f.Members }

// Run parses the arguments that follow `madang bench`, runs one job and prints its result
// to out. Asking for help is not an error.
func Run(ctx context.Context, args []string, out io.Writer) error {
	var c commands
	helped := false
	parser, err := kong.New(&c, kong.Name("madang bench"), kong.Writers(out, out), kong.Exit(func(int) { helped = true }),
		kong.Description("Measures any IRC server. Pin the server to one core and this to another; compare servers only within one run."))
	if err != nil {
		return fmt.Errorf("bench grammar: %w", err)
	}
	parsed, err := parser.Parse(args)
	if helped {
		return nil
	}
	if err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	result, err := c.run(ctx, parsed.Selected().Name)
	if err != nil {
		return fmt.Errorf("bench %s: %w", parsed.Selected().Name, err)
	}
	if c.JSON {
		return json.NewEncoder(out).Encode(result)
	}
	_, err = fmt.Fprint(out, result)
	return err
}

func (c *commands) run(ctx context.Context, job string) (fmt.Stringer, error) {
	var o Options
	switch job {
	case "fanout":
		o, _ = Preset(c.Fanout.Job) // custom begins with nothing
		c.Fanout.serverFlags.fill(&o)
		c.Fanout.shapeFlags.fill(&o)
		result, err := FanOut(ctx, o)
		if c.Fanout.Job != "custom" {
			result.Job += " " + c.Fanout.Job
		}
		return result, err
	case "latency":
		c.Latency.serverFlags.fill(&o)
		c.Latency.shapeFlags.fill(&o)
		o.Rate = c.Latency.Rate
		return Latency(ctx, o)
	case "durable":
		c.Durable.serverFlags.fill(&o)
		c.Durable.shapeFlags.fill(&o)
		return Durable(ctx, o)
	case "floor":
		c.Floor.fill(&o)
		o.Core = c.Floor.Core
		return Floor(ctx, o)
	case "fsync":
		return FloorFsync(ctx, c.Fsync.Directory, c.Fsync.Duration, c.Fsync.Bytes)
	}
	return c.runStorm(ctx, job)
}

func (c *commands) runStorm(ctx context.Context, job string) (fmt.Stringer, error) {
	var o Options
	switch job {
	case "idle":
		c.Idle.serverFlags.fill(&o)
		c.Idle.stormFlags.fill(&o)
		o.Settle = c.Idle.Settle
		return Idle(ctx, o)
	case "joins":
		c.Joins.serverFlags.fill(&o)
		c.Joins.stormFlags.fill(&o)
		return JoinStorm(ctx, o)
	case "onejoin":
		c.Onejoin.fill(&o)
		o.Members = c.Onejoin.Members
		return OneJoin(ctx, o)
	}
	c.Reconnect.serverFlags.fill(&o)
	c.Reconnect.stormFlags.fill(&o)
	return Reconnect(ctx, o)
}
