package words

import (
	"strconv"
	"strings"

	"madang/chat"
	"madang/engine"
)

// refusals has the words for every code of the core; a test says that it is total.
// {room}, {nick}, {text}, {rank} and {limit} are the refusal's own. Read-only.
var refusals = [chat.CodesEnd]phrase{
	chat.NoSuchSession:   {"no-session", "You are not here any more. Connect again.", "접속이 끝났습니다. 다시 연결하세요."},
	chat.AlreadyAttached: {"already-attached", "You are here already.", "이미 들어와 있습니다."},
	chat.NickInvalid:     {"nick-invalid", "{nick} cannot be a name: {text}. Try another: /nick NAME", "{nick} 은(는) 이름이 될 수 없습니다 ({text}). 다른 이름을 쓰세요: /별명 이름"},
	chat.NickTaken:       {"nick-taken", "{nick} is taken. Try another: /nick NAME", "{nick} 은(는) 이미 있는 이름입니다. 다른 이름을 쓰세요: /별명 이름"},
	chat.NickConfusing:   {"nick-confusing", "{nick} looks like the name of somebody here. Try another: /nick NAME", "{nick} 은(는) 여기 있는 사람의 이름과 헷갈립니다. 다른 이름을 쓰세요: /별명 이름"},
	chat.NoSuchNick:      {"no-such-nick", "Nobody here is called {nick}. /who shows who is here.", "{nick} 님은 여기 없습니다. /누구 로 사람들을 볼 수 있습니다."},
	chat.RoomInvalid:     {"room-invalid", "{room} cannot be a room's name: {text}.", "{room} 은(는) 방 이름이 될 수 없습니다 ({text})."},
	chat.RoomConfusing:   {"room-confusing", "{room} looks like a room that exists. /rooms shows them.", "{room} 은(는) 이미 있는 방과 헷갈립니다. /방 으로 방들을 보세요."},
	chat.NoSuchRoom:      {"no-such-room", "There is no room {room}. /join {room} makes it.", "{room} 방은 없습니다. /입장 {room} 으로 만들 수 있습니다."},
	chat.RoomReserved:    {"room-reserved", "{room} is closed and kept for its people. Ask the operator to open it.", "{room} 방은 닫혔고 쓰던 사람들을 위해 남겨 두었습니다. 운영자에게 열어 달라고 하세요."},
	chat.TooManyRooms:    {"too-many-rooms", "You are in {limit} rooms, and more are not allowed. /part one first.", "방 {limit}개에 있어서 더 들어갈 수 없습니다. 먼저 /퇴장 하세요."},
	chat.AlreadyMember:   {"already-member", "{nick} is in {room} already.", "{nick} 님은 이미 {room} 방에 있습니다."},
	chat.NotMember:       {"not-member", "You are not in {room}. /join {room} first.", "{room} 방에 있지 않습니다. 먼저 /입장 {room} 하세요."},
	chat.TargetNotMember: {"target-not-member", "{nick} is not in {room}. /who {room} shows who is.", "{nick} 님은 {room} 방에 없습니다. /누구 {room} 으로 보세요."},
	chat.NeedInvitation:  {"need-invitation", "{room} is for invited people. Ask somebody in it to invite you.", "{room} 방은 초대받아야 들어갑니다. 안에 있는 사람에게 부탁하세요."},
	chat.WrongKey:        {"wrong-key", "{room} has a key: /join {room} KEY", "{room} 방에는 열쇠말이 있습니다: /입장 {room} 열쇠말"},
	chat.RoomFull:        {"room-full", "{room} is full. Try again later.", "{room} 방이 찼습니다. 나중에 다시 오세요."},
	chat.Banned:          {"banned", "You may not enter {room}. Ask its operators.", "{room} 방에 들어갈 수 없습니다. 방 운영자에게 물어보세요."},
	chat.CannotSpeak:     {"cannot-speak", "You cannot speak in {room}: {text}. /join another room, or ask its operators.", "{room} 방에서 말할 수 없습니다: {text}. 다른 방에 /입장 하거나 방 운영자에게 물어보세요."},
	chat.NeedRank:        {"need-rank", "Only {rank} of {room} may do that. Ask one of them.", "{room} 방의 {rank} 만 할 수 있습니다. 그들에게 부탁하세요."},
	chat.NeedOperator:    {"need-operator", "Only operators of the server may do that. Ask one of them.", "서버 운영자만 할 수 있습니다. 운영자에게 부탁하세요."},
	chat.ListFull:        {"list-full", "The list of {room} is full ({limit} entries). Take one away before adding {text}.", "{room} 방의 목록이 {limit}개로 찼습니다. 하나를 지운 뒤 {text} 을(를) 넣으세요."},
	chat.TextEmpty:       {"text-empty", "There is nothing to say. Write some text.", "할 말이 없습니다. 글을 쓰세요."},
	chat.TextTooLong:     {"text-too-long", "This is too long: at most {limit} bytes. Send it in pieces.", "너무 깁니다: {limit}바이트까지입니다. 나누어 보내세요."},
	chat.TextInvalid:     {"text-invalid", "This is no text: it has a control byte or is not UTF-8. /charset changes how it is read.", "글이 아닌 바이트가 있습니다. /인코딩 으로 읽는 방법을 바꾸세요."},
	chat.BadValue:        {"bad-value", "This cannot be: {text}. Correct it and send it again.", "그럴 수 없습니다: {text}. 고쳐서 다시 보내세요."},
	chat.BannedFromServer: {"banned-from-server", "You are banned from this server: {text}. Ask its operator.",
		"이 서버에 들어올 수 없습니다: {text}. 운영자에게 물어보세요."},
	chat.NoSuchBan:            {"no-such-ban", "There is no ban on {text}.", "{text} 에 대한 금지는 없습니다."},
	chat.NickReserved:         {"nick-reserved", "The name {nick} belongs to an account, or looks like one. Sign in with /login {nick} PASSWORD, or take another name.", "{nick} 은(는) 계정의 이름이거나 그와 헷갈립니다. /로그인 {nick} 비밀번호 로 로그인하거나 다른 이름을 쓰세요."},
	chat.NeedAccount:          {"need-account", "This needs an account. Make one with /register NAME PASSWORD, or /login NAME PASSWORD.", "계정이 있어야 합니다. /가입 이름 비밀번호 로 만들거나 /로그인 이름 비밀번호 를 쓰세요."},
	chat.AccountInvalid:       {"account-invalid", "{nick} cannot be an account's name: {text}. Try another.", "{nick} 은(는) 계정 이름이 될 수 없습니다 ({text}). 다른 이름을 쓰세요."},
	chat.AccountTaken:         {"account-taken", "The name {nick} is taken, or looks like one that is. Try another.", "{nick} 은(는) 이미 있는 이름이거나 그와 헷갈립니다. 다른 이름을 쓰세요."},
	chat.NoSuchAccount:        {"no-such-account", "There is no account {nick}.", "{nick} 계정은 없습니다."},
	chat.AlreadySignedIn:      {"already-signed-in", "You are signed in as {nick} already.", "이미 {nick} 계정으로 로그인했습니다."},
	chat.WrongCredentials:     {"wrong-credentials", "The name or the password is wrong. Try again.", "이름이나 비밀번호가 틀렸습니다. 다시 해 보세요."},
	chat.CredentialsChanged:   {"credentials-changed", "The account changed in this moment. Try again.", "그 사이 계정이 바뀌었습니다. 다시 해 보세요."},
	chat.AccountSuspended:     {"account-suspended", "The account is suspended: {text}. Ask the server's operator.", "계정이 정지되었습니다: {text}. 서버 운영자에게 물어보세요."},
	chat.Unconfirmed:          {"unconfirmed", "The mail address of the account is not confirmed. Send /verify {nick} CODE with the code that you were sent.", "계정의 메일 주소가 확인되지 않았습니다. 받은 코드로 /확인 {nick} 코드 를 보내세요."},
	chat.WrongCode:            {"wrong-code", "The code is wrong, was used, or is too old.", "코드가 틀렸거나 이미 쓰였거나 오래되었습니다."},
	chat.NeedInvitationCode:   {"need-invitation-code", "Accounts are made by invitation here. Ask an operator for a code.", "이곳에서는 초대 코드가 있어야 계정을 만듭니다. 운영자에게 부탁하세요."},
	chat.RegistrationClosed:   {"registration-closed", "Only operators make accounts here. Ask one of them.", "이곳의 계정은 운영자만 만듭니다. 운영자에게 부탁하세요."},
	chat.OnlySession:          {"only-session", "{nick} is connected and takes one session at a time.", "{nick} 님은 이미 접속해 있고 한 번에 하나만 접속합니다."},
	chat.NoSuchMessage:        {"no-such-message", "There is no such message, or not any more.", "그런 메시지는 없습니다."},
	chat.NotYours:             {"not-yours", "That message is somebody else's.", "다른 사람의 메시지입니다."},
	chat.TooSoon:              {"too-soon", "It is too soon in {room}: wait {limit} seconds.", "{room} 방에서는 아직 이릅니다. {limit}초 기다리세요."},
	chat.NoKnocking:           {"no-knocking", "{room} takes no knocks. /join {room} tells whether it is open.", "{room} 방은 노크를 받지 않습니다. /입장 {room} 을 해 보세요."},
	chat.MessagesFromAccounts: {"messages-from-accounts", "{nick} takes messages from people with an account only. /register makes one.", "{nick} 님은 계정이 있는 사람의 메시지만 받습니다. /가입 으로 계정을 만드세요."},
	chat.NoRequests:           {"no-requests", "{nick} takes no requests of other people's programs.", "{nick} 님은 다른 사람 프로그램의 요청을 받지 않습니다."},
	chat.OutOfScope:           {"out-of-scope", "The app password that you signed in with is not for this.", "로그인에 쓴 앱 비밀번호로는 할 수 없는 일입니다."},
	chat.TooManyGuesses:       {"too-many-guesses", "Too many wrong guesses from your address. Wait {limit} seconds.", "이 주소에서 너무 많이 틀렸습니다. {limit}초 기다리세요."},
	chat.NotStored: {"not-stored", "This was not stored and nobody saw it: the disk refuses. Try again in a moment.",
		"저장되지 않았고 아무도 보지 못했습니다. 잠시 뒤 다시 보내세요."},
	chat.NotConfirmed: {"not-confirmed", "It is not confirmed that this was stored. With an id it is safe to send it again.",
		"저장되었는지 확인되지 않았습니다. id 가 있으면 다시 보내도 안전합니다."},
	chat.Internal: {"internal", "Something went wrong in the server. Connect again.", "서버에 문제가 생겼습니다. 다시 연결하세요."},
}

// whyNot has the core's own reasons in Korean. Read-only.
var whyNot = map[string]string{
	"no messages from outside the room": "들어가야 말할 수 있습니다",
	"no client requests in this room":   "이 방에서는 프로그램 요청을 받지 않습니다",
	"the room is moderated":             "발언권이 있어야 합니다",
	"you are banned":                    "발언이 금지되었습니다",
}

// AppendRefusal says why a command was refused; id is the command's own.
func AppendRefusal(dst []byte, form engine.Form, r *chat.Refusal, id string) []byte {
	p := &refusals[chat.Internal]
	if int(r.Code) < len(refusals) {
		p = &refusals[r.Code]
	}
	text, korean := r.Text, form&FormKorean != 0
	if own, ok := whyNot[text]; ok && korean {
		text = own
	}
	if text == "" && r.Code == chat.BannedFromServer {
		text = "-"
	}
	filled := strings.NewReplacer("{room}", r.Room, "{nick}", r.Nick, "{text}", strings.TrimSuffix(text, "."),
		"{rank}", rankName(r.Rank, korean), "{limit}", strconv.Itoa(r.Limit)).Replace(p.text(form))
	return AppendError(dst, form, p.word, filled, id)
}

// rankName is what those of a rank and higher are called.
func rankName(r chat.Rank, korean bool) string {
	names := []struct {
		rank            chat.Rank
		english, korean string
	}{
		{chat.Owner, "owners", "주인"},
		{chat.Admin, "admins", "관리자"},
		{chat.Operator, "operators", "운영자"},
		{chat.HalfOperator, "half-operators and operators", "부운영자와 운영자"},
		{chat.Voice, "people with voice", "발언권이 있는 사람"},
	}
	for _, n := range names {
		if r >= n.rank && korean {
			return n.korean
		}
		if r >= n.rank {
			return n.english
		}
	}
	return "members"
}
