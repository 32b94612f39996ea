package config

import (
	"bytes"
	"fmt"
	"reflect"

	"github.com/BurntSushi/toml"
)

// Print is the configuration in force as TOML, defaults included. Secrets are ***.
func (c *Config) Print() (string, error) {
	var b bytes.Buffer
	e := toml.NewEncoder(&b)
	e.Indent = ""
	if err := e.Encode(c); err != nil {
		return "", fmt.Errorf("print the configuration: %w", err)
	}
	return b.String(), nil
}

// NeedsRestart lists the paths of settings that differ from c in next and that a
// reload cannot change.
func (c *Config) NeedsRestart(next *Config) []string {
	var paths []string
	now, then := leavesOf(reflect.ValueOf(c).Elem(), ""), leavesOf(reflect.ValueOf(next).Elem(), "")
	byPath := map[string]leaf{}
	for _, l := range then {
		byPath[l.path] = l
	}
	for _, l := range now {
		other, ok := byPath[l.path]
		if ok && l.field.needsRestart() && !reflect.DeepEqual(l.value.Interface(), other.value.Interface()) {
			paths = append(paths, l.path)
		}
	}
	return paths
}
