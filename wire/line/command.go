package line

import "strings"

// The names of the commands, in the order in which help shows them.
const (
	Nick    = "nick"
	Join    = "join"
	Part    = "part"
	Msg     = "msg"
	Me      = "me"
	Who     = "who"
	Rooms   = "rooms"
	Topic   = "topic"
	History = "history"
	Search  = "search"
	Read    = "read"
	Unread  = "unread"
	Edit    = "edit"
	Erase   = "erase"
	React   = "react"
	Knock   = "knock"

	Register = "register"
	Verify   = "verify"
	Login    = "login"
	Logout   = "logout"
	Passwd   = "passwd"
	Account  = "account"
	Sessions = "sessions"
	App      = "app"
	TOTP     = "totp"
	Claim    = "claim"

	Charset = "charset"
	Lang    = "lang"
	Quiet   = "quiet"
	JSON    = "json"
	Help    = "help"
	Quit    = "quit"
)

// Spelling is a command's name with its Korean words; the first is the one that help
// shows.
type Spelling struct {
	Name   string
	Korean []string
}

// Spellings lists every command once, in the order of help.
func Spellings() []Spelling {
	return []Spelling{
		{Nick, []string{"별명", "이름"}},
		{Join, []string{"입장", "들어가기"}},
		{Part, []string{"퇴장", "나가기"}},
		{Msg, []string{"귓속말", "귓말"}},
		{Me, []string{"행동"}},
		{Who, []string{"누구"}},
		{Rooms, []string{"방", "방목록"}},
		{Topic, []string{"주제"}},
		{History, []string{"기록"}},
		{Search, []string{"찾기", "검색"}},
		{Read, []string{"읽음"}},
		{Unread, []string{"안읽음"}},
		{Edit, []string{"고치기", "수정"}},
		{Erase, []string{"지우기", "삭제"}},
		{React, []string{"반응"}},
		{Knock, []string{"노크"}},
		{Register, []string{"가입"}},
		{Verify, []string{"확인"}},
		{Login, []string{"로그인"}},
		{Logout, []string{"로그아웃"}},
		{Passwd, []string{"비밀번호", "암호"}},
		{Account, []string{"계정"}},
		{Sessions, []string{"접속"}},
		{App, []string{"앱"}},
		{TOTP, []string{"인증"}},
		{Claim, []string{"첫운영자"}},
		{Charset, []string{"인코딩"}},
		{Lang, []string{"언어"}},
		{Quiet, []string{"조용히"}},
		{JSON, []string{"제이슨"}},
		{Help, []string{"도움말", "도움"}},
		{Quit, []string{"끝", "종료"}},
	}
}

// Command is a line that begins with '/'.
type Command struct {
	// Name is a constant of this package, or what was typed, in small letters, if that
	// is no command; empty for a lone '/'.
	Name string
	// Args is what follows the name, without the spaces before it.
	Args string
}

// Parse tells a command from a text to say. "//text" says "/text": a doubled slash is
// no command and the text comes back in Args with one slash, as does any other text as
// it is. Korean words are expected in NFC.
func Parse(line string) (command Command, isCommand bool) {
	if !strings.HasPrefix(line, "/") {
		return Command{Args: line}, false
	}
	if strings.HasPrefix(line, "//") {
		return Command{Args: line[1:]}, false
	}
	word, args := Word(line[1:])
	return Command{Name: canonical(strings.ToLower(word)), Args: args}, true
}

// Known tells whether name is one of the commands, in its English spelling.
func Known(name string) bool {
	for _, spelling := range Spellings() {
		if spelling.Name == name {
			return true
		}
	}
	return false
}

// Word cuts the first word off text; rest has no spaces before it. Spaces and tabs
// separate.
func Word(text string) (word, rest string) {
	end := strings.IndexAny(text, " \t")
	if end < 0 {
		return text, ""
	}
	return text[:end], strings.TrimLeft(text[end:], " \t")
}

// Secret tells whether what follows a command is a password or a code, which nobody else
// may ever see.
func Secret(name string) bool {
	switch name {
	case Register, Verify, Login, Passwd, Account, TOTP, Claim:
		return true
	}
	return false
}

func canonical(word string) string {
	for _, spelling := range Spellings() {
		for _, korean := range spelling.Korean {
			if korean == word {
				return spelling.Name
			}
		}
	}
	return word
}
