package certificate

import (
	"context"
	"log/slog"
	"slices"
	"strings"

	"go.uber.org/zap"
	"go.uber.org/zap/zapcore"
)

// bridge is a zap logger whose lines arrive in the house's own log.
func bridge(to *slog.Logger) *zap.Logger { return zap.New(&core{to.Handler(), nil}) }

// core is a zapcore.Core over a slog.Handler.
type core struct {
	handler slog.Handler
	fields  []zapcore.Field
}

// level is what a line is worth to us: what others inform about are details here.
func level(l zapcore.Level) slog.Level {
	switch {
	case l <= zapcore.InfoLevel:
		return slog.LevelDebug
	case l == zapcore.WarnLevel:
		return slog.LevelWarn
	}
	return slog.LevelError
}

// Enabled says whether lines of the level are wanted.
func (c *core) Enabled(l zapcore.Level) bool {
	return c.handler.Enabled(context.Background(), level(l))
}

// With is the core with fields in every line.
func (c *core) With(fields []zapcore.Field) zapcore.Core {
	return &core{c.handler, slices.Concat(c.fields, fields)}
}

// Check adds the core to those that write the entry.
func (c *core) Check(entry zapcore.Entry, checked *zapcore.CheckedEntry) *zapcore.CheckedEntry {
	if c.Enabled(entry.Level) {
		return checked.AddCore(entry, c)
	}
	return checked
}

// Write writes a line, under the name that its writer gave itself.
func (c *core) Write(entry zapcore.Entry, fields []zapcore.Field) error {
	record := slog.NewRecord(entry.Time, level(entry.Level), strings.TrimSpace("certificates: "+entry.Message), 0)
	if entry.LoggerName != "" {
		record.AddAttrs(slog.String("part", entry.LoggerName))
	}
	for _, field := range slices.Concat(c.fields, fields) {
		values := zapcore.NewMapObjectEncoder()
		field.AddTo(values)
		for key, value := range values.Fields { // one, or a few of one field
			record.AddAttrs(slog.Any(key, value))
		}
	}
	return c.handler.Handle(context.Background(), record)
}

// Sync does nothing: nothing is held back.
func (c *core) Sync() error { return nil }
