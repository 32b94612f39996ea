package history

import (
	"context"
	"strconv"
	"strings"

	"madang/chat"
	"madang/gateway/irc/render"
	"madang/gateway/irc/reply"
	"madang/wire/irc"
)

// Fault is what is wrong with a line, as a standard reply has it.
type Fault struct {
	Code   string
	Params []string // with a sentence as the last
}

func fault(code string, params ...string) *Fault { return &Fault{code, params} }

// chathistory is CHATHISTORY, but for TARGETS.
type chathistory struct {
	asker  Asker
	sub    string // in capitals
	target string // as typed
	first  irc.Selector
	second irc.Selector // of BETWEEN
	limit  int
	place  Place
}

// Chathistory reads the parameters of CHATHISTORY.
func Chathistory(a Asker, params []string) (Question, *Fault) {
	if len(params) == 0 {
		return nil, fault("INVALID_PARAMS", "*", "Insufficient parameters")
	}
	q := &chathistory{asker: a, sub: strings.ToUpper(params[0])}
	selectors := 1
	switch q.sub {
	case "LATEST", "BEFORE", "AFTER", "AROUND":
	case "BETWEEN":
		selectors = 2
	case "TARGETS":
		return targetsOf(a, params)
	default:
		return nil, fault("INVALID_PARAMS", render.OneWord(params[0]), "Unknown command")
	}
	if f := counted(q.sub, params, 3+selectors); f != nil {
		return nil, f
	}
	q.target = params[1]
	var f *Fault
	if q.first, f = q.selector(params[2]); f != nil {
		return nil, f
	}
	if selectors == 2 {
		if q.second, f = q.selector(params[3]); f != nil {
			return nil, f
		}
	}
	q.limit, f = limit(q.sub, params[2+selectors])
	return q, f
}

// counted says whether there are as many parameters as there must be.
func counted(sub string, params []string, n int) *Fault {
	switch {
	case len(params) < n:
		return fault("INVALID_PARAMS", sub, "Insufficient parameters")
	case len(params) > n:
		return fault("INVALID_PARAMS", sub, "Too many parameters")
	}
	return nil
}

// limit reads how many messages are wanted; 0 is as many as there may be.
func limit(sub, word string) (int, *Fault) {
	n, err := strconv.Atoi(word)
	if err != nil || n < 0 {
		return 0, fault("INVALID_PARAMS", sub, render.OneWord(word), "Invalid limit")
	}
	if n == 0 || n > MessagesMax {
		n = MessagesMax
	}
	return n, nil
}

func (q *chathistory) selector(word string) (irc.Selector, *Fault) {
	s, known, ok := irc.ParseSelector(word)
	switch {
	case !known:
		return s, fault("INVALID_MSGREFTYPE", q.sub, render.OneWord(q.target), render.OneWord(word), "Messages are referred to by msgid= and timestamp=")
	case !ok, s.Open() && q.sub != "LATEST":
		return s, fault("INVALID_PARAMS", q.sub, render.OneWord(word), "Invalid reference to a message")
	}
	return s, nil
}

// Resolve finds the conversation.
func (q *chathistory) Resolve(w *reply.Writer) (ok bool) {
	if q.place, ok = q.asker.Find(w, q.target); !ok {
		w.Fail("CHATHISTORY", "INVALID_TARGET", q.sub, render.OneWord(q.target), "Messages could not be retrieved")
	}
	return ok
}

// Failed says that the messages could not be read.
func (q *chathistory) Failed(w *reply.Writer) {
	w.Fail("CHATHISTORY", "MESSAGE_ERROR", q.sub, render.OneWord(q.target), "Messages could not be retrieved")
}

// Read reads the messages.
func (q *chathistory) Read(ctx context.Context, r *Reader, upTo chat.Position) (Pieces, error) {
	s := &shown{reader: r, kind: "chathistory", target: q.place.Room, batch: r.batchID(upTo, 0), place: q.place.target}
	if s.target == "" {
		s.target = q.target
	}
	if q.place.Conversation == 0 {
		return s.pieces(), nil
	}
	first, ok := r.point(q.first)
	second, ok2 := r.point(q.second)
	if !ok || !ok2 {
		return whole(irc.AppendText(nil, r.Server, "FAIL", "CHATHISTORY", "MESSAGE_ERROR", q.sub, render.OneWord(q.target), "The message is not of this server, or none")), nil
	}
	query := chat.HistoryQuery{
		Conversation: q.place.Conversation, UpTo: upTo, Limit: q.limit, Events: r.Caps&render.CapEventPlayback != 0,
	}
	var err error
	s.from, err = q.read(ctx, r, query, first, second)
	return s.pieces(), err
}

// read asks for the stretch that the subcommand means.
func (q *chathistory) read(ctx context.Context, r *Reader, query chat.HistoryQuery, first, second point) ([]chat.Message, error) {
	switch q.sub {
	case "LATEST":
		query.After, query.Newest = first.after(), true
	case "BEFORE":
		query.Before, query.Newest = first.before(), true
	case "AFTER":
		query.After = first.after()
	case "AROUND":
		return r.around(ctx, query, first)
	case "BETWEEN":
		backwards, err := r.precedes(ctx, query.Conversation, second, first)
		if err != nil {
			return nil, err
		}
		if backwards {
			first, second = second, first
		}
		query.After, query.Before, query.Newest = first.after(), second.before(), backwards
	}
	return r.page(ctx, query)
}

// around gives the messages on both sides of a point, and that at the point itself.
func (r *Reader) around(ctx context.Context, query chat.HistoryQuery, p point) ([]chat.Message, error) {
	limit := query.Limit
	up := query
	up.Before, up.Newest, up.Limit = p.behind(), true, limit/2+1
	all, err := r.page(ctx, up)
	if err != nil || len(all) >= limit {
		return all[max(0, len(all)-limit):], err
	}
	query.After, query.Limit = p.after(), limit-len(all)
	rest, err := r.page(ctx, query)
	return append(all, rest...), err
}
