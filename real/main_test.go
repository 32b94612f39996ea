//go:build real

package real

import (
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// The flags of this package. Read-only after TestMain has parsed them.
var (
	rounds = flag.Int("rounds", 20, "how often the server is killed under load")
	events = flag.Int("events", 150_000, "how many messages are stored before TestColdStart starts again")
	seed   = flag.Uint64("seed", 0, "what the random moments are drawn from; 0: the time")
	binary = flag.String("madang", "", "a binary to test instead of one built from ../cmd/madang")
)

// patience bounds every single wait for something that must happen.
const patience = 30 * time.Second

// parallelMin is how many tests run at once: most of them wait for a clock or a disk.
const parallelMin = "8"

func TestMain(m *testing.M) {
	if err := flag.Set("test.parallel", parallelMin); err != nil {
		panic(err)
	}
	flag.Parse()
	os.Exit(run(m))
}

func run(m *testing.M) int {
	if *seed == 0 {
		*seed = uint64(time.Now().UnixNano())
	}
	if *binary != "" {
		return m.Run()
	}
	folder, err := os.MkdirTemp("", "madang-real-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(folder)
	*binary = filepath.Join(folder, "madang")
	build := exec.Command("go", "build", "-trimpath", "-o", *binary, "../cmd/madang")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build madang: %v\n%s", err, out)
		return 1
	}
	return m.Run()
}

// need skips a test that has no use without one of these programs.
func need(t testing.TB, programs ...string) {
	t.Helper()
	for _, p := range programs {
		if _, err := exec.LookPath(p); err != nil {
			t.Skipf("%s is not installed", p)
		}
	}
}

// needRoot skips a test that mounts.
func needRoot(t testing.TB) {
	t.Helper()
	if os.Getuid() != 0 {
		t.Skip("only root may mount")
	}
}
