//go:build !linux && !darwin && !freebsd && !windows

package space

import "math"

// Free is not known here: nothing is refused early.
func Free(string) (int64, error) { return math.MaxInt64, nil }
