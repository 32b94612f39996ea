package admin

import (
	"strconv"
	"strings"

	"madang/chat"
)

// wording is how a refusal is told: a word for programs, and a sentence in which
// {room}, {nick}, {text}, {rank} and {limit} stand for its subjects.
type wording struct{ word, sentence string }

// wordingOf is the table from code to words; it has an entry for every code.
func wordingOf(code chat.Code) wording {
	return [chat.CodesEnd]wording{
		chat.NoSuchSession:        {"no-such-session", "That connection is gone."},
		chat.AlreadyAttached:      {"already-attached", "That connection has a user already."},
		chat.NickInvalid:          {"nick-invalid", "{nick} is no possible nick: {text}."},
		chat.NickTaken:            {"nick-taken", "The nick {nick} is in use."},
		chat.NickConfusing:        {"nick-confusing", "The nick {nick} looks like another one in use."},
		chat.NoSuchNick:           {"no-such-nick", "Nobody here is called {nick}."},
		chat.RoomInvalid:          {"room-invalid", "{room} is no possible name of a room: {text}."},
		chat.RoomConfusing:        {"room-confusing", "The name {room} looks like that of another room."},
		chat.NoSuchRoom:           {"no-such-room", "There is no room {room}."},
		chat.RoomReserved:         {"room-reserved", "{room} is closed and kept for its people; madang room open opens it."},
		chat.TooManyRooms:         {"too-many-rooms", "That would be more than {limit} rooms."},
		chat.AlreadyMember:        {"already-member", "{nick} is in {room} already."},
		chat.NotMember:            {"not-member", "The one who asks is not in {room}."},
		chat.TargetNotMember:      {"target-not-member", "{nick} is not in {room}."},
		chat.NeedInvitation:       {"need-invitation", "One enters {room} by invitation only."},
		chat.WrongKey:             {"wrong-key", "The key of {room} is another."},
		chat.RoomFull:             {"room-full", "{room} is full."},
		chat.Banned:               {"banned", "A ban keeps that user out of {room}."},
		chat.CannotSpeak:          {"cannot-speak", "One cannot speak in {room}: {text}."},
		chat.NeedRank:             {"need-rank", "That takes the rank {rank} in {room}."},
		chat.NeedOperator:         {"need-operator", "That takes an operator's powers."},
		chat.ListFull:             {"list-full", "The list has no room for {text}; it holds {limit}."},
		chat.TextEmpty:            {"text-empty", "There is no text."},
		chat.TextTooLong:          {"text-too-long", "The text is longer than {limit} bytes."},
		chat.TextInvalid:          {"text-invalid", "The text must be one line of UTF-8."},
		chat.BadValue:             {"bad-value", "That cannot be: {text}."},
		chat.BannedFromServer:     {"banned-from-server", "Banned from this server: {text}."},
		chat.NoSuchBan:            {"no-such-ban", "There is no ban of {text}; madang ban list shows them."},
		chat.NickReserved:         {"nick-reserved", "The nick {nick} belongs to an account, or looks like one."},
		chat.NeedAccount:          {"need-account", "That needs an account."},
		chat.AccountInvalid:       {"account-invalid", "{nick} cannot be an account's name: {text}."},
		chat.AccountTaken:         {"account-taken", "The name {nick} is taken, or looks like one that is."},
		chat.NoSuchAccount:        {"no-such-account", "There is no account {nick}."},
		chat.AlreadySignedIn:      {"already-signed-in", "The session is signed in as {nick} already."},
		chat.WrongCredentials:     {"wrong-credentials", "The name or the secret is wrong."},
		chat.CredentialsChanged:   {"credentials-changed", "The account changed meanwhile; try again."},
		chat.AccountSuspended:     {"account-suspended", "The account {nick} is suspended: {text}."},
		chat.Unconfirmed:          {"unconfirmed", "The mail address of {nick} is not confirmed."},
		chat.WrongCode:            {"wrong-code", "The code is wrong, was used, or is too old."},
		chat.NeedInvitationCode:   {"need-invitation-code", "Accounts are made by invitation here."},
		chat.RegistrationClosed:   {"registration-closed", "Only operators make accounts here."},
		chat.OnlySession:          {"only-session", "{nick} takes one session at a time."},
		chat.NoSuchMessage:        {"no-such-message", "There is no such message."},
		chat.NotYours:             {"not-yours", "That message is somebody else's."},
		chat.TooSoon:              {"too-soon", "It is too soon in {room}: wait {limit} seconds."},
		chat.NoKnocking:           {"no-knocking", "{room} takes no knocks, or is open."},
		chat.MessagesFromAccounts: {"messages-from-accounts", "{nick} takes messages from accounts only."},
		chat.NoRequests:           {"no-requests", "{nick} takes no requests of other people's programs."},
		chat.OutOfScope:           {"out-of-scope", "The app password is not for this."},
		chat.TooManyGuesses:       {"too-many-guesses", "Too many wrong guesses; {limit} seconds are left."},
		chat.NotStored:            {"not-stored", "The disk refused, so nothing was done; try again."},
		chat.NotConfirmed:         {"not-confirmed", "The disk does not answer; nobody knows yet whether it was done."},
		chat.Internal:             {"internal", "The server made a mistake; its log says more."},
	}[code]
}

// Word names a code for programs.
func Word(code chat.Code) string { return wordingOf(code).word }

// Sentence tells an operator why not.
func Sentence(r *chat.Refusal) string {
	return strings.NewReplacer(
		"{room}", orThat(r.Room, "that room"), "{nick}", orThat(r.Nick, "that user"), "{text}", orThat(r.Text, "no reason given"),
		"{rank}", max(r.Rank, chat.Voice).String(), "{limit}", strconv.Itoa(r.Limit),
	).Replace(wordingOf(r.Code).sentence)
}

func orThat(subject, otherwise string) string {
	if subject == "" {
		return otherwise
	}
	return subject
}
