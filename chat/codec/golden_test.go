package codec

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files that are missing")

// golden is one file in testdata: what some version of this package wrote, and the
// value that it was. A file that exists never changes. Fields that the shape got
// later are not in it, and decode as zeros.
type golden struct {
	Bytes string // hexadecimal
	Value json.RawMessage
}

// goldenFile names the example of one version of a shape.
func goldenFile(s shape, version uint8) string {
	return filepath.Join("testdata", fmt.Sprintf("%s.v%d.json", s.name, version))
}

func TestGolden(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range shapes() {
		for version := uint8(1); version <= s.version; version++ {
			name := goldenFile(s, version)
			seen[name] = true
			t.Run(filepath.Base(name), func(t *testing.T) {
				if *update && version == s.version {
					writeMissing(t, name, s)
				}
				checkGolden(t, name, s, version)
			})
		}
	}
	files, err := filepath.Glob("testdata/*.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		if !seen[name] {
			t.Errorf("%s: its shape is gone, or was renamed; it must stay readable", name)
		}
	}
}

func checkGolden(t *testing.T, name string, s shape, version uint8) {
	b, want := readGolden(t, name, s)
	got, rest, err := s.decode(b)
	if err != nil {
		t.Fatal(err)
	}
	if len(rest) > 0 || !reflect.DeepEqual(got, want) {
		t.Errorf("%d bytes left\ngot  %+v\nwant %+v", len(rest), got, want)
	}
	if version == s.version && !bytes.Equal(s.encode(want), b) {
		t.Errorf("the shape is written differently now; it needs a new version")
	}
}

func readGolden(t testing.TB, name string, s shape) (b []byte, value any) {
	t.Helper()
	content, err := os.ReadFile(name)
	if err != nil {
		t.Fatalf("%v; run go test -update when the shape is new", err)
	}
	var g golden
	if err := json.Unmarshal(content, &g); err != nil {
		t.Fatal(err)
	}
	if b, err = hex.DecodeString(g.Bytes); err != nil {
		t.Fatal(err)
	}
	value = s.blank()
	d := json.NewDecoder(bytes.NewReader(g.Value))
	d.DisallowUnknownFields()
	if err := d.Decode(value); err != nil {
		t.Fatalf("a field is gone or was renamed: %v", err)
	}
	return b, value
}

// writeMissing writes an example of the newest version, unless there is one.
func writeMissing(t *testing.T, name string, s shape) {
	t.Helper()
	v := s.full()
	value, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	content, err := json.MarshalIndent(golden{Bytes: hex.EncodeToString(s.encode(v)), Value: value}, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.MkdirAll("testdata", 0o755); err != nil {
		t.Fatal(err)
	}
	f, err := os.OpenFile(name, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if os.IsExist(err) {
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write(append(content, '\n')); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// goldenBytes gives the bytes of all examples whose names begin so, as seeds.
func goldenBytes(t testing.TB, prefix string) (all [][]byte) {
	t.Helper()
	for _, s := range shapes() {
		if !strings.HasPrefix(s.name, prefix) {
			continue
		}
		for version := uint8(1); version <= s.version; version++ {
			b, _ := readGolden(t, goldenFile(s, version), s)
			all = append(all, b, s.encode(s.blank()))
		}
	}
	return all
}
