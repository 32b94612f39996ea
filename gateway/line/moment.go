package line

import (
	"strconv"
	"strings"
	"time"

	"madang/chat"
)

// moment is a point in time as people type it, in UTC: a day (its beginning), a minute, an
// RFC 3339 time, a word for a day, or how long ago: 10m, 3h, 2d, 1w, in Korean 10분, 3시간,
// 2일, 1주.
func moment(text string, now time.Time) (chat.Time, bool) {
	now = now.UTC()
	today := now.Truncate(24 * time.Hour)
	switch strings.ToLower(text) {
	case "today", "오늘":
		return chat.Time(today.UnixMilli()), true
	case "yesterday", "어제":
		return chat.Time(today.AddDate(0, 0, -1).UnixMilli()), true
	}
	for _, layout := range []string{"2006-01-02", "2006-01-02T15:04", time.RFC3339Nano} {
		if at, err := time.Parse(layout, text); err == nil {
			return chat.Time(at.UnixMilli()), true
		}
	}
	if ago, ok := durationOf(text); ok {
		return chat.Time(now.UnixMilli()) - ago, true
	}
	return 0, false
}

// agoMax bounds how long ago something may be, in its unit.
const agoMax = 100_000

func durationOf(text string) (chat.Time, bool) {
	for _, unit := range []struct {
		name string
		is   chat.Time
	}{
		{"시간", chat.Hour}, {"분", chat.Minute}, {"일", chat.Day}, {"주", 7 * chat.Day},
		{"m", chat.Minute}, {"h", chat.Hour}, {"d", chat.Day}, {"w", 7 * chat.Day},
	} {
		if digits, ok := strings.CutSuffix(text, unit.name); ok {
			n, err := strconv.Atoi(digits)
			return chat.Time(n) * unit.is, err == nil && 0 < n && n <= agoMax
		}
	}
	return 0, false
}
