package chat

// ServerBan is a rule at the server's door.
type ServerBan struct {
	Target  string  // as typed: an address, a prefix like 10.0.0.0/8, a mask nick!user@cloak, or account:name
	Prefix  Address // set when Target is an address or prefix
	Bits    uint8   // of Prefix, 1 to 128; 0: Target is a mask
	Reason  string
	By      string
	At      Time
	Expires Time // 0: never
}

// HitsAddress says whether the ban is one of addresses and holds this one.
func (b *ServerBan) HitsAddress(address Address) bool {
	if b.Bits == 0 || address == (Address{}) {
		return false
	}
	whole, rest := b.Bits/8, b.Bits%8
	for i := range whole {
		if address[i] != b.Prefix[i] {
			return false
		}
	}
	return rest == 0 || (address[whole]^b.Prefix[whole])>>(8-rest) == 0
}

// InForce says whether the ban is not over yet.
func (b *ServerBan) InForce(now Time) bool { return b.Expires == 0 || b.Expires > now }
