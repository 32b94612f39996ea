package bench

import (
	"fmt"
	"strings"
	"time"
)

// FanOutResult is what FanOut and Durable measured. Counts are of the measured phase;
// anomalies are of the whole job, warm-up included.
type FanOutResult struct {
	Job     string  `json:"job"`
	Server  string  `json:"server"` // its version, as 004 says it
	Options Options `json:"options"`

	Messages            int64   `json:"messages"`
	Deliveries          int64   `json:"deliveries"`
	WallSeconds         float64 `json:"wall_seconds"` // from the first message to the last delivery
	MessagesPerSecond   float64 `json:"messages_per_second"`
	DeliveriesPerSecond float64 `json:"deliveries_per_second"`

	// The server's share is zero when its process is not known.
	ServerCPUSeconds       float64 `json:"server_cpu_seconds"`
	DeliveriesPerCPUSecond float64 `json:"deliveries_per_cpu_second"`
	ServerSwitches         int64   `json:"server_context_switches"`
	GeneratorCPUSeconds    float64 `json:"generator_cpu_seconds"`

	// WorstSecond is the fewest messages acknowledged in one full second; Durable only.
	WorstSecond int64 `json:"worst_second_messages,omitempty"`

	// Complete is, per message, from sending until its last member has it.
	Complete  Quantiles `json:"complete"`
	Anomalies Anomalies `json:"anomalies"`
	// Refusal is the last thing the server refused or complained about, if any.
	Refusal string `json:"refusal,omitempty"`
}

// LatencyResult is what Latency measured.
type LatencyResult struct {
	Server   string  `json:"server"`
	Options  Options `json:"options"`
	Messages int64   `json:"messages"`
	// Delivery is, over all deliveries, from the moment the message was due until the
	// generator read it: a server or generator that falls behind is charged for it.
	Delivery            Quantiles `json:"delivery"`
	ServerCPUSeconds    float64   `json:"server_cpu_seconds"`
	GeneratorCPUSeconds float64   `json:"generator_cpu_seconds"`
	Anomalies           Anomalies `json:"anomalies"`
	Refusal             string    `json:"refusal,omitempty"`
}

// Stretch is the cost of one part of a storm.
type Stretch struct {
	WallSeconds      float64 `json:"wall_seconds"`
	ServerCPUSeconds float64 `json:"server_cpu_seconds"`
}

// StormResult is what Idle, JoinStorm, OneJoin and Reconnect measured.
type StormResult struct {
	Job     string `json:"job"`
	Server  string `json:"server"`
	Clients int    `json:"clients"`
	Rooms   int    `json:"rooms"`
	Retries int    `json:"retries"` // refusals and nicks in use, tried again

	// Register is from the first connection to the last 001, Join from the first JOIN to
	// every client's own JOIN and 366. Settled is Join and then until nothing arrives any
	// more. CPU time is read when the server is silent, so it holds what others were told.
	Register Stretch `json:"register"`
	Join     Stretch `json:"join"`
	Settled  Stretch `json:"settled"`
	// JoinLines were received; JoinLinesFull is what they would be if every member saw
	// every JOIN after its own singly, its own included.
	JoinLines     int64 `json:"join_lines"`
	JoinLinesFull int64 `json:"join_lines_full"`

	CPUPerThousandRegistrations float64 `json:"cpu_seconds_per_1000_registrations"`
	CPUPerThousandJoins         float64 `json:"cpu_seconds_per_1000_joins"`

	// Memory of the server, in bytes: before the first client, and after the last join
	// plus Settle. Zero when its process is not known.
	ResidentBase          int64   `json:"resident_base,omitempty"`
	ResidentFull          int64   `json:"resident_full,omitempty"`
	ResidentPerConnection float64 `json:"resident_per_connection,omitempty"`

	GeneratorCPUSeconds float64 `json:"generator_cpu_seconds"`
}

// FloorResult is what a machine can do at most: one send call per delivery and nothing else.
type FloorResult struct {
	Options                Options `json:"options"`
	LinesPerSend           float64 `json:"lines_per_send"`
	Deliveries             int64   `json:"deliveries"`
	CPUSeconds             float64 `json:"cpu_seconds"` // of the writing thread
	DeliveriesPerCPUSecond float64 `json:"deliveries_per_cpu_second"`
	GeneratorCPUSeconds    float64 `json:"generator_cpu_seconds"`
}

// FsyncResult is the cost of a bare write and fdatasync.
type FsyncResult struct {
	Directory string    `json:"directory"`
	Bytes     int       `json:"bytes"` // of each write
	PerSecond float64   `json:"per_second"`
	Sync      Quantiles `json:"sync"`
}

// String is a table for people, one figure a line.
func (r FanOutResult) String() string {
	var t table
	t.row("job", "%s", r.Job)
	t.row("server", "%s", orUnknown(r.Server))
	t.shape(r.Options)
	t.row("window", "%d, acknowledged by %s", r.Options.Window, r.Options.Acknowledge)
	t.row("deliveries", "%d of %d messages in %.2f s", r.Deliveries, r.Messages, r.WallSeconds)
	t.row("per second", "%.0f deliveries, %.0f messages", r.DeliveriesPerSecond, r.MessagesPerSecond)
	if r.WorstSecond > 0 {
		t.row("worst second", "%d messages", r.WorstSecond)
	}
	if r.ServerCPUSeconds > 0 {
		t.row("per server CPU second", "%.0f thousand deliveries (%.2f s CPU, %d context switches)",
			r.DeliveriesPerCPUSecond/1000, r.ServerCPUSeconds, r.ServerSwitches)
	}
	t.row("generator CPU", "%.2f s", r.GeneratorCPUSeconds)
	t.quantiles("until the last member", r.Complete)
	t.anomalies(r.Anomalies, r.Refusal)
	return t.String()
}

// String is a table for people, one figure a line.
func (r LatencyResult) String() string {
	var t table
	t.row("job", "latency at %d messages/s", r.Options.Rate)
	t.row("server", "%s", orUnknown(r.Server))
	t.shape(r.Options)
	t.quantiles("delivery", r.Delivery)
	t.row("CPU", "server %.2f s, generator %.2f s, %d messages", r.ServerCPUSeconds, r.GeneratorCPUSeconds, r.Messages)
	t.anomalies(r.Anomalies, r.Refusal)
	return t.String()
}

// String is a table for people, one figure a line.
func (r StormResult) String() string {
	var t table
	t.row("job", "%s", r.Job)
	t.row("server", "%s", orUnknown(r.Server))
	t.row("clients", "%d in %d rooms, %d retries", r.Clients, r.Rooms, r.Retries)
	t.row("registered", "%.2f s, CPU %.3f s per 1,000", r.Register.WallSeconds, r.CPUPerThousandRegistrations)
	t.row("joined", "%.2f s, CPU %.3f s per 1,000", r.Join.WallSeconds, r.CPUPerThousandJoins)
	t.row("silent after", "%.2f s, %d of %d JOIN lines", r.Settled.WallSeconds, r.JoinLines, r.JoinLinesFull)
	if r.ResidentFull > 0 {
		t.row("resident", "%.0f bytes per connection (%d before, %d after)", r.ResidentPerConnection, r.ResidentBase, r.ResidentFull)
	}
	t.row("generator CPU", "%.2f s", r.GeneratorCPUSeconds)
	return t.String()
}

// String is a table for people, one figure a line.
func (r FloorResult) String() string {
	var t table
	t.row("job", "floor: one send per delivery, no server")
	t.shape(r.Options)
	t.row("lines per send", "%.2f", r.LinesPerSend)
	t.row("per CPU second", "%.0f thousand deliveries (%.2f s CPU)", r.DeliveriesPerCPUSecond/1000, r.CPUSeconds)
	t.row("generator CPU", "%.2f s", r.GeneratorCPUSeconds)
	return t.String()
}

// String is a table for people, one figure a line.
func (r FsyncResult) String() string {
	var t table
	t.row("job", "floor: write %d bytes and fdatasync in %s", r.Bytes, r.Directory)
	t.row("per second", "%.0f", r.PerSecond)
	t.quantiles("each", r.Sync)
	return t.String()
}

// table gathers rows of a name and a text.
type table struct{ strings.Builder }

func (t *table) row(name, format string, args ...any) {
	fmt.Fprintf(t, "%-22s %s\n", name, fmt.Sprintf(format, args...))
}

func (t *table) shape(o Options) {
	t.row("shape", "%d rooms of %d, %d senders each, %d bytes of text", o.Rooms, o.Members, o.Senders, o.Bytes)
}

func (t *table) quantiles(name string, q Quantiles) {
	t.row(name, "p50 %.2f, p99 %.2f, p99.9 %.2f, max %.2f ms", q.P50, q.P99, q.P999, q.Max)
}

func (t *table) anomalies(a Anomalies, refusal string) {
	if a.Clean() {
		t.row("anomalies", "none")
	} else {
		t.row("ANOMALIES", "%d lost, %d duplicated, %d reordered, %d strange, %d members with an order of their own, %d hung up",
			a.Lost, a.Duplicated, a.Reordered, a.Strange, a.OrderDiffers, a.HungUp)
	}
	if refusal != "" {
		t.row("the server said", "%q", refusal)
	}
}

func orUnknown(version string) string {
	if version == "" {
		return "unknown"
	}
	return version
}

// per is n divided by seconds, or 0 when there were none.
func per(n int64, seconds float64) float64 {
	if seconds <= 0 {
		return 0
	}
	return float64(n) / seconds
}

func perThousand(cpu time.Duration, clients int) float64 {
	return cpu.Seconds() * 1000 / float64(clients)
}
