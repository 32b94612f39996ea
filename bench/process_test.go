package bench

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// fakeProc writes files of process 7 below a folder.
func fakeProc(t *testing.T, files map[string]string) process {
	t.Helper()
	p := process{pid: 7, root: t.TempDir()}
	for name, text := range files {
		path := p.path(name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return p
}

const fakeStat = "7 (a) b (c) S 1 7 7 0 -1 4194560 1 0 0 0 120 30 5 5 20 0 1 0 100 1000 10\n"

func TestUsage(t *testing.T) {
	status := "Name:\tx\nvoluntary_ctxt_switches:\t5\nnonvoluntary_ctxt_switches:\t2\n"
	exact := fakeProc(t, map[string]string{
		"task/7/schedstat": "1500000000 10 3\n", "task/7/status": status,
		"task/8/schedstat": "250 0 1\n", "task/8/status": status,
		"stat": fakeStat,
	})
	coarse := fakeProc(t, map[string]string{"task/7/status": status, "stat": fakeStat})
	for _, test := range []struct {
		name string
		of   process
		want usage
	}{
		{"schedstat of all tasks", exact, usage{1500000250, 14}},
		{"stat", coarse, usage{1500 * time.Millisecond, 7}},
		{"unknown", process{}, usage{}},
	} {
		if got, err := test.of.usage(); err != nil || got != test.want {
			t.Errorf("%s: %+v, %v; want %+v", test.name, got, err, test.want)
		}
	}
	if _, err := (process{pid: 7, root: t.TempDir()}).usage(); err == nil {
		t.Error("no error for a process that does not exist")
	}
}

func TestResidentBytes(t *testing.T) {
	status := "VmPeak:\t 900 kB\nVmRSS:\t 100 kB\n"
	rollup := "00400000-7ff rollup\nRss:                 101 kB\nPss: 50 kB\n"
	for _, test := range []struct {
		files map[string]string
		want  int64
	}{
		{map[string]string{"status": status, "smaps_rollup": rollup}, 101 << 10},
		{map[string]string{"status": status}, 100 << 10},
	} {
		if got, err := fakeProc(t, test.files).residentBytes(); err != nil || got != test.want {
			t.Errorf("%d, %v; want %d", got, err, test.want)
		}
	}
	if _, err := fakeProc(t, map[string]string{"status": "Name: zombie\n"}).residentBytes(); err == nil {
		t.Error("no error without VmRSS")
	}
}

func TestParseStatRefuses(t *testing.T) {
	for _, text := range []string{"", "7 (x) S 1 2", "7 (x) S 1 7 7 0 -1 4194560 1 0 0 0 a b 5 5"} {
		if _, err := parseStat([]byte(text)); err == nil {
			t.Errorf("no error for %q", text)
		}
	}
}
