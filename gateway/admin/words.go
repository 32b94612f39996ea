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
		chat.NoSuchSession:    {"no-such-session", "That connection is gone."},
		chat.AlreadyAttached:  {"already-attached", "That connection has a user already."},
		chat.NickInvalid:      {"nick-invalid", "{nick} is no possible nick: {text}."},
		chat.NickTaken:        {"nick-taken", "The nick {nick} is in use."},
		chat.NickConfusing:    {"nick-confusing", "The nick {nick} looks like another one in use."},
		chat.NoSuchNick:       {"no-such-nick", "Nobody here is called {nick}."},
		chat.RoomInvalid:      {"room-invalid", "{room} is no possible name of a room: {text}."},
		chat.RoomConfusing:    {"room-confusing", "The name {room} looks like that of another room."},
		chat.NoSuchRoom:       {"no-such-room", "There is no room {room}."},
		chat.RoomReserved:     {"room-reserved", "{room} is closed and kept for its people; madang room open opens it."},
		chat.TooManyRooms:     {"too-many-rooms", "That would be more than {limit} rooms."},
		chat.AlreadyMember:    {"already-member", "{nick} is in {room} already."},
		chat.NotMember:        {"not-member", "The one who asks is not in {room}."},
		chat.TargetNotMember:  {"target-not-member", "{nick} is not in {room}."},
		chat.NeedInvitation:   {"need-invitation", "One enters {room} by invitation only."},
		chat.WrongKey:         {"wrong-key", "The key of {room} is another."},
		chat.RoomFull:         {"room-full", "{room} is full."},
		chat.Banned:           {"banned", "A ban keeps that user out of {room}."},
		chat.CannotSpeak:      {"cannot-speak", "One cannot speak in {room}: {text}."},
		chat.NeedRank:         {"need-rank", "That takes the rank {rank} in {room}."},
		chat.NeedOperator:     {"need-operator", "That takes an operator's powers."},
		chat.KeySet:           {"key-set", "{room} has a key already."},
		chat.ListFull:         {"list-full", "The list has no room for {text}; it holds {limit}."},
		chat.TextEmpty:        {"text-empty", "There is no text."},
		chat.TextTooLong:      {"text-too-long", "The text is longer than {limit} bytes."},
		chat.TextInvalid:      {"text-invalid", "The text must be one line of UTF-8."},
		chat.BadValue:         {"bad-value", "That cannot be: {text}."},
		chat.BannedFromServer: {"banned-from-server", "Banned from this server: {text}."},
		chat.NoSuchBan:        {"no-such-ban", "There is no ban of {text}; madang ban list shows them."},
		chat.NotStored:        {"not-stored", "The disk refused, so nothing was done; try again."},
		chat.NotConfirmed:     {"not-confirmed", "The disk does not answer; nobody knows yet whether it was done."},
		chat.Internal:         {"internal", "The server made a mistake; its log says more."},
	}[code]
}

// Word names a code for programs.
func Word(code chat.Code) string { return wordingOf(code).word }

// Sentence tells an operator why not.
func Sentence(r *chat.Refusal) string {
	return strings.NewReplacer(
		"{room}", orThat(r.Room, "that room"), "{nick}", orThat(r.Nick, "that user"), "{text}", orThat(r.Text, "no reason given"),
		"{rank}", rankName(r.Rank), "{limit}", strconv.Itoa(r.Limit),
	).Replace(wordingOf(r.Code).sentence)
}

func orThat(subject, otherwise string) string {
	if subject == "" {
		return otherwise
	}
	return subject
}

func rankName(r chat.Rank) string {
	switch {
	case r >= chat.Owner:
		return "owner"
	case r >= chat.Admin:
		return "admin"
	case r >= chat.Operator:
		return "operator"
	case r >= chat.HalfOperator:
		return "half-operator"
	}
	return "voice"
}
