package admin

import (
	"context"
	"reflect"
	"runtime"
	"strings"
	"time"
	"unicode"

	"madang/engine"
)

// Number is one measure of the server.
type Number struct {
	Name  string  `json:"name"` // part.measure
	Value float64 `json:"value"`
	Unit  string  `json:"unit,omitempty"` // "s", or empty: a count, or bytes where the name says so
}

// NumbersOf makes numbers of the counters of a part: a struct of integers, floats and
// durations. Field BytesIn of part conn becomes conn.bytes_in. Other fields are left out.
func NumbersOf(part string, counters any) []Number {
	v := reflect.ValueOf(counters)
	var numbers []Number
	for i := range v.NumField() {
		n := Number{Name: part + "." + snake(v.Type().Field(i).Name)}
		switch f := v.Field(i); {
		case f.Type() == reflect.TypeFor[time.Duration]():
			n.Value, n.Unit = time.Duration(f.Int()).Seconds(), "s"
		case f.CanInt():
			n.Value = float64(f.Int())
		case f.CanUint():
			n.Value = float64(f.Uint())
		case f.CanFloat():
			n.Value = f.Float()
		default:
			continue
		}
		numbers = append(numbers, n)
	}
	return numbers
}

// snake turns BytesIn into bytes_in and CommitP50 into commit_p50.
func snake(name string) string {
	var b strings.Builder
	for i, r := range name {
		if unicode.IsUpper(r) && i > 0 {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

func (g *Gateway) stats(ctx context.Context, _ *Request) (any, error) {
	numbers, err := g.chatNumbers(ctx)
	if err != nil {
		return nil, err
	}
	numbers = append(numbers, NumbersOf("engine", g.house.Engine.Stats())...)
	if g.services.Stats != nil {
		numbers = append(numbers, g.services.Stats()...)
	}
	numbers = append(numbers, processNumbers(g.house.Engine.Now().Sub(g.house.Started))...)
	return append(numbers, derived(numbers)...), nil
}

func (g *Gateway) chatNumbers(ctx context.Context) ([]Number, error) {
	var users, rooms, sessions, accounts, lasting, attached int
	var delivered, failing float64
	err := g.house.Engine.Call(ctx, func(l engine.Loop) {
		users, rooms = l.State().UserCount(), l.State().RoomCount()
		l.Sessions(func(s *engine.Session) {
			sessions++
			if s.User() != 0 {
				attached++
			}
		})
		accounts = l.State().AccountCount()
		for a := range l.State().Accounts() {
			if u := l.State().UserByID(a.User()); u != nil && u.Lasting() {
				lasting++
			}
		}
		delivered = float64(l.Delivered())
		if l.Failing() {
			failing = 1
		}
	})
	return []Number{
		{Name: "chat.users", Value: float64(users)},
		{Name: "chat.rooms", Value: float64(rooms)},
		{Name: "chat.sessions", Value: float64(sessions)},
		{Name: "chat.attached", Value: float64(attached)}, // sessions with a user
		{Name: "chat.accounts", Value: float64(accounts)},
		{Name: "chat.always_on", Value: float64(lasting)}, // users, with sessions or without
		{Name: "chat.position", Value: delivered},
		{Name: "chat.storage_failing", Value: failing},
	}, err
}

func processNumbers(up time.Duration) []Number {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return []Number{
		{Name: "process.up", Value: up.Seconds(), Unit: "s"},
		{Name: "process.goroutines", Value: float64(runtime.NumGoroutine())},
		{Name: "process.heap_bytes", Value: float64(m.HeapAlloc)},
		{Name: "process.system_bytes", Value: float64(m.Sys)},
		{Name: "process.collections", Value: float64(m.NumGC)},
	}
}

// derived are the ratios that one looks at, of those numbers that are there.
func derived(numbers []Number) []Number {
	by := map[string]float64{}
	for _, n := range numbers {
		by[n.Name] = n.Value
	}
	return []Number{
		{Name: "batch.size", Value: ratio(by["engine.asks"], by["engine.turns"])},
		{Name: "batch.events", Value: ratio(by["engine.events"], by["engine.commits"])},
		{Name: "batch.commit_time", Value: ratio(by["engine.commit_time"], by["engine.commits"]), Unit: "s"},
	}
}

func ratio(a, b float64) float64 {
	if b == 0 {
		return 0
	}
	return a / b
}
