package codec

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"madang/chat"
)

// shape is one type of record with its two directions, for tests that go over all.
type shape struct {
	name    string // of its files in testdata, before the version
	version uint8  // the newest
	framed  bool   // it is a record; else a snapshot
	blank   func() any
	encode  func(any) []byte
	decode  func([]byte) (v any, rest []byte, err error)
}

// shapes lists every type that the codec knows.
func shapes() []shape {
	all := []shape{refusalShape(), duplicateShape(), snapshotShape()}
	for k := chat.Kind(1); k < chat.KindsEnd; k++ {
		if newEvent(k) != nil {
			all = append(all, eventShape(k))
		}
	}
	for n := uint8(1); n < numberCommandsEnd; n++ {
		if newCommand(n) != nil {
			all = append(all, commandShape(n))
		}
	}
	return all
}

func eventShape(k chat.Kind) shape {
	return shape{
		name:    fmt.Sprintf("event-%03d-%s", k, typeName(newEvent(k))),
		version: eventVersion(k),
		framed:  true,
		blank:   func() any { return newEvent(k) },
		encode:  func(v any) []byte { return AppendEvent(nil, v.(chat.Event)) },
		decode:  func(b []byte) (any, []byte, error) { return DecodeEvent(b) },
	}
}

func commandShape(n uint8) shape {
	return shape{
		name:    fmt.Sprintf("command-%03d-%s", n, typeName(newCommand(n))),
		version: commandVersion(n),
		framed:  true,
		blank:   func() any { return newCommand(n) },
		encode:  func(v any) []byte { return AppendCommand(nil, v.(chat.Command)) },
		decode:  func(b []byte) (any, []byte, error) { return DecodeCommand(b) },
	}
}

func refusalShape() shape {
	return shape{
		name:    "answer-001-Refusal",
		version: refusalVersion,
		framed:  true,
		blank:   func() any { return new(chat.Refusal) },
		encode:  func(v any) []byte { return AppendRefusal(nil, v.(*chat.Refusal)) },
		decode:  func(b []byte) (any, []byte, error) { return DecodeRefusal(b) },
	}
}

func duplicateShape() shape {
	return shape{
		name:    "answer-002-Duplicate",
		version: duplicateVersion,
		framed:  true,
		blank:   func() any { return new(chat.Duplicate) },
		encode:  func(v any) []byte { return AppendDuplicate(nil, v.(*chat.Duplicate)) },
		decode:  func(b []byte) (any, []byte, error) { return DecodeDuplicate(b) },
	}
}

func snapshotShape() shape {
	return shape{
		name:    "snapshot",
		version: snapshotVersion,
		blank:   func() any { return new(chat.Snapshot) },
		encode:  func(v any) []byte { return AppendSnapshot(nil, v.(*chat.Snapshot)) },
		decode: func(b []byte) (any, []byte, error) {
			s, err := DecodeSnapshot(b)
			return s, nil, err
		},
	}
}

func typeName(v any) string { return reflect.TypeOf(v).Elem().Name() }

// full gives a value of the shape in which no field, at any depth, is zero, and
// nearly all differ.
func (s shape) full() any {
	v := s.blank()
	var n uint64
	fill(reflect.ValueOf(v).Elem(), &n)
	return v
}

// fill counts the fields in n and makes each value from its count.
func fill(v reflect.Value, n *uint64) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
		return
	case reflect.Struct:
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
		return
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), n)
		fill(v.Index(1), n)
		return
	case reflect.Array:
		for i := range v.Len() {
			fill(v.Index(i), n)
		}
		return
	}
	*n++
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(true)
	case reflect.String:
		v.SetString(fmt.Sprintf("글 %d", *n))
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n) * 1_000_003 * (1 - 2*int64(*n%2)))
	case reflect.Uint8:
		v.SetUint(*n%255 + 1)
	case reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint((*n*0x9E3779B97F4A7C15|1<<8)>>(64-v.Type().Bits()) | 1)
	default:
		panic("fill: no rule for " + v.Type().String())
	}
}

// empty replaces every nil list in v, at any depth, by an empty one.
func empty(v reflect.Value) {
	switch v.Kind() {
	case reflect.Struct:
		for i := range v.NumField() {
			empty(v.Field(i))
		}
	case reflect.Pointer:
		if !v.IsNil() {
			empty(v.Elem())
		}
	case reflect.Slice:
		for i := range v.Len() {
			empty(v.Index(i))
		}
		if v.IsNil() {
			v.Set(reflect.MakeSlice(v.Type(), 0, 1))
		}
	}
}

// methodReceivers gives the types of package chat that have the method.
func methodReceivers(t *testing.T, method string) map[string]bool {
	t.Helper()
	names, err := filepath.Glob("../*.go")
	if err != nil {
		t.Fatal(err)
	}
	types := map[string]bool{}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Recv == nil || f.Name.Name != method {
				continue
			}
			if star, ok := f.Recv.List[0].Type.(*ast.StarExpr); ok {
				types[star.X.(*ast.Ident).Name] = true
			}
		}
	}
	return types
}

func TestEveryEventHasAShape(t *testing.T) {
	missing := methodReceivers(t, "Kind")
	if len(missing) < int(chat.KindsEnd)-1 {
		t.Errorf("package chat has %d events for %d kinds", len(missing), chat.KindsEnd-1)
	}
	for k := chat.Kind(1); k < chat.KindsEnd; k++ {
		e := newEvent(k)
		if e == nil || e.Kind() != k {
			t.Errorf("kind %d has no shape, or another's: %T", k, e)
			continue
		}
		if eventVersion(k) == 0 {
			t.Errorf("%T has no version", e)
		}
		delete(missing, typeName(e))
	}
	if len(missing) > 0 {
		t.Errorf("events without a shape: %v", missing)
	}
}

func TestEveryCommandHasAShape(t *testing.T) {
	missing := methodReceivers(t, "command")
	if len(missing) == 0 {
		t.Error("package chat has no commands")
	}
	for n := uint8(1); n < numberCommandsEnd; n++ {
		x := newCommand(n)
		if x == nil || commandNumber(x) != n {
			t.Errorf("number %d has no shape, or another's: %T", n, x)
			continue
		}
		if commandVersion(n) == 0 {
			t.Errorf("%T has no version", x)
		}
		delete(missing, typeName(x))
	}
	if len(missing) > 0 {
		t.Errorf("commands without a shape: %v", missing)
	}
}

// stranger is an event that package chat does not have.
type stranger struct{ chat.Said }

func TestTypeWithoutShapePanics(t *testing.T) {
	defer func() {
		if s, _ := recover().(string); !strings.Contains(s, "codec.stranger") {
			t.Errorf("panicked with %q, want the type's name", s)
		}
	}()
	AppendEvent(nil, &stranger{})
}
