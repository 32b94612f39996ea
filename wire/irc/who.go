package irc

import "strings"

// WhoFields is the order in which RPL_WHOSPCRPL answers the fields asked for.
const WhoFields = "tcuihsnfdlaor"

// WhoRequest is the second parameter of WHO (modern.ircdocs.horse, WHO and "WHOX").
type WhoRequest struct {
	// Operators asks for server operators only: "o".
	Operators bool
	// Extended asks for RPL_WHOSPCRPL instead of RPL_WHOREPLY: there was a '%'.
	Extended bool
	// Token is to be given back in field t: one to three digits or empty.
	Token string

	fields uint16 // bit i: WhoFields[i]
}

// ParseWho reads "o%fields,token", each part of which may be missing. Unknown letters
// are ignored, as is a token that is not one to three digits.
func ParseWho(param string) WhoRequest {
	flags, extended, isExtended := strings.Cut(param, "%")
	request := WhoRequest{Operators: strings.Contains(flags, "o"), Extended: isExtended}
	fields, token, _ := strings.Cut(extended, ",")
	for i := 0; i < len(fields); i++ {
		if at := strings.IndexByte(WhoFields, fields[i]); at >= 0 {
			request.fields |= 1 << at
		}
	}
	if len(token) <= 3 && strings.Trim(token, "0123456789") == "" {
		request.Token = token
	}
	return request
}

// Wants tells whether field, a letter of WhoFields, was asked for.
func (w WhoRequest) Wants(field byte) bool {
	at := strings.IndexByte(WhoFields, field)
	return at >= 0 && w.fields&(1<<at) != 0
}
