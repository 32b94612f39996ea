//go:build !linux

package main

// hideTyping does nothing here: what is typed stays visible.
func hideTyping(any) (show func(), err error) { return func() {}, nil }
