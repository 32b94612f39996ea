//go:build real && linux

package real

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/hanwen/go-fuse/v2/fs"
	"github.com/hanwen/go-fuse/v2/fuse"
)

// disk is a folder seen through a file system of ours that can be told to fail. Only
// writes and fsyncs of the database and its log count; the -shm file is memory that
// happens to have a name.
type disk struct {
	mount string // where the server sees it

	mu      sync.Mutex // guards what follows
	kind    fault
	left    int  // operations of this kind until it fails; 0: it does not
	lasting bool // it goes on failing until healed
	failing bool
	failed  int           // operations that failed since the disk was told to
	fired   chan struct{} // closed at the first of them
}

type fault uint8

const (
	writing fault = iota
	syncing
)

func (f fault) String() string {
	if f == writing {
		return "write"
	}
	return "fsync"
}

// mountDisk mounts a pass-through of a new folder.
func mountDisk(t testing.TB) *disk {
	t.Helper()
	needRoot(t)
	if _, err := os.Stat("/dev/fuse"); err != nil {
		t.Skip("there is no FUSE on this machine")
	}
	folder := t.TempDir()
	below := filepath.Join(folder, "below")
	d := &disk{mount: filepath.Join(folder, "mount"), fired: make(chan struct{})}
	for _, f := range []string{below, d.mount} {
		if err := os.Mkdir(f, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	top := &fs.LoopbackRoot{Path: below}
	var stat syscall.Stat_t
	if err := syscall.Stat(below, &stat); err != nil {
		t.Fatal(err)
	}
	top.Dev = stat.Dev
	root := &node{&fs.LoopbackNode{RootData: top}, d}
	top.RootNode = root
	server, err := fs.Mount(d.mount, root, &fs.Options{MountOptions: fuse.MountOptions{
		FsName: "madang-real", Name: "failing", DirectMount: true,
	}})
	if err != nil {
		t.Skipf("FUSE cannot be mounted here: %v", err)
	}
	t.Cleanup(func() {
		// The kernel gives files back a moment after a process has ended.
		err := server.Unmount()
		for deadline := time.Now().Add(patience); err != nil && time.Now().Before(deadline); err = server.Unmount() {
			time.Sleep(lookEvery)
		}
		if err != nil {
			_ = syscall.Unmount(d.mount, syscall.MNT_DETACH)
			t.Errorf("unmount: %v", err)
		}
	})
	return d
}

// failAt has the k-th operation from now on fail, and, if lasting, all behind it.
func (d *disk) failAt(kind fault, k int, lasting bool) (fired <-chan struct{}) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.kind, d.left, d.lasting, d.failing, d.failed = kind, k, lasting, false, 0
	d.fired = make(chan struct{})
	return d.fired
}

// heal has nothing fail any more, and says how much did.
func (d *disk) heal() (failed int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.left, d.failing = 0, false
	return d.failed
}

// asked says what becomes of an operation.
func (d *disk) asked(kind fault, name string) syscall.Errno {
	if strings.HasSuffix(name, "-shm") {
		return fs.OK
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if kind != d.kind {
		return fs.OK
	}
	if d.left > 0 {
		if d.left--; d.left == 0 {
			close(d.fired)
			d.failing = d.lasting
			d.failed++
			return syscall.EIO
		}
	}
	if d.failing {
		d.failed++
		return syscall.EIO
	}
	return fs.OK
}

// node is a file or folder of the disk.
type node struct {
	*fs.LoopbackNode
	disk *disk
}

var (
	_ fs.NodeWrapChilder = (*node)(nil)
	_ fs.NodeOpener      = (*node)(nil)
	_ fs.NodeCreater     = (*node)(nil)
	_ fs.NodeFsyncer     = (*node)(nil)
)

// WrapChild makes ours of what lies below.
func (n *node) WrapChild(_ context.Context, below fs.InodeEmbedder) fs.InodeEmbedder {
	return &node{below.(*fs.LoopbackNode), n.disk}
}

// Open opens the file below. Files of the database are read and written directly: the
// kernel's cache must not hide what the disk below holds. The -shm file is mapped into
// memory, which needs the cache.
func (n *node) Open(ctx context.Context, flags uint32) (fs.FileHandle, uint32, syscall.Errno) {
	below, _, errno := n.LoopbackNode.Open(ctx, flags&^syscall.O_APPEND)
	if errno != 0 {
		return nil, 0, errno
	}
	name := n.Path(nil)
	return &file{below.(*fs.LoopbackFile), n.disk, name}, openFlags(name), fs.OK
}

// Create is Open for a new file.
func (n *node) Create(ctx context.Context, name string, flags, mode uint32, out *fuse.EntryOut) (*fs.Inode, fs.FileHandle, uint32, syscall.Errno) {
	inode, below, _, errno := n.LoopbackNode.Create(ctx, name, flags, mode, out)
	if errno != 0 {
		return nil, nil, 0, errno
	}
	return inode, &file{below.(*fs.LoopbackFile), n.disk, name}, openFlags(name), fs.OK
}

func openFlags(name string) uint32 {
	if strings.HasSuffix(name, "-shm") {
		return 0
	}
	return fuse.FOPEN_DIRECT_IO
}

// Fsync is asked for folders; for files with a handle the handle's counts.
func (n *node) Fsync(ctx context.Context, f fs.FileHandle, flags uint32) syscall.Errno {
	if syncer, ok := f.(fs.FileFsyncer); ok {
		return syncer.Fsync(ctx, flags)
	}
	return fs.OK
}

// file is an open file of the disk.
type file struct {
	*fs.LoopbackFile
	disk *disk
	name string
}

// Write fails when it is this operation's turn.
func (f *file) Write(ctx context.Context, data []byte, at int64) (uint32, syscall.Errno) {
	if errno := f.disk.asked(writing, f.name); errno != 0 {
		return 0, errno
	}
	return f.LoopbackFile.Write(ctx, data, at)
}

// Fsync fails when it is this operation's turn.
func (f *file) Fsync(ctx context.Context, flags uint32) syscall.Errno {
	if errno := f.disk.asked(syncing, f.name); errno != 0 {
		return errno
	}
	return f.LoopbackFile.Fsync(ctx, flags)
}

// PassthroughFd keeps the kernel from going round this file system.
func (f *file) PassthroughFd() (int, bool) { return 0, false }
