//go:build !linux

package bench

import (
	"context"
	"time"
)

// FanOut returns ErrNeedsLinux.
func FanOut(context.Context, Options) (FanOutResult, error) { return FanOutResult{}, ErrNeedsLinux }

// Durable returns ErrNeedsLinux.
func Durable(context.Context, Options) (FanOutResult, error) { return FanOutResult{}, ErrNeedsLinux }

// Latency returns ErrNeedsLinux.
func Latency(context.Context, Options) (LatencyResult, error) { return LatencyResult{}, ErrNeedsLinux }

// Idle returns ErrNeedsLinux.
func Idle(context.Context, Options) (StormResult, error) { return StormResult{}, ErrNeedsLinux }

// JoinStorm returns ErrNeedsLinux.
func JoinStorm(context.Context, Options) (StormResult, error) { return StormResult{}, ErrNeedsLinux }

// OneJoin returns ErrNeedsLinux.
func OneJoin(context.Context, Options) (StormResult, error) { return StormResult{}, ErrNeedsLinux }

// Reconnect returns ErrNeedsLinux.
func Reconnect(context.Context, Options) (StormResult, error) { return StormResult{}, ErrNeedsLinux }

// Floor returns ErrNeedsLinux.
func Floor(context.Context, Options) (FloorResult, error) { return FloorResult{}, ErrNeedsLinux }

// FloorFsync returns ErrNeedsLinux.
func FloorFsync(context.Context, string, time.Duration, int) (FsyncResult, error) {
	return FsyncResult{}, ErrNeedsLinux
}
