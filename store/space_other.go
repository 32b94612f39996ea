//go:build !linux && !darwin && !freebsd && !windows

package store

import "math"

// freeBytes is not known here: nothing is refused early.
func freeBytes(string) (int64, error) { return math.MaxInt64, nil }
