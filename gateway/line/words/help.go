package words

import "madang/wire/line"

// HelpFor is what stands behind a command in help.
func HelpFor(name string, korean bool) string {
	texts := map[string][2]string{
		line.Nick:     {"NAME: be called NAME", "이름: 이름을 바꿉니다"},
		line.Join:     {"#ROOM [KEY]: enter a room; your lines go there", "#방 [열쇠말]: 방에 들어갑니다. 쓰는 말은 그 방으로 갑니다"},
		line.Part:     {"[#ROOM]: leave a room", "[#방]: 방에서 나옵니다"},
		line.Msg:      {"NAME TEXT, or #ROOM TEXT: say something to one person, or to another room", "이름 글, 또는 #방 글: 한 사람이나 다른 방에 말합니다"},
		line.Me:       {"TEXT: * you TEXT", "글: * 나 글"},
		line.Who:      {"[#ROOM or NAME]: who is here", "[#방 또는 이름]: 누가 있는지 봅니다"},
		line.Rooms:    {": the rooms", ": 방들을 봅니다"},
		line.Topic:    {"[TEXT]: what the room is about; - clears it", "[글]: 방의 주제를 보거나 바꿉니다; - 는 지웁니다"},
		line.History:  {"[#ROOM or NAME] [N]: the last N messages", "[#방 또는 이름] [N]: 마지막 메시지 N개"},
		line.Search:   {"WORDS [from:NAME] [in:#ROOM] [after:2d] [before:DAY]: find messages", "낱말 [보낸이:이름] [방:#방] [이후:2일] [이전:날짜]: 메시지를 찾습니다"},
		line.Read:     {"[#ROOM or NAME]: all there is is read", "[#방 또는 이름]: 모두 읽은 것으로 합니다"},
		line.Unread:   {": what you have not read", ": 안 읽은 메시지 수"},
		line.Edit:     {"TEXT: your last message reads so", "글: 내 마지막 말을 고칩니다"},
		line.Erase:    {": erase your last message", ": 내 마지막 말을 지웁니다"},
		line.React:    {"SIGN: answer the last message with a sign", "표시: 마지막 말에 반응합니다"},
		line.Knock:    {"#ROOM [TEXT]: ask to be let in", "#방 [글]: 들여보내 달라고 합니다"},
		line.Register: {"NAME PASSWORD [MAIL] [invite:CODE]: make an account", "이름 비밀번호 [메일] [초대:코드]: 계정을 만듭니다"},
		line.Verify:   {"NAME CODE: confirm a mail address", "이름 코드: 메일 주소를 확인합니다"},
		line.Login:    {"NAME PASSWORD [CODE]: sign in", "이름 비밀번호 [코드]: 로그인합니다"},
		line.Logout:   {": sign out and leave", ": 로그아웃하고 나갑니다"},
		line.Passwd:   {"OLD NEW: change the password", "옛것 새것: 비밀번호를 바꿉니다"},
		line.Account:  {"[always-on, or one-session on, or off]: who you are; delete PASSWORD", "[상주, 또는 하나만 켬, 또는 끔]: 내 계정; 삭제 비밀번호"},
		line.Sessions: {"[end N]: where you are connected", "[끝 N]: 내가 접속한 곳들"},
		line.App:      {"add LABEL [#ROOM…] [read-only] [30d], or revoke ID: passwords for programs", "추가 이름표 [#방…] [읽기전용] [30일], 또는 취소 ID: 프로그램의 비밀번호"},
		line.TOTP:     {"on, or off CODE: sign in with one-time codes", "on 또는 off 코드: 일회용 코드로 로그인"},
		line.Claim:    {"CODE: become the first operator", "코드: 첫 운영자가 됩니다"},
		line.Charset:  {"utf-8, or cp949: how text is written", "utf-8 또는 cp949: 문자 인코딩"},
		line.Lang:     {"ko, or en: 한국어 / English", "ko 또는 en: 한국어 / English"},
		line.Quiet:    {": hide who comes and goes, or show it again", ": 드나드는 사람을 숨기거나 다시 보입니다"},
		line.JSON:     {"[off]: JSON lines, for scripts", "[off]: 프로그램을 위한 JSON 줄"},
		line.Help:     {": this", ": 이 도움말"},
		line.Quit:     {"[TEXT]: leave", "[글]: 나갑니다"},
	}
	if korean {
		return texts[name][1]
	}
	return texts[name][0]
}
