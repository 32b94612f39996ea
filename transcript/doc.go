// Package transcript shows what people see. A behaviour is a text file under testdata
// that a user could read: it says who speaks through which gateway, and what each of
// them reads then; one file may mix gateways. The files are played on a whole server
// without sockets, disk and clock of its own: connections are conn.Memory, the journal
// is journal/memory, and testing/synctest says when nothing is left to do. So nothing
// sleeps, and the same file always gives the same text, to the last id.
//
// It promises that a file shows everything that its people were sent, at the step that
// caused it. It refuses to mask: what varies is fixed instead (addresses, the time, the
// names of guests, tokens, certificates, the epoch).
//
//	go test ./transcript            compares
//	go test ./transcript -update    writes what people see now; review the diff
//
// testdata/README.md says how a file is written. A fixed bug adds one.
package transcript
