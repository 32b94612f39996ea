package bench

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestHistogramBuckets(t *testing.T) {
	previous := -1
	for _, value := range []int64{0, 1, 63, 64, 127, 128, 129, 130, 255, 256, 1000, 1e6, 1e9, 1e12, math.MaxInt64} {
		bucket := bucketOf(value)
		if bucket < previous {
			t.Errorf("bucket of %d is %d, below that of a smaller value", value, bucket)
		}
		previous = bucket
		if upper := upperBound(bucket); upper < value || float64(upper) > float64(value)*(1+1.0/subBuckets) {
			t.Errorf("upper bound of the bucket of %d is %d", value, upper)
		}
	}
}

func TestHistogramQuantiles(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var h histogram
	values := make([]int64, 10_000)
	for i := range values {
		values[i] = int64(random.ExpFloat64() * 2e6)
		h.add(values[i])
	}
	slices.Sort(values)
	for _, q := range []float64{0.5, 0.99, 0.999, 1} {
		exact := values[int(math.Ceil(q*float64(len(values))))-1]
		if got := h.quantile(q); got < exact || float64(got) > float64(exact)*(1+1.0/subBuckets) {
			t.Errorf("quantile %v is %d, exactly %d", q, got, exact)
		}
	}
	if got := new(histogram).quantiles(); got != (Quantiles{}) {
		t.Errorf("empty: %+v", got)
	}
}
