//go:build linux || darwin || freebsd

package store

import "golang.org/x/sys/unix"

// freeBytes is the room that is left for us on the disk that holds the folder.
func freeBytes(folder string) (int64, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(folder, &s); err != nil {
		return 0, err
	}
	return int64(s.Bavail) * int64(s.Bsize), nil
}
