//go:build linux || darwin || freebsd

package space

import "golang.org/x/sys/unix"

// Free is the room that is left for us on the disk that holds the folder.
func Free(folder string) (int64, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(folder, &s); err != nil {
		return 0, err
	}
	return int64(s.Bavail) * int64(s.Bsize), nil
}
