package irc

import (
	"testing"
	"unsafe"
)

// TestClientIsSmall: what a client costs when it is idle, its strings in the core apart.
func TestClientIsSmall(t *testing.T) {
	if size := unsafe.Sizeof(client{}); size > 150 {
		t.Errorf("a client takes %d bytes", size)
	}
}
