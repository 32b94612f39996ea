package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"
)

// small is a shape that a toy server carries in a moment.
func small(address string) Options {
	return Options{
		Address: address, PID: os.Getpid(), Rooms: 1, Members: 8, Senders: 2, Window: 2, Messages: 200,
		Duration: 10 * time.Second, Warmup: time.Millisecond, Patience: 5 * time.Second, Backoff: time.Millisecond,
	}
}

func TestFanOutFindsEachFault(t *testing.T) {
	t.Parallel()
	tests := []struct {
		fault   string
		senders int
		want    Anomalies
	}{
		{"", 2, Anomalies{}},
		{"lose", 2, Anomalies{Lost: 1}},
		{"double", 2, Anomalies{Duplicated: 1}},
		{"garble", 2, Anomalies{Lost: 1, Strange: 1}},
		{"swap", 1, Anomalies{Reordered: 1}},
	}
	for _, test := range tests {
		t.Run("fault "+test.fault, func(t *testing.T) {
			t.Parallel()
			options := small(startToy(t, test.fault).address())
			options.Senders, options.Window = test.senders, 8
			result, err := FanOut(t.Context(), options)
			if err != nil {
				t.Fatal(err)
			}
			if result.Anomalies != test.want {
				t.Errorf("found %+v, want %+v", result.Anomalies, test.want)
			}
			if result.Messages != 200 || test.fault == "" && result.Deliveries != 200*7 {
				t.Errorf("%d messages, %d deliveries; want 200 messages to 7 members", result.Messages, result.Deliveries)
			}
			if result.Server != "toy-1" || result.ServerCPUSeconds <= 0 {
				t.Errorf("server %q, CPU %v s", result.Server, result.ServerCPUSeconds)
			}
		})
	}
}

// TestFanOutFindsOrder swaps messages of different senders: every sender's own order holds.
// Each of the two has one message under way, so the two that are swapped are not of one.
func TestFanOutFindsOrder(t *testing.T) {
	t.Parallel()
	toy := startToy(t, "swap")
	options := small(toy.address())
	options.Window, options.Senders = 1, 2
	result, err := FanOut(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	if want := (Anomalies{OrderDiffers: 1}); result.Anomalies != want {
		t.Errorf("found %+v, want %+v", result.Anomalies, want)
	}
}

func TestLatency(t *testing.T) {
	t.Parallel()
	toy := startToy(t, "")
	options := small(toy.address())
	options.Password, options.Rate, options.Duration = "open", 1000, 200*time.Millisecond
	result, err := Latency(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	if result.Messages != 200 || result.Delivery.Count != 200*7 || !result.Anomalies.Clean() {
		t.Errorf("%d messages, %d deliveries, %+v", result.Messages, result.Delivery.Count, result.Anomalies)
	}
	toy.mu.Lock()
	defer toy.mu.Unlock()
	if toy.ponged != 8 || len(toy.passwords) != 8 || toy.passwords[0] != "open" {
		t.Errorf("%d PONGs, passwords %q; want 8 of each", toy.ponged, toy.passwords)
	}
}

func TestStorms(t *testing.T) {
	t.Parallel()
	jobs := map[string]struct {
		run   func(context.Context, Options) (StormResult, error)
		lines int64
	}{
		"idle":      {Idle, 3 * 36},
		"joins":     {JoinStorm, 3 * 36},
		"onejoin":   {OneJoin, 36},
		"reconnect": {Reconnect, 3 * 36},
	}
	for job, test := range jobs {
		t.Run(job, func(t *testing.T) {
			t.Parallel()
			options := small(startToy(t, "").address())
			options.Rooms, options.Settle = 3, time.Millisecond
			result, err := test.run(t.Context(), options)
			if err != nil {
				t.Fatal(err)
			}
			if result.Job != job || result.JoinLines != test.lines || result.JoinLinesFull != test.lines {
				t.Errorf("%s: %d JOIN lines, in full %d, want %d", result.Job, result.JoinLines, result.JoinLinesFull, test.lines)
			}
			if (result.ResidentFull > 0) != (job == "idle") {
				t.Errorf("resident %d", result.ResidentFull)
			}
		})
	}
}

func TestRefusalsAreTriedAgain(t *testing.T) {
	t.Parallel()
	for _, fault := range []string{"throttle", "nick"} {
		result, err := JoinStorm(t.Context(), small(startToy(t, fault).address()))
		if err != nil || result.Retries != 1 || result.JoinLines != 36 {
			t.Errorf("%s: %d retries, %d JOIN lines, %v; want one retry and all 36", fault, result.Retries, result.JoinLines, err)
		}
	}
}

func TestServerThatNeverLetsIn(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	options := small(startToy(t, "closed").address())
	options.Members, options.Senders = 2, 1
	_, err := FanOut(ctx, options)
	if err == nil || !strings.Contains(err.Error(), "come back later") {
		t.Errorf("error %v does not tell the server's reason", err)
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := FanOut(ctx, small(startToy(t, "").address())); err != context.Canceled {
		t.Errorf("error %v, want that of the context", err)
	}
}

func TestFloors(t *testing.T) {
	options := Options{Rooms: 2, Members: 5, Window: 3, Messages: 60, Warmup: time.Millisecond, Core: -1}
	result, err := Floor(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	if result.Deliveries != 60*4 || result.LinesPerSend < 1 || result.LinesPerSend > 3 {
		t.Errorf("%d deliveries, %v lines per send", result.Deliveries, result.LinesPerSend)
	}
	folder := t.TempDir()
	sync, err := FloorFsync(t.Context(), folder, time.Millisecond, 100)
	if err != nil || sync.Sync.Count == 0 {
		t.Errorf("%d syncs, %v", sync.Sync.Count, err)
	}
	if left, _ := os.ReadDir(folder); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestRun(t *testing.T) {
	t.Parallel()
	address := startToy(t, "").address()
	var out bytes.Buffer
	args := strings.Fields("--json fanout custom --members 4 --senders 1 --window 2 --messages 10 --warmup 1ms --addr " + address)
	if err := Run(t.Context(), args, &out); err != nil {
		t.Fatal(err)
	}
	var result FanOutResult
	if err := json.Unmarshal(out.Bytes(), &result); err != nil || result.Deliveries != 30 || result.Options.Window != 2 {
		t.Errorf("%v in %s", err, &out)
	}
	out.Reset()
	if err := Run(t.Context(), []string{"joins", "--rooms", "2", "--members", "3", "--addr", address}, &out); err != nil || !strings.Contains(out.String(), "12 of 12 JOIN lines") {
		t.Errorf("%v in %s", err, &out)
	}
	for _, bad := range []string{"", "fanout e --addr 127.0.0.1:1", "fanout a", "fanout custom --members 3 --addr " + address, "joins --addr nowhere"} {
		if err := Run(t.Context(), strings.Fields(bad), &out); err == nil {
			t.Errorf("no error for %q", bad)
		}
	}
	out.Reset()
	if err := Run(t.Context(), []string{"--help"}, &out); err != nil || !strings.Contains(out.String(), "fanout") {
		t.Errorf("help: %v, %s", err, &out)
	}
}
