// Package words is what the plain text gateway says: its sentences, the reasons of the
// core, what happened and what was said, each in two languages, as plain text and as
// JSON. It promises that nothing that people wrote can act on a reader's terminal, and
// that every refusal has its words. It refuses to know sessions, state and history.
package words

import (
	"fmt"

	"madang/engine"
	"madang/gateway/charset"
	"madang/wire/line"
)

// The bits of a form. What a JSON session shows is always UTF-8, so that FormCP949 is
// never set together with FormJSON.
const (
	FormJSON engine.Form = 1 << iota
	FormCP949
	FormKorean
	FormQuiet
)

// Sentence is one thing that the gateway says by itself.
type Sentence uint8

// The sentences; the table below has each in both languages.
const (
	SayWelcome Sentence = iota
	SayYouAre
	SayInRoom
	SayLeft
	SayMoved
	SayNickNow
	SayTopicIs
	SayNoTopic
	SayTopicSet
	SayCharset
	SayCharsetIs
	SayLanguage
	SayQuiet
	SayLoud
	SayJSONOff
	SayBye
	SayFarewell
	SayKicked
	SayInvited
	SayKilled
	SayWho
	SayWhoNobody
	SayPerson
	SayRooms
	SayHistoryEnd
	SaySearchEnd
	SaySignedIn
	SayYourRooms
	SayUnread
	SayUnreadMentions
	SayNothingUnread
	SayMissedMore
	SayRead
	SayRegistered
	SayConfirmMail
	SayVerified
	SayLoggedOut
	SayPasswordSet
	SayAccountIs
	SaySettings
	SayHoldings
	SayOn
	SayOff
	SayNone
	SaySettingOn
	SaySettingOff
	SayAccountGone
	SaySession
	SayThisSession
	SaySessionEnded
	SayAppAdded
	SayApp
	SayNoApps
	SayAppRevoked
	SayReadOnly
	SayUntil
	SayTOTPSecret
	SayTOTPAddress
	SayTOTPConfirm
	SayTOTPOn
	SayTOTPOff
	SayClaimed
	SayPlainPassword
	SayChanged
	SayKnocked
	SayEntry
	SayTopicCleared
	SayHelpMore
	SayHelpUDP
	// What follows answers something that could not be done.
	SayUnknownCommand
	SayUsage
	SayUnknownCharset
	SayUnknownLanguage
	SayJSONNoCharset
	SayNotJSON
	SayBadMark
	SayResumeLate
	SayResumeToken
	SayResumeUDP
	SayResumeAgain
	SayNoHistory
	SayHistoryNone
	SayHistoryFailed
	SayMayNotRead
	SayLineTooLong
	SayFirstTooLong
	SayNUL
	SayStalled
	SaySilent
	SayTooFast
	SayUDPGuest
	SayNoSession
	SayBadTime
	SayNoSetting
	SayNothingSaid
	SayNobodySpoke
	SayTOTPFirst
	SayInternal
	SentencesEnd
)

// phrase is a Sentence in both languages, with a word for programs where it is a fault.
type phrase struct{ word, english, korean string }

// text is a phrase in the form's language.
func (p *phrase) text(form engine.Form, args ...any) string {
	format := p.english
	if form&FormKorean != 0 {
		format = p.korean
	}
	if len(args) == 0 {
		return format
	}
	return fmt.Sprintf(format, args...)
}

// Text is a sentence in the form's language.
func Text(form engine.Form, s Sentence, args ...any) string { return sentences[s].text(form, args...) }

// Codes are all the words for programs that faults and refusals have.
func Codes() []string {
	var codes []string
	for i := range sentences {
		if word := sentences[i].word; word != "" {
			codes = append(codes, word)
		}
	}
	for i := range refusals {
		if word := refusals[i].word; word != "" {
			codes = append(codes, word)
		}
	}
	return codes
}

// AppendSentence appends what the gateway says: a notice, or for a fault an error.
func AppendSentence(dst []byte, form engine.Form, s Sentence, args ...any) []byte {
	if s >= SayUnknownCommand {
		return AppendFault(dst, form, s, "", args...)
	}
	return AppendNotice(dst, form, sentences[s].text(form, args...))
}

// AppendNotice appends any text of the server's as one line.
func AppendNotice(dst []byte, form engine.Form, text string) []byte {
	if form&FormJSON != 0 {
		return line.AppendNotice(dst, text)
	}
	return appendPlain(dst, form, "-- ", text)
}

// AppendFault appends why something could not be done. id is the command's own.
func AppendFault(dst []byte, form engine.Form, s Sentence, id string, args ...any) []byte {
	p := &sentences[s]
	return AppendError(dst, form, p.word, p.text(form, args...), id)
}

func AppendError(dst []byte, form engine.Form, word, text, id string) []byte {
	if form&FormJSON != 0 {
		return line.AppendError(dst, word, text, id)
	}
	return appendPlain(dst, form, "! ", text)
}

// appendPlain appends a line of plain text in the form's character set.
func appendPlain(dst []byte, form engine.Form, mark, text string) []byte {
	if form&FormCP949 == 0 {
		return append(line.AppendSafe(append(dst, mark...), text), '\n')
	}
	return AppendIn(dst, form, appendPlain(nil, form&^FormCP949, mark, text))
}

// AppendIn appends safe UTF-8 text in the form's character set.
func AppendIn(dst []byte, form engine.Form, plain []byte) []byte {
	if form&FormCP949 == 0 {
		return append(dst, plain...)
	}
	return charset.AppendCP949(dst, string(plain))
}

// rowBytes is where a list of words goes on in another row.
const rowBytes = 400

// AppendRows lists words in rows that fit a terminal or a datagram.
func AppendRows(dst []byte, form engine.Form, list []string) []byte {
	row := ""
	for _, word := range list {
		if len(row)+len(word) > rowBytes {
			dst = AppendNotice(dst, form, row)
			row = ""
		}
		if row != "" {
			row += ", "
		}
		row += word
	}
	if row != "" {
		dst = AppendNotice(dst, form, row)
	}
	return dst
}
