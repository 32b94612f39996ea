package store

import (
	"math/bits"
	"sync/atomic"
	"time"

	"madang/chat"
)

// Stats is what a store has done since it was opened, and how large it is.
type Stats struct {
	Appends         uint64 // batches stored
	Failed          uint64 // batches refused or in doubt
	Events          uint64
	Bytes           uint64        // of events
	CommitP50       time.Duration // of Append, rounded up by at most a quarter
	CommitP99       time.Duration
	Checkpoints     uint64
	CheckpointStall time.Duration // the longest time that a checkpoint kept batches waiting
	Last            chat.Position // of the last event
	Indexed         chat.Position // up to here search.db knows the messages
	DatabaseBytes   int64
	LogBytes        int64 // of the write-ahead log
	SearchBytes     int64
}

// Lag is how many events the index is behind.
func (s Stats) Lag() uint64 { return uint64(s.Last - min(s.Indexed, s.Last)) }

// The histogram of commit times: bucketsPerDouble for each power of two of
// microseconds, from one to more than a minute.
const (
	bucketsPerDouble = 4
	buckets          = 27 * bucketsPerDouble
)

// counters count from any goroutine.
type counters struct {
	appends, failed, events, bytes atomic.Uint64
	written                        atomic.Int64 // to the write-ahead log, in bytes, about
	checkpoints                    atomic.Uint64
	longestStall                   atomic.Int64
	commits                        [buckets]atomic.Uint64
}

// committed counts a batch.
func (c *counters) committed(events, bytes int, took time.Duration) {
	c.appends.Add(1)
	c.events.Add(uint64(events))
	c.bytes.Add(uint64(bytes))
	c.commits[bucket(took)].Add(1)
	// A row and its stub, and about a page of the index or more for a small batch.
	c.written.Add(int64(bytes) + int64(events)*64 + int64(min(events, 16)+3)*4096)
}

// checkpointed counts a checkpoint and how long batches had to wait for it.
func (c *counters) checkpointed(stall time.Duration) {
	c.checkpoints.Add(1)
	for old := c.longestStall.Load(); int64(stall) > old; old = c.longestStall.Load() {
		if c.longestStall.CompareAndSwap(old, int64(stall)) {
			return
		}
	}
}

// bucket is where a time is counted.
func bucket(took time.Duration) int {
	us := uint64(max(took.Microseconds(), 1))
	double := bits.Len64(us) - 1
	part := (us - 1<<double) * bucketsPerDouble >> double
	return min(double*bucketsPerDouble+int(part), buckets-1)
}

// bucketEnd is the time below which everything in a bucket lies.
func bucketEnd(i int) time.Duration {
	double, part := i/bucketsPerDouble, i%bucketsPerDouble
	us := (uint64(bucketsPerDouble+part+1) << double) / bucketsPerDouble
	return time.Duration(max(us, 1)) * time.Microsecond
}

// quantile is the time that the given share of batches kept within.
func (c *counters) quantile(share float64) time.Duration {
	var total, seen uint64
	for i := range c.commits {
		total += c.commits[i].Load()
	}
	if total == 0 {
		return 0
	}
	for i := range c.commits {
		seen += c.commits[i].Load()
		if float64(seen) >= share*float64(total) {
			return bucketEnd(i)
		}
	}
	return bucketEnd(buckets - 1)
}

// Stats says what the store has done.
func (s *Store) Stats() Stats {
	return Stats{
		Appends: s.count.appends.Load(), Failed: s.count.failed.Load(),
		Events: s.count.events.Load(), Bytes: s.count.bytes.Load(),
		CommitP50: s.count.quantile(0.5), CommitP99: s.count.quantile(0.99),
		Checkpoints: s.count.checkpoints.Load(), CheckpointStall: time.Duration(s.count.longestStall.Load()),
		Last: s.Last(), Indexed: s.index.upTo(),
		DatabaseBytes: fileSize(s.path), LogBytes: fileSize(s.path + "-wal"), SearchBytes: fileSize(s.index.path),
	}
}
