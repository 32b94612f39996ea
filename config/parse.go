package config

import (
	"cmp"
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"madang/auth"
)

// fileBytesMax bounds a configuration file.
const fileBytesMax = 1 << 20

// Load reads a file over the defaults. The error is *Problems if the file is wrong.
func Load(file string) (Config, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return Config{}, fmt.Errorf("read the configuration: %w", err)
	}
	return Parse(string(text), file)
}

// Parse reads TOML over the defaults. The error is always *Problems, with every
// problem; file is only its name.
func Parse(text, file string) (Config, error) {
	if len(text) > fileBytesMax {
		return Config{}, &Problems{file, []Problem{{Text: "the file is longer than 1 MiB"}}}
	}
	var tree map[string]any
	if _, err := toml.Decode(text, &tree); err != nil {
		return Config{}, &Problems{file, []Problem{syntaxProblem(err)}}
	}
	c := Default()
	r := reader{}
	r.table(reflect.ValueOf(&c).Elem(), tree, "")
	for _, p := range c.Validate() {
		if !r.reported(p.Path) {
			r.problems = append(r.problems, p)
		}
	}
	if len(r.problems) > 0 {
		return Config{}, &Problems{file, located(r.problems, linesOf(text))}
	}
	return c, nil
}

func syntaxProblem(err error) Problem {
	var p toml.ParseError
	if errors.As(err, &p) {
		return Problem{Path: p.LastKey, Line: p.Position.Line, Text: p.Message}
	}
	return Problem{Text: err.Error()}
}

// located adds the lines, and sorts by them.
func located(problems []Problem, lines map[string]int) []Problem {
	for i, p := range problems {
		problems[i].Line = lineOf(p.Path, lines)
	}
	slices.SortStableFunc(problems, func(a, b Problem) int { return cmp.Compare(a.Line, b.Line) })
	return problems
}

// lineOf is the line of a path, or of the nearest table around it: what is missing
// has no line of its own.
func lineOf(path string, lines map[string]int) int {
	for path != "" {
		if n := lines[path]; n > 0 {
			return n
		}
		path = path[:max(strings.LastIndexByte(path, '.'), 0)]
	}
	return 0
}

// reader puts what TOML holds into the struct.
type reader struct{ problems []Problem }

func (r *reader) add(path, format string, args ...any) {
	r.problems = append(r.problems, Problem{Path: path, Text: fmt.Sprintf(format, args...)})
}

func (r *reader) reported(path string) bool {
	return slices.ContainsFunc(r.problems, func(p Problem) bool { return p.Path == path })
}

func (r *reader) table(to reflect.Value, tree map[string]any, prefix string) {
	fields := fieldsOf(to.Type())
	for _, key := range sortedKeys(tree) {
		i := slices.IndexFunc(fields, func(f field) bool { return f.key == key })
		if i < 0 {
			r.unknown(prefix+key, key, to.Type())
			continue
		}
		r.field(fields[i], to.Field(i), tree[key], prefix+key)
	}
}

func sortedKeys(tree map[string]any) []string {
	keys := make([]string, 0, len(tree))
	for key := range tree {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// unknown names the nearest key of the same table, else the same key elsewhere.
func (r *reader) unknown(path, key string, in reflect.Type) {
	near := nearest(key, keysOf(in))
	if near == "" {
		near = elsewhere(key)
	}
	if near == "" {
		r.add(path, "there is no such setting")
		return
	}
	r.add(path, "there is no such setting; did you mean %s?", near)
}

// elsewhere is the path of a setting with this key in another table, or "".
func elsewhere(key string) string {
	for _, f := range fieldsOf(reflect.TypeFor[Config]()) {
		of, _, ok := f.table()
		if f.key == key {
			return key + " at the top of the file"
		}
		if ok && slices.Contains(keysOf(of), key) {
			return f.key + "." + key
		}
	}
	return ""
}

func (r *reader) field(f field, to reflect.Value, value any, path string) {
	of, many, isTable := f.table()
	switch {
	case isTable && many:
		r.tables(of, to, value, path)
	case isTable:
		if tree, ok := value.(map[string]any); ok {
			r.table(to, tree, path+".")
		} else {
			r.add(path, "is a table: write [%s] and its settings below", path)
		}
	default:
		r.value(to, value, path)
	}
}

func (r *reader) tables(of reflect.Type, to reflect.Value, value any, path string) {
	trees, ok := value.([]map[string]any)
	if !ok {
		r.add(path, "is a list of tables: write [[%s]] and its settings below", path)
		return
	}
	to.Set(reflect.MakeSlice(to.Type(), len(trees), len(trees)))
	for i, tree := range trees {
		r.table(to.Index(i), tree, elementPath(path, i)+".")
	}
}

func (r *reader) value(to reflect.Value, value any, path string) {
	if secret, ok := to.Addr().Interface().(*auth.Secret); ok {
		r.secret(secret, value, path)
		return
	}
	wanted := ""
	switch to.Kind() {
	case reflect.String:
		wanted = put(value, "a text in quotes", to.SetString)
	case reflect.Bool:
		wanted = put(value, "true or false", to.SetBool)
	case reflect.Int:
		wanted = put(value, "a whole number", to.SetInt)
	case reflect.Float64:
		if n, ok := value.(int64); ok {
			value = float64(n)
		}
		wanted = put(value, "a number", to.SetFloat)
	case reflect.Slice:
		wanted = putTexts(value, to)
	default:
		panic("config: a field of a kind that Parse does not know: " + path)
	}
	if wanted != "" {
		r.add(path, "must be %s", wanted)
	}
}

func (r *reader) secret(to *auth.Secret, value any, path string) {
	text, ok := value.(string)
	if !ok {
		r.add(path, "must be a text in quotes")
	} else if err := to.UnmarshalText([]byte(text)); err != nil {
		r.add(path, "%v", err)
	}
}

// put sets a value that has the right type, or says what is wanted.
func put[T any](value any, wanted string, set func(T)) string {
	v, ok := value.(T)
	if !ok {
		return wanted
	}
	set(v)
	return ""
}

func putTexts(value any, to reflect.Value) string {
	const wanted = "a list of texts"
	list, ok := value.([]any)
	if !ok {
		return wanted
	}
	texts := make([]string, len(list))
	for i, v := range list {
		if texts[i], ok = v.(string); !ok {
			return wanted
		}
	}
	to.Set(reflect.ValueOf(texts))
	return ""
}
