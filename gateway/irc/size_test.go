package irc

import (
	"testing"
	"unsafe"
)

// TestConnectionIsSmall: what a connection costs when it is idle, its strings in the core apart.
func TestConnectionIsSmall(t *testing.T) {
	if size := unsafe.Sizeof(connection{}); size > 112 {
		t.Errorf("a connection takes %d bytes", size)
	}
}
