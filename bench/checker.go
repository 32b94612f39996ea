package bench

import "math/bits"

// Anomalies are what must not happen. All zero is a clean run.
type Anomalies struct {
	// Lost messages never arrived at a member; Duplicated arrived again.
	Lost       int64 `json:"lost"`
	Duplicated int64 `json:"duplicated"`
	// Reordered deliveries came after a later message of the same sender.
	Reordered int64 `json:"reordered"`
	// Strange deliveries were never sent to this member: garbled, or of another room.
	Strange int64 `json:"strange"`
	// OrderDiffers counts members who got everything once, yet in an order of the room's
	// messages that is not the order of the majority of its members.
	OrderDiffers int64 `json:"order_differs"`
	// HungUp counts connections that the server closed in the measured job.
	HungUp int64 `json:"hung_up"`
}

// Clean reports whether nothing went wrong.
func (a Anomalies) Clean() bool { return a == Anomalies{} }

// missingMax bounds the memory for gaps; deliveries that fill a forgotten gap count as duplicated.
const missingMax = 1 << 20

// checker judges deliveries. Members are numbered room by room; in each room the members
// senderOf names send, and one that does not is the reference.
type checker struct {
	rooms, members, senders int // members and senders are per room

	// next[member*senders+k] is the sequence expected next from the k-th sender of the
	// member's room; sequences begin with 0.
	next []uint32
	seen []memberOrder
	sent []uint32 // per sender, over all rooms
	// memberOf is the member that each sender is.
	memberOf []int
	order    [][]uint64
	gaps     map[gap]struct{}
	found    Anomalies
}

// memberOrder is a rolling hash over what a member received, in its order.
type memberOrder struct {
	hash uint64
	// firstSender of the member's room, so that a delivery needs no division.
	firstSender uint32
	troubled    bool // lost, doubled or reordered: its order is not compared
	record      bool // the reference: its order is kept in full
}

type gap struct {
	member           int
	sender, sequence uint32
}

func newChecker(rooms, members, senders int) *checker {
	c := &checker{
		rooms: rooms, members: members, senders: senders,
		next:  make([]uint32, rooms*members*senders),
		seen:  make([]memberOrder, rooms*members),
		sent:  make([]uint32, rooms*senders),
		order: make([][]uint64, rooms),
		gaps:  make(map[gap]struct{}),
	}
	for room := range rooms {
		c.seen[c.reference(room)].record = true
	}
	for member := range c.seen {
		c.seen[member].firstSender = uint32(member / members * senders)
	}
	// Senders are spread evenly over their room.
	for sender := range rooms * senders {
		room, k := sender/senders, sender%senders
		c.memberOf = append(c.memberOf, room*members+(k+1)*members/senders-1)
	}
	return c
}

// reference is the first member of a room, who never sends: members > senders.
func (c *checker) reference(room int) int { return room * c.members }

func orderKey(sender, sequence uint32) uint64 { return uint64(sender)<<32 | uint64(sequence) }

func rollHash(hash, key uint64) uint64 {
	return (bits.RotateLeft64(hash, 23) ^ key) * 0x9E3779B97F4A7C15
}

// see counts one delivery and reports whether it is a first one. It allocates only for a gap.
func (c *checker) see(member int, sender, sequence uint32) bool {
	seen := &c.seen[member]
	k := sender - seen.firstSender
	if k >= uint32(c.senders) || sequence >= c.sent[sender] || c.memberOf[sender] == member {
		c.found.Strange++
		return false
	}
	next := &c.next[member*c.senders+int(k)]
	if sequence != *next {
		if !c.outOfTurn(member, sender, sequence, next) {
			return false
		}
	} else {
		*next++
	}
	seen.hash = rollHash(seen.hash, orderKey(sender, sequence))
	if seen.record {
		room := member / c.members
		c.order[room] = append(c.order[room], orderKey(sender, sequence))
	}
	return true
}

func (c *checker) outOfTurn(member int, sender, sequence uint32, next *uint32) bool {
	c.seen[member].troubled = true
	if sequence > *next {
		for missing := *next; missing < sequence && len(c.gaps) < missingMax; missing++ {
			c.gaps[gap{member, sender, missing}] = struct{}{}
		}
		c.found.Lost += int64(sequence - *next)
		*next = sequence + 1
		return true
	}
	late := gap{member, sender, sequence}
	if _, ok := c.gaps[late]; !ok {
		c.found.Duplicated++
		return false
	}
	delete(c.gaps, late)
	c.found.Lost--
	c.found.Reordered++
	return true
}

// finish closes the books: what is still expected is lost, and orders are compared.
func (c *checker) finish() Anomalies {
	found := c.found
	for member := range c.seen {
		for k := range c.senders {
			sender := member/c.members*c.senders + k
			if missing := c.sent[sender] - c.next[member*c.senders+k]; missing > 0 && c.memberOf[sender] != member {
				found.Lost += int64(missing)
				c.seen[member].troubled = true
			}
		}
	}
	for room := range c.rooms {
		found.OrderDiffers += c.orderDiffers(room)
	}
	return found
}

func (c *checker) orderDiffers(room int) (differs int64) {
	own := make(map[int]uint32, c.senders)
	for sender := room * c.senders; sender < (room+1)*c.senders; sender++ {
		own[c.memberOf[sender]] = uint32(sender)
	}
	votes := make(map[uint64]int64)
	for member := room * c.members; member < (room+1)*c.members; member++ {
		if _, sends := own[member]; !sends && !c.seen[member].troubled {
			votes[c.seen[member].hash]++
		}
	}
	var voters, majority int64
	for _, n := range votes {
		voters += n
		majority = max(majority, n)
	}
	differs = voters - majority
	if c.seen[c.reference(room)].troubled {
		return differs // the senders have nothing to be compared with
	}
	for member, sender := range own {
		if !c.seen[member].troubled && c.seen[member].hash != c.hashWithout(room, sender) {
			differs++
		}
	}
	return differs
}

// hashWithout is the hash a sender should have: the reference's order without its own messages.
func (c *checker) hashWithout(room int, sender uint32) (hash uint64) {
	for _, key := range c.order[room] {
		if uint32(key>>32) != sender {
			hash = rollHash(hash, key)
		}
	}
	return hash
}
