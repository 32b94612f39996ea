package auth_test

import (
	"fmt"
	"strings"
	"testing"

	"madang/auth"
)

func TestTypedCodesDiffer(t *testing.T) {
	seen := map[string]bool{}
	for range 100 {
		w, err := auth.NewTypedCode(strings.NewReader(fmt.Sprintf("%010d", len(seen))))
		if err != nil || seen[w] {
			t.Fatal(w, err)
		}
		seen[w] = true
	}
	if _, err := auth.NewTypedCode(strings.NewReader("short")); err == nil {
		t.Error("a code without randomness")
	}
}
