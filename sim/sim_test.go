package sim

import (
	"flag"
	"fmt"
	"strings"
	"testing"
)

var (
	oneSeed = flag.Uint64("seed", 0, "play the world of this seed alone, in TestSeed")
	seeds   = flag.Uint64("seeds", 1000, "how many seeds TestManyWorlds plays; at most 200 with -short")
)

// go test ./sim -v -run Seed -seed 123 plays one world again.
func TestSeed(t *testing.T) {
	r := Run(*oneSeed)
	t.Logf("%d steps, %d messages, digest %016x\n%s", r.Steps, r.Messages, r.Digest, table(r.Faults))
	if r.Violation != nil {
		t.Error(r.Violation)
	}
}

// table is how often each fault occurred.
func table(c Counts) string {
	var b strings.Builder
	for f := range FaultsEnd {
		writeCount(&b, f, c[f])
	}
	return b.String()
}

func writeCount(b *strings.Builder, f Fault, n int) {
	fmt.Fprintf(b, "%8d  %s\n", n, f)
}

// Every promise holds in every world; every world is the same when it is played again;
// and no kind of fault is spared.
func TestManyWorlds(t *testing.T) {
	n := *seeds
	if testing.Short() {
		n = min(n, 200)
	}
	var total Counts
	messages := 0
	for seed := uint64(1); seed <= n; seed++ {
		first, second := Run(seed), Run(seed)
		switch {
		case first.Violation != nil:
			t.Errorf("%v\nonce more: go test ./sim -run Seed -seed %d", first.Violation, seed)
		case first.Digest != second.Digest:
			t.Errorf("seed %d went another way the second time", seed)
		case first.Steps < 200:
			t.Errorf("seed %d: only %d steps", seed, first.Steps)
		}
		messages += first.Messages
		for f, k := range first.Faults {
			total[f] += k
		}
	}
	t.Logf("%d seeds, %d messages\n%s", n, messages, table(total))
	for f := range FaultsEnd {
		if total[f] == 0 {
			t.Errorf("%q never occurred", f)
		}
	}
}

// Each planted fault is found, and not by accident: within a few seeds.
func TestPlantedFaultsAreFound(t *testing.T) {
	const within = 100
	for m := Faithful + 1; m < MutationsEnd; m++ {
		t.Run(m.String(), func(t *testing.T) {
			for seed := uint64(1); seed <= within; seed++ {
				if r := RunWith(seed, m); r.Violation != nil {
					t.Log(r.Violation)
					return
				}
			}
			t.Errorf("not found in %d seeds", within)
		})
	}
}
