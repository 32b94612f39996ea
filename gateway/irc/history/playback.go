package history

import (
	"context"
	"math"
	"slices"
	"strconv"
	"strings"

	"madang/chat"
	"madang/chat/names"
	"madang/gateway/irc/reply"
	"madang/wire/irc"
)

// PlaybackNick is to whom commands of the playback module are written
// (wiki.znc.in/Playback). It is nobody's nick.
const PlaybackNick = "*playback"

// playbackMax is the most messages of one place when several are played.
const playbackMax = 200

// playback is a command of the playback module: play, list or clear.
type playback struct {
	asker    Asker
	verb     string
	targets  []string // folded; "*": every place
	from, to chat.Time
	most     int
	places   []Place
}

// Playback reads a command of the playback module. Of one place at most as many messages
// are played.
func Playback(a Asker, text string, most int) (Question, *Fault) {
	words := strings.Fields(text)
	if len(words) == 0 {
		words = []string{"list"}
	}
	q := &playback{asker: a, verb: strings.ToLower(words[0]), targets: []string{"*"}, most: min(most, MessagesMax)}
	if q.verb != "play" && q.verb != "list" && q.verb != "clear" {
		return nil, fault("UNKNOWN_PLAYBACK", "play, list and clear are known")
	}
	if len(words) > 1 {
		q.targets = q.targets[:0]
		for target := range irc.List(words[1]) {
			q.targets = append(q.targets, names.Fold(target))
		}
	}
	for i, word := range words[min(len(words), 2):min(len(words), 4)] {
		seconds, err := strconv.ParseFloat(word, 64)
		if err != nil || math.IsNaN(seconds) || math.Abs(seconds) > 1<<40 {
			return nil, fault("INVALID_PARAMS", "A time is in seconds since 1970")
		}
		ms := chat.Time(math.Round(seconds * 1000))
		if i == 0 {
			q.from = ms
		} else {
			q.to = ms
		}
	}
	return q, nil
}

// Resolve finds the places, and answers what is no play.
func (q *playback) Resolve(w *reply.Writer) bool {
	q.places = slices.DeleteFunc(q.asker.All(w), func(p Place) bool {
		return !slices.Contains(q.targets, "*") && !slices.Contains(q.targets, names.Fold(p.Name()))
	})
	if q.verb == "list" {
		for i := range q.places {
			last := strconv.FormatFloat(float64(q.places[i].Last)/1000, 'f', 3, 64)
			w.Line(PlaybackNick+"!playback@"+w.House.Name, "PRIVMSG", w.Nick, q.places[i].Name()+" 0 "+last)
		}
	}
	return q.verb == "play"
}

// Failed says that nothing could be played.
func (q *playback) Failed(w *reply.Writer) {
	w.Line(PlaybackNick+"!playback@"+w.House.Name, "PRIVMSG", w.Nick, "Earlier messages could not be read")
}

// Read reads the newest messages of each place between the times.
func (q *playback) Read(ctx context.Context, r *Reader, upTo chat.Position) (Pieces, error) {
	query := chat.HistoryQuery{UpTo: upTo, Limit: q.most, Newest: true}
	if q.from > 0 {
		query.After = chat.Bound{Time: q.from}
	}
	if q.to > 0 {
		query.Before = chat.Bound{Time: q.to}
	}
	if len(q.places) > 1 {
		query.Limit = min(playbackMax, q.most)
	}
	return r.several(ctx, q.places, upTo, func(p *Place) chat.HistoryQuery {
		query.Conversation = p.Conversation
		return query
	})
}

// several reads places one after another, those without a message left out.
func (r *Reader) several(
	ctx context.Context, places []Place, upTo chat.Position, query func(*Place) chat.HistoryQuery,
) (Pieces, error) {
	var all []Pieces
	for i := range places {
		p := &places[i]
		found, err := r.page(ctx, query(p))
		if err != nil {
			return nil, err
		}
		if len(found) > 0 {
			s := &shown{reader: r, kind: "chathistory", target: p.Name(), batch: r.batchID(upTo, i), from: found, place: p.target}
			all = append(all, s.pieces())
		}
	}
	return after(all), nil
}
