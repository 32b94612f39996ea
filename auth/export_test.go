package auth

// CountWork calls count with the KiB that each derivation of h walks through.
func (h *Hasher) CountWork(count func(kib uint32)) {
	derive := h.derive
	h.derive = func(of hash, password string, keyBytes uint32) []byte {
		count(of.params.MemoryKiB * of.params.Passes)
		return derive(of, password, keyBytes)
	}
}

// SetNonce replaces the server's half of SCRAM's nonce before the first message.
func (x *Exchange) SetNonce(nonce string) { x.scram.nonce = nonce }

// NewSCRAMVerifier is for the vectors of the RFCs.
func NewSCRAMVerifier(normal string, salt []byte, iterations int) (SCRAMVerifier, error) {
	return newSCRAMVerifier(normal, salt, iterations)
}

// Remembered is the number of sources a Throttle holds.
func (t *Throttle) Remembered() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return len(t.young) + len(t.old)
}
