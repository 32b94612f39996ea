package engine

import "time"

// Pace bounds how fast one session's input is handled: Burst at once, then PerSecond.
// What is too fast waits; it is not lost.
type Pace struct {
	Burst     int
	PerSecond float64 // 0: no bound
}

// tokens is a session's bucket.
type tokens struct {
	left float32
	at   int64 // when left was counted, milliseconds; 0: never
}

// take says whether an input may be handled now, or when to look again.
func (t *tokens) take(p Pace, now time.Time) (wait time.Duration) {
	if p.PerSecond <= 0 {
		return 0
	}
	ms := now.UnixMilli()
	if t.at == 0 {
		t.left = float32(p.Burst)
	} else if passed := ms - t.at; passed > 0 {
		t.left = min(float32(p.Burst), t.left+float32(passed)*float32(p.PerSecond)/1000)
	}
	t.at = ms
	if t.left >= 1 {
		t.left--
		return 0
	}
	return time.Duration(float64(1-t.left) / p.PerSecond * float64(time.Second))
}
