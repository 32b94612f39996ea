package gateway

import (
	"fmt"
	"strconv"
	"time"
)

// periodMax is the longest period, about a hundred years.
const periodMax = 36500 * 24 * time.Hour

// Period reads a length of time as people write it: 90s, 30m, 12h, 7d, 2w, and
// several in a row like 1d12h. It is longer than nothing and at most 36500d.
func Period(text string) (time.Duration, error) {
	total, rest := time.Duration(0), text
	for rest != "" {
		digits := 0
		for digits < len(rest) && rest[digits] >= '0' && rest[digits] <= '9' {
			digits++
		}
		n, err := strconv.Atoi(rest[:digits])
		if err != nil || digits == len(rest) {
			return 0, badPeriod(text)
		}
		unit := unitOf(rest[digits])
		if unit == 0 || n > int(periodMax/unit) {
			return 0, badPeriod(text)
		}
		if total += time.Duration(n) * unit; total > periodMax {
			return 0, badPeriod(text)
		}
		rest = rest[digits+1:]
	}
	if total <= 0 {
		return 0, badPeriod(text)
	}
	return total, nil
}

func unitOf(c byte) time.Duration {
	switch c {
	case 's':
		return time.Second
	case 'm':
		return time.Minute
	case 'h':
		return time.Hour
	case 'd':
		return 24 * time.Hour
	case 'w':
		return 7 * 24 * time.Hour
	}
	return 0
}

func badPeriod(text string) error {
	return fmt.Errorf("%q is no length of time; write 30m, 12h, 7d or 2w, at most 36500d", text)
}
