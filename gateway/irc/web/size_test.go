package web

import (
	"testing"
	"unsafe"
)

// TestLinkIsSmall: what a WebSocket costs besides the client when it is idle.
func TestLinkIsSmall(t *testing.T) {
	if size := unsafe.Sizeof(link{}) + unsafe.Sizeof(outlet{}); size > 224 {
		t.Errorf("a link and its outlet take %d bytes", size)
	}
}
