//go:build real && linux

package real

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// owner is somebody with an account that is always on.
type owner struct {
	Name string `json:"name"`
	App  string `json:"app"` // an app password
	Room string `json:"room"`

	keys *keyring // of all owners
}

const (
	ownersPassword = "open sesame 1"
	ownersPerRoom  = 50
	ownersAtATime  = 16
	ownersFile     = "owners.json"
	// stayingOn are settings with which new accounts are always on.
	stayingOn = "[accounts]\nalways_on = true\n"
)

// seeded gives so many owners of accounts in rooms of 50 in a data folder; a folder that
// was filled before is taken as it is.
func seeded(t *testing.T, folder string, n int) []owner {
	t.Helper()
	file := filepath.Join(folder, ownersFile)
	keys := new(keyring)
	text, err := os.ReadFile(file)
	switch {
	case err == nil:
		var owners []owner
		if err := json.Unmarshal(text, &owners); err != nil || len(owners) != n {
			t.Fatalf("%s has %d accounts of %d (%v)", file, len(owners), n, err)
		}
		return withKeys(owners, keys)
	case !errors.Is(err, fs.ErrNotExist):
		t.Fatal(err)
	}
	owners := makeOwners(t, folder, n)
	if text, err = json.Marshal(owners); err == nil {
		err = os.WriteFile(file, text, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return withKeys(owners, keys)
}

func withKeys(owners []owner, keys *keyring) []owner {
	for i := range owners {
		owners[i].keys = keys
	}
	return owners
}

func makeOwners(t *testing.T, folder string, n int) []owner {
	t.Helper()
	s := start(t, plan{data: folder, config: stayingOn})
	owners := make([]owner, n)
	began := time.Now()
	var next atomic.Int64
	var working sync.WaitGroup
	for range ownersAtATime {
		working.Go(func() {
			for i := next.Add(1) - 1; i < int64(n); i = next.Add(1) - 1 {
				o := owner{Name: fmt.Sprintf("a%05d", i), Room: fmt.Sprintf("#r%d", i/ownersPerRoom)}
				if err := o.signUp(s.irc); err != nil {
					t.Error(err)
					return
				}
				owners[i] = o
			}
		})
	}
	working.Wait()
	if t.Failed() {
		t.FailNow()
	}
	t.Logf("%d accounts were made in %v", n, time.Since(began).Round(time.Millisecond))
	s.stop()
	return owners
}

// signUp makes the account and its app password, and enters its room.
func (o *owner) signUp(address string) error {
	v, err := visit(o.Name, address, 2*patience)
	if err != nil {
		return err
	}
	defer v.close()
	if err := v.begin("draft/account-registration"); err != nil {
		return err
	}
	v.send("REGISTER * * :%s", ownersPassword)
	if line, err := v.until(" REGISTER ", "REGISTER SUCCESS", " FAIL "); err != nil || strings.Contains(line, "FAIL") {
		return fmt.Errorf("%s: %w %s", o.Name, err, line)
	}
	if err := v.finish(); err != nil {
		return err
	}
	v.send("NICKSERV APP ADD storm")
	const before = "shown once: "
	line, err := v.until(before)
	if err != nil {
		return err
	}
	_, o.App, _ = strings.Cut(line, before)
	v.send("JOIN %s", o.Room)
	if _, err := v.until(" 366 "); err != nil {
		return err
	}
	return v.sync()
}
