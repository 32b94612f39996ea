package bench

import (
	"bytes"
	"encoding/binary"
)

// A stamp is the beginning of every message's text, in fixed columns so that reading it is
// a few loads: "b RRRRRRRR SSSS NNNNNNNN " with the run, the sender and the sequence
// number in decimal. When a message was sent is not in it: the generator remembers.
const (
	stampBytes      = 25
	stampSendersMax = 9999
	stampRunAt      = 2
	stampSenderAt   = 11
	stampSequenceAt = 16
)

// stamp writes and recognises the texts of one run. Texts of another run are not ours.
type stamp struct {
	run       uint64 // the eight digits as loaded from memory
	textBytes int
	text      []byte
}

func newStamp(run uint32, textBytes int) *stamp {
	text := bytes.Repeat([]byte{'.'}, textBytes)
	copy(text, "b 00000000 0000 00000000 ")
	putDigits(text[stampRunAt:stampRunAt+8], run%100_000_000)
	return &stamp{run: binary.LittleEndian.Uint64(text[stampRunAt:]), textBytes: textBytes, text: text}
}

// appendText appends the text of one message to line.
func (s *stamp) appendText(line []byte, sender, sequence uint32) []byte {
	putDigits(s.text[stampSenderAt:stampSenderAt+4], sender)
	putDigits(s.text[stampSequenceAt:stampSequenceAt+8], sequence)
	return append(line, s.text...)
}

// find reads the stamp of a line without its line ending. The text is found from the end
// of the line, so that nothing before it need be parsed.
func (s *stamp) find(line []byte) (sender, sequence uint32, ok bool) {
	at := len(line) - s.textBytes
	if at < 2 {
		return 0, 0, false
	}
	text := line[at:]
	if line[at-1] != ':' || line[at-2] != ' ' || text[0] != 'b' || text[len(text)-1] != '.' ||
		binary.LittleEndian.Uint64(text[stampRunAt:]) != s.run {
		return 0, 0, false
	}
	sender = fourDigits(binary.LittleEndian.Uint32(text[stampSenderAt:]))
	sequence = eightDigits(binary.LittleEndian.Uint64(text[stampSequenceAt:]))
	return sender, sequence, true
}

// within reports whether a line that find refused still carries a text of this run:
// cut, altered or wrapped.
func (s *stamp) within(line []byte) bool {
	return bytes.Contains(line, s.text[:stampRunAt+8])
}

func putDigits(field []byte, value uint32) {
	for i := len(field) - 1; i >= 0; i-- {
		field[i] = byte('0' + value%10)
		value /= 10
	}
}

// eightDigits reads eight ASCII digits at once: pairs, then fours, then all. Other bytes
// give a number that the checker finds impossible.
func eightDigits(v uint64) uint32 {
	v -= 0x3030303030303030
	v = v*10 + v>>8
	const mask = 0x000000FF000000FF
	return uint32(((v&mask)*(100+1_000_000<<32) + (v>>16&mask)*(1+10_000<<32)) >> 32)
}

func fourDigits(v uint32) uint32 {
	v -= 0x30303030
	return (v&0xFF)*1000 + (v>>8&0xFF)*100 + (v>>16&0xFF)*10 + v>>24
}
