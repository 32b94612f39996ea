package irc

import (
	"testing"
	"time"
)

func TestTimestamps(t *testing.T) {
	for _, text := range []string{
		"1970-01-01T00:00:00.000Z", "2019-01-04T14:33:26.123Z", "2024-02-29T23:59:59.999Z",
		"2000-03-01T00:00:00Z", "1999-12-31T23:59:59.5Z", "2262-01-01T00:00:00.000Z", "2026-11-21T15:23:21.123456789Z",
		"1969-12-31T23:59:59.000Z", "0001-01-01T00:00:00.000Z",
	} {
		want, err := time.Parse(time.RFC3339Nano, text)
		if err != nil {
			t.Fatal(err)
		}
		if got, ok := ParseTimestamp(text); !ok || got != want.UnixMilli() {
			t.Errorf("%s is %d, %v; want %d", text, got, ok, want.UnixMilli())
		}
	}
	for _, text := range []string{
		"", "Z", "not-a-timestamp", "2019-01-04T14:33:26.123", "2019-13-04T14:33:26.123Z", "2019-02-29T14:33:26.123Z",
		"2019-01-04 14:33:26.123Z", "2019-01-04T24:33:26.123Z", "2019-01-04T14:33:26.Z", "2019-01-04T14:33:26.1234567890Z",
		"2019-01-04T14:3x:26.123Z", "2019-01-00T14:33:26.123Z", "2019-01-04T14:33:26.12aZ",
	} {
		if got, ok := ParseTimestamp(text); ok {
			t.Errorf("%q is %d", text, got)
		}
	}
}

func TestSelectors(t *testing.T) {
	for _, c := range []struct {
		word      string
		want      Selector
		known, ok bool
	}{
		{"*", Selector{}, true, true},
		{"msgid=7-2a", Selector{ID: "7-2a"}, true, true},
		{"msgid=", Selector{}, true, false},
		{"timestamp=1970-01-01T00:00:00.000Z", Selector{HasTime: true}, true, true},
		{"timestamp=1970-01-01T00:00:01.000Z", Selector{Ms: 1000, HasTime: true}, true, true},
		{"timestamp=now", Selector{}, true, false},
		{"number=3", Selector{}, false, false},
		{"", Selector{}, false, false},
	} {
		got, known, ok := ParseSelector(c.word)
		if got != c.want || known != c.known || ok != c.ok {
			t.Errorf("%q is %+v, %v, %v", c.word, got, known, ok)
		}
	}
}
