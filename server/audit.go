package server

import (
	"context"
	"fmt"

	"madang/chat"
)

// audit reads what operators did; nil: nothing is kept.
func (s *Server) audit() func(context.Context, chat.AuditQuery) ([]chat.AuditLine, error) {
	if s.storage.store == nil {
		return nil
	}
	return s.readAudit
}

// readAudit gives the newest lines that fit, newest first.
func (s *Server) readAudit(ctx context.Context, q chat.AuditQuery) ([]chat.AuditLine, error) {
	lines, err := s.storage.store.Audit(ctx, q)
	if err != nil {
		return nil, fmt.Errorf("read what operators did: %w", err)
	}
	return lines, nil
}
