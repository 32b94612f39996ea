package irc

// followers are who is told of others whom no room shows him: who watches a nick
// (MONITOR), and who subscribed to keys of metadata. Owned by the loop.
type followers struct {
	monitors map[string][]*client // who watches a folded nick
	// subscribers are who is told of changes of metadata under a key.
	subscribers map[string]map[*client]struct{}
}

func newFollowers() *followers {
	return &followers{monitors: map[string][]*client{}, subscribers: map[string]map[*client]struct{}{}}
}

// forget takes out a client that is gone.
func (f *followers) forget(c *client) {
	f.unwatchAll(c)
	f.unsubscribeAll(c)
}

// none says whether nobody follows anybody.
func (f *followers) none() bool { return len(f.monitors) == 0 && len(f.subscribers) == 0 }
