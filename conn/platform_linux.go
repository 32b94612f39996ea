//go:build !portable

package conn

func newPlatform() (platform, error) { return newEpoll() }
