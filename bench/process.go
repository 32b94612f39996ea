package bench

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

// process reads what the kernel says about the server. The zero value is an unknown process.
type process struct {
	pid  int
	root string // "/proc", or a test's folder
}

func (p process) known() bool { return p.pid > 0 }

func (p process) path(name string) string {
	return filepath.Join(p.root, strconv.Itoa(p.pid), name)
}

// usage is the CPU time of all tasks so far, and how often they were switched.
type usage struct {
	cpu      time.Duration
	switches int64
}

// usage sums over all tasks: /proc/PID/task/*/schedstat in nanoseconds, or, on a kernel
// without it, /proc/PID/stat in ticks of 10 ms. An unknown process has used nothing.
func (p process) usage() (usage, error) {
	if !p.known() {
		return usage{}, nil
	}
	tasks, err := os.ReadDir(p.path("task"))
	if err != nil {
		return usage{}, fmt.Errorf("read the server's tasks: %w", err)
	}
	var sum usage
	exact := true
	for _, task := range tasks {
		cpu, ok := readSchedstat(p.path("task/" + task.Name() + "/schedstat"))
		exact = exact && ok
		sum.cpu += cpu
		sum.switches += readSwitches(p.path("task/" + task.Name() + "/status"))
	}
	if exact {
		return sum, nil
	}
	stat, err := os.ReadFile(p.path("stat"))
	if err != nil {
		return usage{}, fmt.Errorf("read the server's CPU time: %w", err)
	}
	sum.cpu, err = parseStat(stat)
	return sum, err
}

// readSchedstat reads nanoseconds on the processor, the first of three numbers. A task
// that ended meanwhile counts as nothing.
func readSchedstat(path string) (time.Duration, bool) {
	text, err := os.ReadFile(path)
	if err != nil {
		_, gone := os.Stat(filepath.Dir(path))
		return 0, gone != nil
	}
	first, _, _ := bytes.Cut(text, []byte{' '})
	ns, err := strconv.ParseInt(string(first), 10, 64)
	return time.Duration(ns), err == nil
}

// parseStat adds utime and stime, fields 14 and 15 of proc_pid_stat(5), in ticks of 10 ms.
// The name in field 2 may hold spaces and parentheses, so counting begins after its end.
func parseStat(stat []byte) (time.Duration, error) {
	fields := bytes.Fields(stat[bytes.LastIndexByte(stat, ')')+1:])
	if len(fields) < 13 {
		return 0, fmt.Errorf("parse stat: %d fields after the name, need 13", len(fields))
	}
	var ticks int64
	for _, field := range fields[11:13] {
		n, err := strconv.ParseInt(string(field), 10, 64)
		if err != nil {
			return 0, fmt.Errorf("parse stat: %w", err)
		}
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond, nil
}

func readSwitches(path string) int64 {
	text, err := os.ReadFile(path)
	if err != nil {
		return 0
	}
	return statusNumber(text, "voluntary_ctxt_switches:") + statusNumber(text, "nonvoluntary_ctxt_switches:")
}

// residentBytes is the resident set: smaps_rollup, which is exact, or else VmRSS of status.
func (p process) residentBytes() (int64, error) {
	if text, err := os.ReadFile(p.path("smaps_rollup")); err == nil {
		if kib := statusNumber(text, "Rss:"); kib > 0 {
			return kib << 10, nil
		}
	}
	text, err := os.ReadFile(p.path("status"))
	if err != nil {
		return 0, fmt.Errorf("read the server's memory: %w", err)
	}
	kib := statusNumber(text, "VmRSS:")
	if kib == 0 {
		return 0, fmt.Errorf("read the server's memory: no VmRSS in status of %d", p.pid)
	}
	return kib << 10, nil
}

// statusNumber returns the number after a key at the beginning of a line, or 0.
func statusNumber(text []byte, key string) int64 {
	for line := range bytes.Lines(text) {
		rest, ok := bytes.CutPrefix(line, []byte(key))
		if !ok {
			continue
		}
		fields := bytes.Fields(rest)
		if len(fields) == 0 {
			return 0
		}
		n, _ := strconv.ParseInt(string(fields[0]), 10, 64)
		return n
	}
	return 0
}
