package gateway_test

import (
	"fmt"
	"testing"

	"madang/conn"
	"madang/gateway"
)

// What others read of somebody's end is the same whichever gateway he came by, and holds
// no address.
func TestEndWords(t *testing.T) {
	for want, reason := range map[string]error{
		"": nil, "reads too slowly": fmt.Errorf("192.0.2.1: %w", conn.ErrSlowReader),
		"the server is stopping": conn.ErrNetClosed, "connection lost": conn.ErrHandlerPanic,
	} {
		if got := gateway.EndWords(reason); got != want {
			t.Errorf("%v: %q, want %q", reason, got, want)
		}
	}
}
