package store

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// The files in the data folder.
const (
	databaseName = "madang.db"
	searchName   = "search.db"
	lockName     = "madang.lock"
)

// ErrInUse: another server works on the folder.
var ErrInUse = errors.New("another madang is using this data folder")

// lockFolder makes the folder, readable by its owner alone, and takes it for this
// process until the file is closed.
func lockFolder(folder string) (*os.File, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("make data folder: %w", err)
	}
	f, err := os.OpenFile(filepath.Join(folder, lockName), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock data folder: %w", err)
	}
	held, err := lockFile(f)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("lock data folder %s: %w", folder, err), f.Close())
	}
	if held {
		return nil, errors.Join(fmt.Errorf("%w: %s (stop that one, or give this one another folder with --data)", ErrInUse, folder), f.Close())
	}
	return f, nil
}

// syncFile brings a file's content to the disk.
func syncFile(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// syncFolder brings a folder's names to the disk, where the system has that.
func syncFolder(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	err = f.Sync()
	if errors.Is(err, errors.ErrUnsupported) || os.IsPermission(err) { // Windows
		err = nil
	}
	return errors.Join(err, f.Close())
}

// removeDatabase removes a database file with its journal files.
func removeDatabase(path string) error {
	var errs []error
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if err := os.Remove(path + suffix); err != nil && !errors.Is(err, os.ErrNotExist) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// fileSize is a file's length in bytes; 0 when there is none.
func fileSize(path string) int64 {
	stat, err := os.Stat(path)
	if err != nil {
		return 0
	}
	return stat.Size()
}
