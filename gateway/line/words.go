package line

import (
	"fmt"

	"madang/engine"
	"madang/gateway/charset"
	"madang/wire/line"
)

// sentence is one thing that the gateway says by itself.
type sentence uint8

// The sentences; the table below has each in both languages.
const (
	sayWelcome sentence = iota
	sayYouAre
	sayInRoom
	sayLeft
	sayMoved
	sayNickNow
	sayTopicIs
	sayNoTopic
	sayTopicSet
	sayCharset
	sayCharsetIs
	sayLanguage
	sayQuiet
	sayLoud
	sayJSONOff
	sayBye
	sayFarewell
	sayKicked
	sayInvited
	sayKilled
	sayWho
	sayWhoNobody
	sayPerson
	sayRooms
	sayHistoryEnd
	saySearchEnd
	sayHelpMore
	sayHelpUDP
	// What follows answers something that could not be done.
	sayUnknownCommand
	sayUsage
	sayUnknownCharset
	sayUnknownLanguage
	sayJSONNoCharset
	sayNotJSON
	sayBadMark
	sayResumeLate
	sayResumeToken
	sayResumeUDP
	sayResumeAgain
	sayNoHistory
	sayHistoryNone
	sayHistoryFailed
	sayMayNotRead
	sayLineTooLong
	sayFirstTooLong
	sayNUL
	sayStalled
	saySilent
	sayTooFast
	sayInternal
	sentencesEnd
)

// phrase is a sentence in both languages, with a word for programs where it is a fault.
type phrase struct{ word, english, korean string }

// sentences is read-only; a test says that it is total and that both languages take
// the same arguments.
var sentences = [sentencesEnd]phrase{
	sayWelcome:     {"", "You are %s, in %s. /nick NAME changes your name.", "당신은 %s 님이고 지금 %s 방에 있습니다. /별명 이름 으로 이름을 바꿉니다."},
	sayYouAre:      {"", "You are %s.", "당신은 %s 님입니다."},
	sayInRoom:      {"", "You are in %s now.", "이제 %s 방에 있습니다."},
	sayLeft:        {"", "You left %s.", "%s 방에서 나왔습니다."},
	sayMoved:       {"", "Your lines go to %s now.", "이제 쓰는 말은 %s 방으로 갑니다."},
	sayNickNow:     {"", "You are called %s now.", "이제 이름은 %s 입니다."},
	sayTopicIs:     {"", "%s is about: %s", "%s 방의 주제: %s"},
	sayNoTopic:     {"", "%s has no topic.", "%s 방에는 주제가 없습니다."},
	sayTopicSet:    {"", "The topic of %s is set.", "%s 방의 주제를 바꾸었습니다."},
	sayCharset:     {"", "You write in %s: so do I now. /charset changes it.", "문자 인코딩을 %s(으)로 씁니다. /인코딩 으로 바꿉니다."},
	sayCharsetIs:   {"", "The character set is %s; /charset utf-8 or /charset cp949 changes it.", "문자 인코딩은 %s 입니다. /charset utf-8 또는 /charset cp949 로 바꿉니다."},
	sayLanguage:    {"", "I speak English now. /lang ko: 한국어", "이제 한국어로 말합니다. /lang en: English"},
	sayQuiet:       {"", "Who comes and goes is no longer shown. /quiet shows it again.", "이제 드나드는 사람을 보이지 않습니다. /조용히 로 되돌립니다."},
	sayLoud:        {"", "Who comes and goes is shown again.", "이제 드나드는 사람을 다시 보입니다."},
	sayJSONOff:     {"", "Plain text again.", "다시 보통 글로 씁니다."},
	sayBye:         {"", "Bye.", "안녕히 가세요."},
	sayFarewell:    {"", "The server closes the connection: %s.", "서버가 연결을 닫습니다: %s."},
	sayKicked:      {"", "%s threw you out of %s%s.", "%s 님이 당신을 %s 방에서 내보냈습니다%s."},
	sayInvited:     {"", "%s invites you to %s: /join %[2]s", "%s 님이 %s 방으로 초대합니다: /입장 %[2]s"},
	sayKilled:      {"", "%s ended your session%s.", "%s 님이 접속을 끊었습니다%s."},
	sayWho:         {"", "%s: %d here", "%s: %d명"},
	sayWhoNobody:   {"", "Nobody that you may see is in %s.", "%s 방에서 보이는 사람이 없습니다."},
	sayPerson:      {"", "%s (%s@%s, by %s)%s", "%s (%s@%s, %s)%s"},
	sayRooms:       {"", "Rooms: %d. /join #NAME enters one, or makes it.", "방 %d개. /입장 #이름 으로 들어가거나 만듭니다."},
	sayHistoryEnd:  {"", "End of the history of %s, %d shown.", "%s 기록 끝: %d개."},
	sayHistoryNone: {"no-history", "Nothing was said in %s yet.", "%s 에는 아직 기록이 없습니다."},
	saySearchEnd:   {"", "Messages found: %d.", "%d개를 찾았습니다."},
	sayHelpMore: {"", "A line that begins with // is said with one slash. Scripts: send no newline and be silent, or use /json.",
		"// 로 시작하는 줄은 / 하나로 시작하는 말이 됩니다. 프로그램은 줄바꿈 없이 보내고 기다리거나 /json 을 쓰세요."},
	sayHelpUDP: {"", "UDP (nc -u): send anything, then the code that you are sent. What you sent before the code is not posted.",
		"UDP (nc -u): 아무 글이나 보내고, 받은 코드를 보내면 들어옵니다. 코드 앞에 보낸 글은 올라가지 않습니다."},

	sayUnknownCommand: {"unknown-command", "There is no command /%s. /help lists them; to say it, begin with //.",
		"/%s 명령은 없습니다. /도움말 을 보세요. 그대로 말하려면 // 로 시작하세요."},
	sayUsage:           {"usage", "It goes like this: %s", "이렇게 씁니다: %s"},
	sayUnknownCharset:  {"bad-value", "There is no character set %s here; there are utf-8 and cp949.", "%s 인코딩은 없습니다. utf-8 과 cp949 가 있습니다."},
	sayUnknownLanguage: {"bad-value", "There is no language %s here; there are en and ko.", "%s 언어는 없습니다. en 과 ko 가 있습니다."},
	sayJSONNoCharset:   {"bad-value", "JSON lines are always UTF-8; /json off first.", "JSON 은 언제나 UTF-8 입니다. 먼저 /json off 하세요."},
	sayNotJSON: {"not-json", "This session speaks JSON: send an object like {\"text\":\"hi\"}, or /json off.",
		"JSON 으로 말하는 중입니다. {\"text\":\"안녕\"} 처럼 보내거나 /json off 하세요."},
	sayBadMark: {"bad-value", "%s is neither a position nor the id or the time of a message.",
		"%s 은(는) 위치도 메시지의 id 나 시각도 아닙니다."},
	sayResumeLate: {"resume-late", "A guest resumes with the first line of a connection, within a second of the greeting. Connect again.",
		"이어 가기는 연결의 첫 줄로, 인사 뒤 1초 안에만 됩니다. 다시 연결하세요."},
	sayResumeToken: {"resume-token", "This is no token that a welcome carried.", "환영 인사에 들어 있던 토큰이 아닙니다."},
	sayResumeUDP:   {"resume-udp", "There is no resuming over UDP, since its senders can be forged. Use TCP.", "UDP 로는 이어 갈 수 없습니다. TCP 를 쓰세요."},
	sayResumeAgain: {"resume-again", "Too much is said in %s to catch up in one go: connect and resume again after the last position you saw.",
		"%s 방에 말이 너무 많습니다. 마지막으로 본 위치부터 다시 이어 가세요."},
	sayNoHistory:     {"no-history", "This server keeps no history (durability none).", "이 서버는 기록을 남기지 않습니다 (durability none)."},
	sayHistoryFailed: {"history-failed", "The history cannot be read now; try again later.", "지금은 기록을 읽을 수 없습니다. 나중에 다시 하세요."},
	sayMayNotRead:    {"may-not-read", "You may not read what was said in %s; /join it first.", "%s 기록을 볼 수 없습니다. 먼저 들어가세요."},
	sayLineTooLong:   {"line-too-long", "A line has at most %d bytes; this one was dropped.", "한 줄은 %d바이트까지입니다. 이 줄은 버렸습니다."},
	sayFirstTooLong:  {"line-too-long", "A line has at most %d bytes. Bye.", "한 줄은 %d바이트까지입니다. 연결을 닫습니다."},
	sayNUL:           {"text-invalid", "A line with a NUL byte is no text; it was dropped.", "NUL 바이트가 있는 줄은 글이 아니어서 버렸습니다."},
	sayStalled:       {"stalled", "Your first line never ended. Bye.", "첫 줄이 끝나지 않았습니다. 연결을 닫습니다."},
	saySilent:        {"silent", "Nothing came for two minutes. Bye.", "2분 동안 아무 말이 없어 닫습니다."},
	sayTooFast:       {"too-fast", "Too fast: some of your lines were dropped. Wait a moment and send them again.", "너무 빨라서 몇 줄을 버렸습니다. 잠시 뒤 다시 보내세요."},
	sayInternal:      {"internal", "Something went wrong in the server. Connect again.", "서버에 문제가 생겼습니다. 다시 연결하세요."},
}

// text is a phrase in the form's language.
func (p *phrase) text(form engine.Form, args ...any) string {
	format := p.english
	if form&formKorean != 0 {
		format = p.korean
	}
	if len(args) == 0 {
		return format
	}
	return fmt.Sprintf(format, args...)
}

// appendSentence appends what the gateway says: a notice, or for a fault an error.
func appendSentence(dst []byte, form engine.Form, s sentence, args ...any) []byte {
	if s >= sayUnknownCommand {
		return appendFault(dst, form, s, "", args...)
	}
	return appendNotice(dst, form, sentences[s].text(form, args...))
}

// appendNotice appends any text of the server's as one line.
func appendNotice(dst []byte, form engine.Form, text string) []byte {
	if form&formJSON != 0 {
		return line.AppendNotice(dst, text)
	}
	return appendPlain(dst, form, "-- ", text)
}

// appendFault appends why something could not be done. id is the command's own.
func appendFault(dst []byte, form engine.Form, s sentence, id string, args ...any) []byte {
	p := &sentences[s]
	return appendError(dst, form, p.word, p.text(form, args...), id)
}

func appendError(dst []byte, form engine.Form, word, text, id string) []byte {
	if form&formJSON != 0 {
		return line.AppendError(dst, word, text, id)
	}
	return appendPlain(dst, form, "! ", text)
}

// appendPlain appends a line of plain text in the form's character set.
func appendPlain(dst []byte, form engine.Form, mark, text string) []byte {
	if form&formCP949 == 0 {
		return append(line.AppendSafe(append(dst, mark...), text), '\n')
	}
	return appendIn(dst, form, appendPlain(nil, form&^formCP949, mark, text))
}

// appendIn appends safe UTF-8 text in the form's character set.
func appendIn(dst []byte, form engine.Form, plain []byte) []byte {
	if form&formCP949 == 0 {
		return append(dst, plain...)
	}
	return charset.AppendCP949(dst, string(plain))
}
