package admin

import (
	"bytes"
	"encoding/json"
	"errors"
)

// strict reads one JSON object without unknown keys, so that a newer client learns
// that this server does not know what it asks for.
func strict(line []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return err
	}
	if d.More() {
		return errors.New("something follows the object")
	}
	return nil
}
