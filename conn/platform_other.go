//go:build !linux || portable

package conn

func newPlatform() (platform, error) { return newPortable(), nil }
