package config

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
)

// Manual is the reference manual of all settings in Markdown.
func Manual() string {
	var b strings.Builder
	b.WriteString(manualHead)
	defaults := Default()
	root := reflect.ValueOf(&defaults).Elem()
	b.WriteString("\n## At the top of the file\n\n")
	for i, f := range fieldsOf(root.Type()) {
		if _, _, ok := f.table(); !ok {
			writeSetting(&b, f, root.Field(i))
		}
	}
	for i, f := range fieldsOf(root.Type()) {
		if of, many, ok := f.table(); ok && many {
			writeTable(&b, "[["+f.key+"]]", f.doc(), reflect.New(of).Elem())
		} else if ok {
			writeTable(&b, "["+f.key+"]", f.doc(), root.Field(i))
		}
	}
	return b.String()
}

const manualHead = `# Configuration

<!-- Generated from package config; write there, then run: go test ./config -update -->

Madang needs no configuration. Whoever wants one writes a TOML file and starts
` + "`madang serve --config madang.toml`" + `. Everything left out keeps its default; flags of
` + "`serve`" + ` count more than the file. A key that does not exist is an error, as is a value out
of its bounds; ` + "`madang config check madang.toml`" + ` names every mistake with its line, and
` + "`madang config print madang.toml`" + ` shows what is in force, secrets as ` + "`***`" + `.

SIGHUP (or ` + "`madang reload`" + `) reads the file again. If it is wrong, the old settings stay and the
log says which line is wrong. Settings marked *restart* are read at start only.

A complete file for a server that a community uses:

` + "```toml\n" + Example + "```\n"

// Example is a configuration as most who need one want it.
const Example = `data = "/var/lib/madang"

[server]
name = "chat.example.org"
network = "Example"
motd = "Welcome to the yard."

[listen]
line = ":9999"
irc = ""
ircs = ":6697"

[history]
retention_days = 365

# [[operator]]
# name = "alice"
# password_hash = "$argon2id$v=19$…"  # from: madang config hash
`

func writeTable(b *strings.Builder, title, doc string, table reflect.Value) {
	fmt.Fprintf(b, "\n## `%s`\n\n%s\n\n", title, doc)
	for i, f := range fieldsOf(table.Type()) {
		writeSetting(b, f, table.Field(i))
	}
}

func writeSetting(b *strings.Builder, f field, value reflect.Value) {
	fmt.Fprintf(b, "- `%s` = %s", f.key, defaultText(value))
	if bounds := f.boundsText(); bounds != "" {
		b.WriteString(" (" + bounds + ")")
	}
	if f.needsRestart() {
		b.WriteString(" *restart*")
	}
	fmt.Fprintf(b, "  \n  %s\n", f.doc())
}

// defaultText is the default as it would stand in the file.
func defaultText(v reflect.Value) string {
	switch v.Kind() {
	case reflect.String:
		return "`" + strconv.Quote(v.String()) + "`"
	case reflect.Slice:
		return "`[]`"
	case reflect.Struct: // a secret
		return "`\"\"`"
	}
	return fmt.Sprintf("`%v`", v.Interface())
}

func (f field) boundsText() string {
	if choices := f.choices(); choices != nil {
		return strings.Join(choices, ", ")
	}
	low, hasLow := f.bound("min")
	high, hasHigh := f.bound("max")
	switch {
	case hasLow && hasHigh:
		return short(low) + " to " + short(high)
	case hasHigh:
		return "at most " + short(high) + " bytes"
	}
	return ""
}
