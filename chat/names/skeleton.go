package names

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/ergochat/confusables"
	"golang.org/x/text/unicode/norm"
)

// skeleton is the skeleton of UTS 39 section 4 with three changes, all of which keep
// apart what readers keep apart or bring together what they cannot tell:
//
//   - ASCII stays as it is, so that no two ASCII names collide (the tables would make
//     one of 0 and O, of 1, l and |). Other scripts' zeros and ones count as o and l.
//   - Hangul syllables stay whole. Taken apart into letters, as the tables ask, 먹고
//     and 머꼬 would be one name.
//   - A letter whose capital looks like a Latin capital counts as that one (Cyrillic н
//     for h, as in НANS), since anybody may write the name in capitals.
func skeleton(folded string) string {
	if isPlain(folded) {
		return folded
	}
	var b strings.Builder
	for rest := folded; rest != ""; {
		kept := strings.IndexFunc(rest, hasLookAlikes)
		if kept < 0 {
			kept = len(rest)
		}
		b.WriteString(rest[:kept])
		rest = rest[kept:]
		end := strings.IndexFunc(rest, func(r rune) bool { return !hasLookAlikes(r) })
		if end < 0 {
			end = len(rest)
		}
		b.WriteString(foreign(rest[:end]))
		rest = rest[end:]
	}
	return b.String()
}

func hasLookAlikes(r rune) bool {
	return r >= utf8.RuneSelf && !isSyllable(r)
}

// foreign maps a run of neither ASCII nor syllables. Hangul letters that the tables
// name come back as compatibility letters, so that ㄱㅏ does not grow into 가.
func foreign(run string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(run) {
		b.WriteString(prototype(r))
	}
	return standAlone(norm.NFD.String(caseFolder.String(b.String())))
}

func prototype(r rune) string {
	low := confusables.SkeletonTweaked(string(r))
	if low[0] < utf8.RuneSelf {
		return low
	}
	capital := confusables.SkeletonTweaked(string(unicode.ToUpper(r)))
	if len(capital) == 1 && isASCIILetter(rune(capital[0])) {
		return capital
	}
	return low
}
