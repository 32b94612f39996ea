package line

import (
	"testing"
	"time"

	"madang/chat"
)

func TestMoment(t *testing.T) {
	now := time.Date(2026, 11, 21, 14, 3, 7, 0, time.UTC)
	for text, want := range map[string]string{
		"2026-11-20": "2026-11-20T00:00:00Z", "2026-11-20T14:03": "2026-11-20T14:03:00Z", "2026-11-20T14:03:00+09:00": "2026-11-20T05:03:00Z",
		"today": "2026-11-21T00:00:00Z", "어제": "2026-11-20T00:00:00Z", "2d": "2026-11-19T14:03:07Z", "3시간": "2026-11-21T11:03:07Z",
		"10분": "2026-11-21T13:53:07Z", "1w": "2026-11-14T14:03:07Z", "1주": "2026-11-14T14:03:07Z", "2일": "2026-11-19T14:03:07Z",
	} {
		at, err := time.Parse(time.RFC3339, want)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := moment(text, now); !ok || got != chat.Time(at.UnixMilli()) {
			t.Errorf("%s: got %v, %v", text, time.UnixMilli(int64(got)).UTC(), ok)
		}
	}
	for _, text := range []string{"", "d", "0d", "-1d", "2x", "2026-13-01", "someday", "999999999999h"} {
		if got, ok := moment(text, now); ok {
			t.Errorf("%q is %v", text, got)
		}
	}
}
