package madang_test

import (
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// law says what a package may import: ours by their path in the house, others by
// module path. "std" is the whole standard library, "pure" that which reads no clock,
// draws no lots and does no I/O. Change it with a note in docs/decisions only.
var law = map[string][]string{
	"chat":                {"pure"},
	"chat/core":           {"pure", "chat", "chat/names"},
	"chat/names":          {"pure", "golang.org/x/text", "github.com/ergochat/confusables"},
	"chat/codec":          {"pure", "chat"},
	"journal":             {"std", "chat"},
	"journal/memory":      {"std", "journal", "chat", "chat/codec"},
	"journal/journaltest": {"std", "journal", "chat", "chat/codec", "chat/names"},
	"store/past":          {"std", "store/record", "chat", "chat/codec"},
	"store/space":         {"std", "golang.org/x/sys"},
	"store/record":        {"std", "journal", "chat", "chat/codec"},
	"store":               {"std", "store/past", "store/record", "store/space", "journal", "chat", "chat/codec", "chat/names", "modernc.org/sqlite", "golang.org/x/sys", "golang.org/x/text"},
	"engine/sequencer":    {"pure", "chat", "chat/core"},
	"engine":              {"std", "engine/sequencer", "chat", "chat/core", "journal"},
	"conn":                {"std", "conn/places", "wire/proxy", "golang.org/x/sys"},
	"conn/places":         {"std"},
	"certificate":         {"std", "github.com/caddyserver/certmagic", "github.com/mholt/acmez/v3", "go.uber.org/zap"},
	"wire/irc":            {"pure"},
	"wire/line":           {"pure", "encoding/json"},
	"wire/proxy":          {"pure", "net/netip"},
	"wire/websocket":      {"pure", "github.com/gobwas/ws"},
	"auth":                {"std", "golang.org/x/crypto", "golang.org/x/text"},
	"gateway":             {"std", "auth", "chat", "chat/core", "engine", "conn"},
	"gateway/charset":     {"pure", "golang.org/x/text"},
	"gateway/line/reader": {"std", "gateway", "gateway/charset", "wire/line", "conn", "engine", "auth"},
	"gateway/line/words":  {"pure", "time", "gateway/charset", "wire/line", "engine", "chat", "chat/core"},
	"gateway/line":        {"std", "gateway", "gateway/charset", "gateway/line/reader", "gateway/line/words", "wire/line", "conn", "engine", "auth", "chat", "chat/core"},
	"gateway/irc/render":  {"pure", "time", "gateway/charset", "wire/irc", "wire/websocket", "engine", "chat", "chat/core"},
	"gateway/irc/web":     {"pure", "time", "gateway/irc/render", "wire/irc", "wire/websocket", "conn", "engine", "chat/core"},
	"gateway/irc/reply":   {"pure", "time", "gateway", "gateway/irc/render", "wire/irc", "chat", "chat/core", "chat/names"},
	"gateway/irc/census":  {"pure", "time", "gateway/irc/render", "chat", "chat/core", "chat/names"},
	"gateway/irc/desk":    {"std", "gateway", "engine", "auth", "chat", "chat/core", "chat/names"},
	"gateway/irc/history": {"std", "gateway/irc/render", "gateway/irc/reply", "wire/irc", "engine", "chat", "chat/core", "chat/names"},
	"gateway/irc/client":  {"std", "gateway", "gateway/charset", "gateway/irc/census", "gateway/irc/desk", "gateway/irc/render", "gateway/irc/reply", "gateway/irc/web", "wire/irc", "conn", "engine", "auth", "chat", "chat/core"},
	"gateway/irc/house":   {"std", "gateway", "gateway/irc/client", "gateway/irc/render", "gateway/irc/reply", "wire/irc", "engine", "auth", "chat", "chat/names"},
	"gateway/irc/people":  {"pure", "time", "gateway/irc/client", "gateway/irc/render", "gateway/irc/reply", "wire/irc", "engine", "chat", "chat/core", "chat/names"},
	"gateway/irc/talk":    {"std", "gateway/irc/client", "gateway/irc/history", "gateway/irc/render", "gateway/irc/reply", "wire/irc", "engine", "chat", "chat/core", "chat/names"},
	"gateway/irc/rooms":   {"std", "gateway/irc/client", "gateway/irc/people", "gateway/irc/talk", "gateway/irc/render", "gateway/irc/reply", "wire/irc", "engine", "chat", "chat/core", "chat/names"},
	"gateway/irc/entry":   {"std", "gateway", "gateway/irc/client", "gateway/irc/desk", "gateway/irc/house", "gateway/irc/people", "gateway/irc/talk", "gateway/irc/render", "gateway/irc/reply", "wire/irc", "engine", "auth", "chat", "chat/core", "chat/names"},
	"gateway/irc":         {"std", "gateway/irc/client", "gateway/irc/entry", "gateway/irc/house", "gateway/irc/people", "gateway/irc/rooms", "gateway/irc/talk", "gateway/irc/web", "gateway/irc/desk", "gateway/irc/history", "gateway", "gateway/irc/render", "gateway/irc/reply", "wire/irc", "conn", "engine", "auth", "chat", "chat/core", "chat/names"},
	"gateway/admin":       {"std", "gateway", "engine", "chat", "chat/core"},
	"config":              {"std", "auth", "chat", "chat/names", "github.com/BurntSushi/toml"},
	"mail":                {"std", "auth", "github.com/wneessen/go-mail"},
	"sim":                 {"std", "engine/sequencer", "chat", "chat/core", "chat/codec", "journal", "journal/memory"},
	"bench":               {"std", "golang.org/x/sys", "github.com/alecthomas/kong"},
	"client":              {"std", "wire/line", "gateway/charset"},
	".":                   {"pure"},
	"server":              {"any"},
	"transcript":          {"any"},
	"cmd/madang":          {"any"},
	"real":                {"any"},
}

// impure packages of the standard library are closed to the pure rooms.
var impure = []string{"time", "net", "os", "sync", "math/rand", "crypto/rand", "log", "io/fs", "path/filepath", "runtime", "context", "testing", "syscall"}

func TestImportLaw(t *testing.T) {
	for dir, files := range packages(t) {
		allowed, known := law[dir]
		if !known {
			t.Errorf("%s: a room that the import law does not know", dir)
			continue
		}
		for file, parsed := range files {
			for _, spec := range parsed.Imports {
				path := strings.Trim(spec.Path.Value, `"`)
				if !permitted(path, allowed) {
					t.Errorf("%s imports %s, which %s may not", file, path, dir)
				}
			}
		}
	}
}

func permitted(path string, allowed []string) bool {
	if slices.Contains(allowed, "any") {
		return true
	}
	if ours, ok := strings.CutPrefix(path, "madang/"); ok {
		return slices.Contains(allowed, ours)
	}
	for _, a := range allowed {
		if path == a || strings.Contains(a, ".") && strings.HasPrefix(path, a+"/") {
			return true
		}
	}
	if strings.Contains(strings.Split(path, "/")[0], ".") {
		return false
	}
	if slices.Contains(allowed, "std") {
		return true
	}
	return slices.Contains(allowed, "pure") && !slices.ContainsFunc(impure, func(closed string) bool {
		return path == closed || strings.HasPrefix(path, closed+"/")
	})
}

// The ratchets, in lines: they may only be tightened.
const (
	fileLinesMax    = 500
	packageLinesMax = 3750
	// wordsLinesMax and coreLinesMax are for the two rooms of the core: its words
	// (commands, events, records), and State, which decides by them.
	wordsLinesMax = 2250
	coreLinesMax  = 6000
)

func TestSizes(t *testing.T) {
	total := map[string]int{}
	for dir, files := range packages(t) {
		for file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			lines := strings.Count(string(text), "\n")
			total[dir] += lines
			if lines > fileLinesMax {
				t.Errorf("%s has %d lines: perhaps two rooms in one (at most %d)", file, lines, fileLinesMax)
			}
		}
		linesMax := packageLinesMax
		switch dir {
		case "chat":
			linesMax = wordsLinesMax
		case "chat/core":
			linesMax = coreLinesMax
		}
		if total[dir] > linesMax {
			t.Errorf("%s has %d lines (at most %d)", dir, total[dir], linesMax)
		}
	}
}

func TestPackageComments(t *testing.T) {
	for dir, files := range packages(t) {
		found := false
		for _, parsed := range files {
			found = found || parsed.Doc != nil
		}
		if !found {
			t.Errorf("%s has no package comment", dir)
		}
	}
}

func TestNoInit(t *testing.T) {
	for _, files := range packages(t) {
		for file, parsed := range files {
			for _, decl := range parsed.Decls {
				if f, ok := decl.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == "init" {
					t.Errorf("%s has an init function", file)
				}
			}
		}
	}
}

// packages are the Go files of the house that are not tests, by folder.
func packages(t *testing.T) map[string]map[string]*ast.File {
	t.Helper()
	found := map[string]map[string]*ast.File{}
	set := token.NewFileSet()
	err := filepath.WalkDir(".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || d.Name() == "node_modules") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return nil
		}
		if ok, err := build.Default.MatchFile(filepath.Dir(path), d.Name()); err != nil || !ok {
			return err
		}
		parsed, err := parser.ParseFile(set, path, nil, parser.ParseComments)
		if err != nil {
			return err
		}
		dir := filepath.ToSlash(filepath.Dir(path))
		if found[dir] == nil {
			found[dir] = map[string]*ast.File{}
		}
		found[dir][path] = parsed
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(found) == 0 {
		t.Fatal("no packages were found")
	}
	return found
}
