package render

import (
	"madang/engine"
	"madang/wire/websocket"
)

// The bits of a form that say how lines are framed: neither, they end in CR LF.
const (
	FormText   engine.Form = 1 << 62 // each a text message of WebSocket
	FormBinary engine.Form = 1 << 63 // each a binary one
)

// formFramed are the bits of framing; formOutside are those that concern lines as a
// whole, whatever they say.
const (
	formFramed  = FormText | FormBinary
	formOutside = formFramed | FormCP949
)

// Outside is lines in UTF-8 as they go out by a form: themselves, where that is so.
func Outside(lines []byte, f engine.Form) []byte {
	if f&formOutside == 0 || len(lines) == 0 {
		return lines
	}
	return AppendOutside(make([]byte, 0, len(lines)+len(lines)/16), lines, f)
}

// AppendOutside appends lines in UTF-8 as they go out by a form that is not all zero
// there: in its character set, and framed. It is the last that is done to them.
func AppendOutside(dst, lines []byte, f engine.Form) []byte {
	switch {
	case f&FormText != 0: // always UTF-8
		return websocket.AppendLines(dst, lines, websocket.Text)
	case f&formFramed == 0:
		return AppendCP949(dst, lines)
	case f&FormCP949 != 0:
		lines = AppendCP949(nil, lines)
	}
	return websocket.AppendLines(dst, lines, websocket.Binary)
}
