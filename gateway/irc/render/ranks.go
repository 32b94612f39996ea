package render

import (
	"strings"

	"madang/chat"
)

// Letters and signs of ranks, the highest first, as ISUPPORT's PREFIX names them.
const (
	RankLetters = "qaohv"
	RankSigns   = "~&@%+"
)

// rankOrder are the ranks as RankLetters and RankSigns have them. Read-only.
var rankOrder = [...]chat.Rank{chat.Owner, chat.Admin, chat.Operator, chat.HalfOperator, chat.Voice}

// rankSign is the sign of one rank.
func rankSign(r chat.Rank) byte {
	for i, rank := range rankOrder {
		if r == rank {
			return RankSigns[i]
		}
	}
	return 0
}

// rankLetter is the mode letter of one rank.
func rankLetter(r chat.Rank) byte {
	for i, rank := range rankOrder {
		if r == rank {
			return RankLetters[i]
		}
	}
	return '?'
}

// rankOfLetter is the rank that a mode letter stands for; false: none.
func rankOfLetter(letter byte) (chat.Rank, bool) {
	if i := strings.IndexByte(RankLetters, letter); i >= 0 {
		return rankOrder[i], true
	}
	return chat.NoRank, false
}

// RankOfSign is the rank that a sign before a name stands for; false: none.
func RankOfSign(sign byte) (chat.Rank, bool) {
	if i := strings.IndexByte(RankSigns, sign); i >= 0 {
		return rankOrder[i], true
	}
	return chat.NoRank, false
}

// Signs are the signs of a member's ranks: all of them (IRCv3 multi-prefix), or the
// highest.
func Signs(r chat.Rank, all bool) string {
	if r == chat.NoRank {
		return ""
	}
	for i, rank := range rankOrder {
		if r&rank == 0 {
			continue
		}
		if !all || r&^rank == 0 {
			return RankSigns[i : i+1]
		}
		return RankSigns[i:i+1] + Signs(r&^rank, all)
	}
	return ""
}
