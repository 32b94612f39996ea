package names

import "strings"

const (
	hangulFiller = 0x3164 // invisible

	choseongFirst, choseongLast   = 0x1100, 0x1112
	jungseongFirst, jungseongLast = 0x1161, 0x1175
	jongseongFirst, jongseongLast = 0x11A8, 0x11C2
	vowelFirst                    = 0x314F
)

// The compatibility letters of the modern initial and final consonants, in the order of
// the conjoining ones (Unicode 3.12 and the Hangul Jamo chart). Vowels run in parallel.
const (
	initials = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
	finals   = "ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"

	letterBytes = 3 // of each letter above
)

// isSyllable: the 11,172 precomposed syllables.
func isSyllable(r rune) bool {
	return 0xAC00 <= r && r <= 0xD7A3
}

// isLoneLetter: the 51 modern compatibility letters ㄱ to ㅣ. Old letters are refused,
// here as among the conjoining ones.
func isLoneLetter(r rune) bool {
	return 0x3131 <= r && r <= 0x3163
}

// standAlone replaces each modern conjoining letter by its compatibility letter. In NFC
// text those are exactly the letters outside syllables.
func standAlone(text string) string {
	return strings.Map(loneLetter, text)
}

func loneLetter(r rune) rune {
	switch {
	case choseongFirst <= r && r <= choseongLast:
		return letterAt(initials, int(r-choseongFirst))
	case jungseongFirst <= r && r <= jungseongLast:
		return vowelFirst + r - jungseongFirst
	case jongseongFirst <= r && r <= jongseongLast:
		return letterAt(finals, int(r-jongseongFirst))
	}
	return r
}

func letterAt(letters string, n int) rune {
	for _, r := range letters[n*letterBytes:] {
		return r
	}
	return 0xFFFD
}
