package config

import (
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func TestManualIsUpToDate(t *testing.T) {
	file := filepath.Join("..", "docs", "manual", "configuration.md")
	update := flag.Lookup("update").Value.String() == "true"
	if update {
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(Manual()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(file)
	if err != nil || string(got) != Manual() {
		t.Errorf("%s is not what the settings say; run: go test ./config -update (%v)", file, err)
	}
}

func TestMain(m *testing.M) {
	flag.Bool("update", false, "write the manual")
	os.Exit(m.Run())
}

func TestEverySettingIsDescribed(t *testing.T) {
	manual, defaults := Manual(), Default()
	for _, l := range leavesOf(reflect.ValueOf(&defaults).Elem(), "") {
		doc := l.field.doc()
		if !strings.HasSuffix(doc, ".") || !strings.Contains(manual, doc) || !strings.Contains(manual, "- `"+l.field.key+"` = ") {
			t.Errorf("%s is not described", l.path)
		}
		if _, bounded := l.field.bound("max"); (l.value.CanInt() || l.value.CanFloat()) && !bounded {
			t.Errorf("%s has no bounds", l.path)
		}
	}
}
