package main

import (
	"fmt"
	"runtime"
	"runtime/debug"
)

type versionCommand struct{}

// Run prints version, Go version and platform.
func (versionCommand) Run(p *program) error {
	_, err := fmt.Fprintf(p.out, "madang %s %s %s/%s\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH)
	return err
}

// version is what the build says of itself: a tag, or a commit.
func version() string {
	b, ok := debug.ReadBuildInfo()
	if !ok || b.Main.Version == "" || b.Main.Version == "(devel)" {
		return "devel"
	}
	return b.Main.Version
}

// benchCommand stands for package bench, which reads its own flags.
type benchCommand struct {
	Arguments []string `arg:"" optional:"" passthrough:"" help:"madang bench --help shows them."`
}
