// Package real holds the tests of the real binary, with real clients and failing disks:
// madang is built once, started as its users start it, killed, starved of disk and
// talked to by nc, Python, irssi, WeeChat and Debian's other clients, and judged by what arrived at the other
// ends and what is in its history afterwards.
//
// It promises to end every process that it started, to unmount what it mounted, to
// bound every wait, and to say why a test was skipped. It refuses to import any other
// package of the house: it knows flags, sockets and files only.
//
// Run it with: go test -tags real -count=1 ./real
package real
