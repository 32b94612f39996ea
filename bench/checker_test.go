package bench

import "testing"

// feed gives a room of four, whose senders are members 1 and 3, six messages in this order.
func feed(c *checker, change func(member int, order []uint64) []uint64) Anomalies {
	order := []uint64{orderKey(0, 0), orderKey(1, 0), orderKey(0, 1), orderKey(1, 1), orderKey(1, 2), orderKey(0, 2)}
	c.sent = []uint32{3, 3}
	for member := range 4 {
		var mine []uint64
		for _, key := range order {
			if c.memberOf[key>>32] != member {
				mine = append(mine, key)
			}
		}
		for _, key := range change(member, mine) {
			c.see(member, uint32(key>>32), uint32(key))
		}
	}
	return c.finish()
}

func TestChecker(t *testing.T) {
	swap := func(i int) func(order []uint64) []uint64 {
		return func(order []uint64) []uint64 { order[i], order[i+1] = order[i+1], order[i]; return order }
	}
	tests := []struct {
		name   string
		member int
		change func(order []uint64) []uint64
		want   Anomalies
	}{
		{"clean", 0, func(o []uint64) []uint64 { return o }, Anomalies{}},
		{"one lost in the middle", 2, func(o []uint64) []uint64 { return append(o[:2:2], o[3:]...) }, Anomalies{Lost: 1}},
		{"the last lost", 2, func(o []uint64) []uint64 { return o[:5] }, Anomalies{Lost: 1}},
		{"lost at the reference", 0, func(o []uint64) []uint64 { return o[:5] }, Anomalies{Lost: 1}},
		{"doubled", 2, func(o []uint64) []uint64 { return append(o, o[5]) }, Anomalies{Duplicated: 1}},
		{"of one sender reordered", 2, swap(3), Anomalies{Reordered: 1}},
		{"another order at a listener", 2, swap(0), Anomalies{OrderDiffers: 1}},
		{"its own message echoed to a sender", 1, func(o []uint64) []uint64 { return append(o, orderKey(0, 0)) }, Anomalies{Strange: 1}},
		{"never sent", 2, func(o []uint64) []uint64 { return append(o, orderKey(1, 3)) }, Anomalies{Strange: 1}},
		{"of another room", 2, func(o []uint64) []uint64 { return append(o, orderKey(2, 0)) }, Anomalies{Strange: 1}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			found := feed(newChecker(1, 4, 2), func(member int, order []uint64) []uint64 {
				if member == test.member {
					return test.change(order)
				}
				return order
			})
			// Two listeners disagree without a majority: which of them is odd is not known,
			// and the senders agree with the reference.
			if found != test.want {
				t.Errorf("found %+v, want %+v", found, test.want)
			}
		})
	}
}

// TestCheckerSenderOrder swaps two messages of different senders, as one sender among three sees them.
func TestCheckerSenderOrder(t *testing.T) {
	c := newChecker(1, 6, 3)
	c.sent = []uint32{1, 1, 1}
	for member := range 6 {
		order := []uint32{0, 1, 2}
		if member == c.memberOf[1] {
			order = []uint32{2, 1, 0}
		}
		for _, sender := range order {
			if c.memberOf[sender] != member {
				c.see(member, sender, 0)
			}
		}
	}
	if found := c.finish(); found != (Anomalies{OrderDiffers: 1}) {
		t.Errorf("found %+v, want one member with an order of its own", found)
	}
}

func TestCheckerAllocatesNothing(t *testing.T) {
	c := newChecker(1, 10, 1)
	c.sent[0] = 1 << 30
	sequence := uint32(0)
	allocations := testing.AllocsPerRun(1000, func() {
		c.see(5, 0, sequence)
		sequence++
	})
	if allocations != 0 {
		t.Errorf("%v allocations per delivery, want 0", allocations)
	}
}
