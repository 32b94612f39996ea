package line

import "strings"

// Query is what somebody types behind /search.
type Query struct {
	Text   string // the words looked for
	From   string // who said it
	In     string // a room, or somebody's name with @ before it
	Before string // a day, a time or how long ago, as typed
	After  string
}

// ParseQuery takes the filters out of a search, in English or in Korean, wherever they
// stand: "from:minji in:#dev after:2d release" or "보낸이:minji 방:#dev 이후:2일 배포". A filter
// without a value, and any other word with a colon, is looked for as it is.
func ParseQuery(text string) Query {
	var q Query
	var words []string
	for _, word := range strings.Fields(text) {
		name, value, ok := strings.Cut(word, ":")
		to := q.filter(strings.ToLower(name))
		if !ok || value == "" || to == nil {
			words = append(words, word)
			continue
		}
		*to = value
	}
	q.Text = strings.Join(words, " ")
	return q
}

func (q *Query) filter(name string) *string {
	switch name {
	case "from", "보낸이", "누가":
		return &q.From
	case "in", "방", "어디":
		return &q.In
	case "before", "이전", "전":
		return &q.Before
	case "after", "since", "이후", "후":
		return &q.After
	}
	return nil
}
