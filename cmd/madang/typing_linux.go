package main

import (
	"os"

	"golang.org/x/sys/unix"
)

// hideTyping stops a terminal from showing what is typed until show is called.
func hideTyping(terminal any) (show func(), err error) {
	fd := int(terminal.(*os.File).Fd())
	before, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		return nil, err
	}
	hidden := *before
	hidden.Lflag &^= unix.ECHO
	if err := unix.IoctlSetTermios(fd, unix.TCSETS, &hidden); err != nil {
		return nil, err
	}
	// Nothing is left to do when the terminal is gone.
	return func() { _ = unix.IoctlSetTermios(fd, unix.TCSETS, before) }, nil
}
