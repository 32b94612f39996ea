package bench

import (
	"math/bits"
	"time"
)

// subBuckets per power of two: a value is kept within 1/64 of itself.
const subBuckets = 64

// histogram counts durations in buckets whose width grows with the value. The zero value
// is empty and ready; it is one array, so that counting allocates nothing.
type histogram struct {
	count   int64
	max     int64
	buckets [59 * subBuckets]int64
}

func bucketOf(nanoseconds int64) int {
	if nanoseconds < subBuckets {
		return int(max(nanoseconds, 0))
	}
	shift := bits.Len64(uint64(nanoseconds)) - 7 // leaves 64..127
	return shift*subBuckets + int(nanoseconds>>shift)
}

// upperBound is the largest value that falls into the bucket.
func upperBound(bucket int) int64 {
	if bucket < 2*subBuckets {
		return int64(bucket)
	}
	shift := bucket/subBuckets - 1
	return (int64(bucket-shift*subBuckets)+1)<<shift - 1
}

func (h *histogram) add(nanoseconds int64) {
	h.count++
	h.max = max(h.max, nanoseconds)
	h.buckets[bucketOf(nanoseconds)]++
}

// quantile returns the value below or at which the share q (0 to 1) of all values lies,
// at most 1/64 too large; 0 when empty.
func (h *histogram) quantile(q float64) int64 {
	rank := int64(q*float64(h.count)+0.999999) - 1
	for bucket, n := range h.buckets {
		if rank < n {
			return min(upperBound(bucket), h.max)
		}
		rank -= n
	}
	return h.max
}

// Quantiles are durations in milliseconds over Count values.
type Quantiles struct {
	Count int64   `json:"count"`
	P50   float64 `json:"p50_ms"`
	P99   float64 `json:"p99_ms"`
	P999  float64 `json:"p999_ms"`
	Max   float64 `json:"max_ms"`
}

func (h *histogram) quantiles() Quantiles {
	return Quantiles{
		Count: h.count,
		P50:   milliseconds(h.quantile(0.50)),
		P99:   milliseconds(h.quantile(0.99)),
		P999:  milliseconds(h.quantile(0.999)),
		Max:   milliseconds(h.max),
	}
}

func milliseconds(nanoseconds int64) float64 {
	return float64(nanoseconds) / float64(time.Millisecond)
}
