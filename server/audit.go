package server

import (
	"context"
	"fmt"
	"slices"

	"madang/chat"
	"madang/chat/names"
)

// audit reads what operators did; nil: nothing is kept.
func (s *Server) audit() func(context.Context, chat.AuditQuery) ([]chat.AuditLine, error) {
	if s.storage.store == nil {
		return nil
	}
	return s.readAudit
}

// readAudit looks through the journal, and gives the newest lines that fit, newest first.
func (s *Server) readAudit(ctx context.Context, q chat.AuditQuery) ([]chat.AuditLine, error) {
	var lines []chat.AuditLine
	err := s.storage.store.Read(ctx, 0, func(at chat.Position, e chat.Event) bool {
		if q.Before != 0 && at >= q.Before {
			return false
		}
		done, ok := e.(*chat.Audited)
		if ok && asked(&q, done) {
			lines = append(lines, chat.AuditLine{Position: at, Audited: *done})
		}
		if len(lines) > 2*q.Limit {
			lines = append(lines[:0], lines[len(lines)-q.Limit:]...)
		}
		return ctx.Err() == nil
	})
	if err != nil {
		return nil, fmt.Errorf("read what operators did: %w", err)
	}
	lines = lines[max(0, len(lines)-q.Limit):]
	slices.Reverse(lines)
	return lines, ctx.Err()
}

// asked says whether a line is one of those that a query is for.
func asked(q *chat.AuditQuery, done *chat.Audited) bool {
	by := names.Fold(q.By)
	return done.Time >= q.Since && (q.Until == 0 || done.Time < q.Until) &&
		(by == "" || by == names.Fold(done.By) || by == names.Fold(done.Account))
}
