package config

import (
	"reflect"
	"strconv"
	"strings"

	"madang/auth"
)

// field is one key of a struct of settings, as its tags describe it.
type field struct {
	reflect.StructField
	key string
}

// fieldsOf lists the keys of a struct in order.
func fieldsOf(t reflect.Type) []field {
	fields := make([]field, t.NumField())
	for i := range fields {
		f := t.Field(i)
		fields[i] = field{f, f.Tag.Get("toml")}
	}
	return fields
}

func keysOf(t reflect.Type) []string {
	var keys []string
	for _, f := range fieldsOf(t) {
		keys = append(keys, f.key)
	}
	return keys
}

// table says whether the field is a table, or an array of them, and of what.
func (f field) table() (of reflect.Type, many, ok bool) {
	switch t := f.Type; {
	case t == reflect.TypeFor[auth.Secret]():
		return nil, false, false
	case t.Kind() == reflect.Struct:
		return t, false, true
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Struct:
		return t.Elem(), true, true
	}
	return nil, false, false
}

func (f field) doc() string { return f.Tag.Get("doc") }

func (f field) needsRestart() bool { return f.Tag.Get("restart") != "" }

// choices are the texts that are allowed; nil: any.
func (f field) choices() []string {
	if c := f.Tag.Get("choices"); c != "" {
		return strings.Split(c, ",")
	}
	return nil
}

// bound is the value of the tag min or max.
func (f field) bound(tag string) (value float64, ok bool) {
	value, err := strconv.ParseFloat(f.Tag.Get(tag), 64)
	return value, err == nil
}

// leaf is a setting with its place and value.
type leaf struct {
	field field
	path  string
	value reflect.Value
}

// leavesOf lists all settings of a struct, those of its tables included.
func leavesOf(v reflect.Value, prefix string) []leaf {
	var leaves []leaf
	for i, f := range fieldsOf(v.Type()) {
		value, path := v.Field(i), prefix+f.key
		switch _, many, ok := f.table(); {
		case !ok:
			leaves = append(leaves, leaf{f, path, value})
		case many:
			for j := range value.Len() {
				leaves = append(leaves, leavesOf(value.Index(j), elementPath(path, j)+".")...)
			}
		default:
			leaves = append(leaves, leavesOf(value, path+".")...)
		}
	}
	return leaves
}

// elementPath names an element of an array of tables; people count from 1.
func elementPath(path string, i int) string { return path + "[" + strconv.Itoa(i+1) + "]" }
