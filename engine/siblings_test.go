package engine

import (
	"slices"
	"testing"
)

func TestSiblings(t *testing.T) {
	a, b, c := &Session{}, &Session{}, &Session{}
	for _, test := range []struct {
		gone []*Session
		left []*Session
	}{
		{nil, []*Session{a, b, c}},
		{[]*Session{a}, []*Session{b, c}},
		{[]*Session{b}, []*Session{a, c}},
		{[]*Session{c}, []*Session{a, b}},
		{[]*Session{b, a}, []*Session{c}},
		{[]*Session{a, b, c}, nil},
	} {
		all := siblings{}
		for _, s := range []*Session{a, b, c} {
			all.add(1, s)
		}
		for _, s := range test.gone {
			all.remove(1, s)
			all.remove(1, s) // who is none of them
		}
		if got := slices.Collect(all.of(1)); !slices.Equal(got, test.left) {
			t.Errorf("without %d of them %d are left, in another order or too many", len(test.gone), len(got))
		}
		if len(test.left) == 0 && len(all) != 0 {
			t.Error("a user without sessions is remembered")
		}
	}
	all := siblings{}
	all.add(1, a)
	all.add(1, b)
	for s := range all.of(1) {
		all.remove(1, s)
		all.add(2, s)
	}
	if got := slices.Collect(all.of(2)); !slices.Equal(got, []*Session{a, b}) || len(all) != 1 {
		t.Errorf("%d were moved to another user", len(got))
	}
}
