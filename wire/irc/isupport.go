package irc

import "strings"

// TokensPerLineMax bounds the tokens of one RPL_ISUPPORT (modern.ircdocs.horse, 005).
const TokensPerLineMax = 13

// Token is one statement of RPL_ISUPPORT: NAME, NAME=value, or -NAME to take it back.
type Token struct {
	Name  string
	Value string // left out with its '=' if empty
}

// AppendISupport appends as many RPL_ISUPPORT lines as the tokens need, each within
// TokensPerLineMax and LineBytesMax. A token that no line can hold is left out.
func AppendISupport(dst []byte, source, client, sentence string, tokens []Token) []byte {
	room := TextBytesMax(source, string(RPL_ISUPPORT), client) - len(sentence)
	for len(tokens) > 0 {
		start, used, count := len(dst), 0, 0
		dst = append(appendHead(dst, source, string(RPL_ISUPPORT)), ' ')
		dst = appendMiddle(dst, client)
		for len(tokens) > 0 && count < TokensPerLineMax {
			before := len(dst)
			dst = appendToken(append(dst, ' '), tokens[0])
			if used+len(dst)-before > room {
				dst = dst[:before]
				if count > 0 {
					break
				}
				tokens = tokens[1:] // fits nowhere
				continue
			}
			used += len(dst) - before
			tokens = tokens[1:]
			count++
		}
		if count == 0 {
			return dst[:start]
		}
		dst = append(append(append(dst, " :"...), sentence...), "\r\n"...)
	}
	return dst
}

// appendToken writes a token with the escapes of the draft: \x20, \x5C and \x3D for
// space, backslash and equals sign, and likewise for control characters.
func appendToken(dst []byte, token Token) []byte {
	dst = append(dst, token.Name...)
	if token.Value == "" {
		return dst
	}
	dst = append(dst, '=')
	for i := 0; i < len(token.Value); i++ {
		c := token.Value[i]
		if c <= ' ' || c == '\\' || c == '=' || c == 0x7F {
			dst = append(dst, '\\', 'x', hexDigits[c>>4], hexDigits[c&15])
			continue
		}
		dst = append(dst, c)
	}
	return dst
}

const hexDigits = "0123456789ABCDEF"

// UnescapeToken is the value of an RPL_ISUPPORT token as it was meant.
func UnescapeToken(value string) string {
	var b strings.Builder
	for i := 0; i < len(value); i++ {
		if c := value[i]; c == '\\' && i+3 < len(value) && value[i+1] == 'x' {
			high, low := strings.IndexByte(hexDigits, value[i+2]), strings.IndexByte(hexDigits, value[i+3])
			if high >= 0 && low >= 0 {
				b.WriteByte(byte(high<<4 | low))
				i += 3
				continue
			}
		}
		b.WriteByte(value[i])
	}
	return b.String()
}
