package bench

import (
	"context"
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// fsyncFileBytesMax is where the file is written from its beginning again.
const fsyncFileBytesMax = 64 << 20

// FloorFsync measures what a commit costs at least in a folder: one write of so many bytes
// and fdatasync, again and again for the duration. It makes one file there, which
// grows as a log does, and removes it. 4 KiB and 5 s when those are 0.
func FloorFsync(ctx context.Context, directory string, duration time.Duration, size int) (FsyncResult, error) {
	if duration <= 0 {
		duration = 5 * time.Second
	}
	if size <= 0 {
		size = 4096
	}
	file, err := os.CreateTemp(directory, "madang-bench-*")
	if err != nil {
		return FsyncResult{}, fmt.Errorf("floor of fsync: %w", err)
	}
	defer os.Remove(file.Name())
	defer file.Close()
	var each histogram
	block := make([]byte, size)
	begin := time.Now()
	for offset := int64(0); time.Since(begin) < duration && ctx.Err() == nil; offset += int64(size) {
		start := time.Now()
		if _, err := file.WriteAt(block, offset%fsyncFileBytesMax); err != nil {
			return FsyncResult{}, fmt.Errorf("floor of fsync: %w", err)
		}
		if err := unix.Fdatasync(int(file.Fd())); err != nil {
			return FsyncResult{}, fmt.Errorf("floor of fsync: %w", err)
		}
		each.add(int64(time.Since(start)))
	}
	return FsyncResult{
		Directory: directory, Bytes: size,
		PerSecond: per(each.count, time.Since(begin).Seconds()),
		Sync:      each.quantiles(),
	}, ctx.Err()
}
