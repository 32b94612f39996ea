package transcript

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
)

var update = flag.Bool("update", false, "write what people see now into the transcripts")

func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) < 20 {
		t.Fatalf("%d transcripts found, %v", len(files), err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			t.Parallel()
			script, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			want := string(script)
			got, err := played(t, want)
			switch {
			case err != nil:
				t.Error(err)
			case t.Failed() || got == want:
			case *update:
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			default:
				t.Errorf("people see something else (- as written, + now; -update writes it):\n%s", diff(want, got))
			}
		})
	}
}

// played is a script as it should read, played in a house of its own.
func played(t *testing.T, script string) (got string, err error) {
	synctest.Test(t, func(t *testing.T) {
		house, failed := openHouse(t)
		if failed != nil {
			t.Fatal(failed)
		}
		p := &play{house: house, actions: actions()}
		got, err = p.run(script)
		for _, q := range p.people {
			q.peer.Close()
		}
		if failed := p.house.stop(); failed != nil {
			t.Error(failed)
		}
		for _, q := range p.people {
			q.reader.Wait()
		}
	})
	return got, err
}

// diff shows the lines that differ, and what stands around them.
func diff(old, new string) string {
	a, b := strings.Split(old, "\n"), strings.Split(new, "\n")
	// common[i][j] is how many lines a[i:] and b[j:] can share.
	common := make([][]int, len(a)+1)
	for i := range common {
		common[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	var lines []string
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case i < len(a) && j < len(b) && a[i] == b[j]:
			lines = append(lines, "  "+a[i])
			i, j = i+1, j+1
		case j == len(b) || i < len(a) && common[i+1][j] >= common[i][j+1]:
			lines = append(lines, "- "+a[i])
			i++
		default:
			lines = append(lines, "+ "+b[j])
			j++
		}
	}
	return strings.Join(around(lines), "\n")
}

// around keeps the lines near a difference.
func around(lines []string) []string {
	const near = 3
	var kept []string
	last := -1
	for i := range lines {
		from, to := max(0, i-near), min(len(lines), i+near+1)
		if !changed(lines[from:to]) {
			continue
		}
		if last >= 0 && i > last+1 {
			kept = append(kept, "  ...")
		}
		kept, last = append(kept, lines[i]), i
	}
	return kept
}

func changed(lines []string) bool {
	for _, text := range lines {
		if text[0] != ' ' {
			return true
		}
	}
	return false
}
