package client

import (
	"testing"
	"time"
)

// Who waits for passwords to be worked out again and again is not a stranger for ever.
func TestWaitingIsBounded(t *testing.T) {
	var r Registration
	for range 100 {
		r.Wait(time.Second)
	}
	if r.Waited != waitedMax {
		t.Errorf("waited for %v", r.Waited)
	}
}
