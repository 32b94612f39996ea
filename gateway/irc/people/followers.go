package people

import (
	"madang/gateway/irc/client"
)

// Followers are who is told of others whom no room shows him: who watches a nick
// (MONITOR), and who subscribed to keys of metadata. Owned by the loop.
type Followers struct {
	monitors map[string][]*client.Client // who watches a folded nick
	// subscribers are who is told of changes of metadata under a key.
	subscribers map[string]map[*client.Client]struct{}
}

// NewFollowers is for a gateway without clients.
func NewFollowers() *Followers {
	return &Followers{monitors: map[string][]*client.Client{}, subscribers: map[string]map[*client.Client]struct{}{}}
}

// Forget takes out a client that is gone.
func (f *Followers) Forget(c *client.Client) {
	f.unwatchAll(c)
	f.unsubscribeAll(c)
}

// None says whether nobody follows anybody.
func (f *Followers) None() bool { return len(f.monitors) == 0 && len(f.subscribers) == 0 }
