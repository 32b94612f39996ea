package irc

import (
	"strings"

	"madang/chat"
)

// rankOrder are the ranks as rankLetters and rankSigns have them. Read-only.
var rankOrder = [...]chat.Rank{chat.Owner, chat.Admin, chat.Operator, chat.HalfOperator, chat.Voice}

// rankSign is the sign of one rank.
func rankSign(r chat.Rank) byte {
	for i, rank := range rankOrder {
		if r == rank {
			return rankSigns[i]
		}
	}
	return 0
}

// rankLetter is the mode letter of one rank.
func rankLetter(r chat.Rank) byte {
	for i, rank := range rankOrder {
		if r == rank {
			return rankLetters[i]
		}
	}
	return '?'
}

// rankOfLetter undoes rankLetter.
func rankOfLetter(letter byte) (chat.Rank, bool) {
	if i := strings.IndexByte(rankLetters, letter); i >= 0 {
		return rankOrder[i], true
	}
	return chat.NoRank, false
}
