package transcript

// objects is the table of the matrix.
func objects() []object {
	return []object{
		secretRoom(), privateRoom(), scopedRoom(), secretForward(), auditorium(),
		invisibleUser(), account("account"), account("suspended account", "owner> NS SUSPEND walrus perjury"), operatorsMatters(),
		messageIn("secret room", "{id} = owner> PRIVMSG #hidden :treasure biscuit"),
		messageIn("direct message", "{id} = owner> PRIVMSG friend :treasure biscuit"),
		erasedMessage(), operatorsOnly(), directMessages(),
	}
}

// roomQuestions are about {room}, and a message {id} in it.
func roomQuestions() map[string][]string {
	return map[string][]string{
		"line": {
			"/who {room}", "/history {room}", "/history {room} 5", "/topic {room}", "/topic {room} mine",
			"/search treasure", "/search in:{room} treasure", "/search from:owner elephant", "/rooms", "/who", "/who owner", "/unread",
			"/read {room}", "/knock {room} please", "/msg {room} hello", "/part {room}",
		},
		"json": {
			`{"type":"say","room":"{room}","text":"hello","id":"q1"}`, `{"type":"history","room":"{room}","id":"q2"}`,
			`{"type":"topic","room":"{room}","id":"q3"}`, `{"type":"topic","room":"{room}","text":"x","id":"q4"}`,
			`{"type":"read","room":"{room}","number":1,"id":"q6"}`, `{"type":"history","room":"{room}","before":"{id}","id":"q7"}`,
			`{"type":"search","text":"treasure","room":"{room}","id":"q8"}`, `{"type":"knock","room":"{room}","id":"q9"}`,
			`{"type":"unread","id":"q11"}`, `{"type":"part","room":"{room}","id":"q5"}`,
		},
		"irc": {
			"NAMES {room}", "WHO {room}", "WHO {room} %tcuhnfar,1", "LIST {room}", "MODE {room}", "MODE {room} b", "MODE {room} I", "MODE {room} e", "MODE {room} +m",
			"MODE {room} +b x!*@*", "TOPIC {room}", "TOPIC {room} :mine", "INVITE owner {room}", "KICK {room} owner", "PRIVMSG {room} :hello",
			"NOTICE {room} :hello", "PRIVMSG @{room} :hello", "TAGMSG {room}", "KNOCK {room} :please", "RENAME {room} #other", "CHATHISTORY LATEST {room} * 10",
			"CHATHISTORY AROUND {room} msgid={id} 5", "CHATHISTORY BEFORE {room} msgid={id} 5", "CHATHISTORY BETWEEN {room} msgid={id} timestamp=2030-01-01T00:00:00.000Z 5",
			"MARKREAD {room}", "MARKREAD {room} timestamp=2026-11-21T14:00:05.000Z",
			"REDACT {room} {id}", "EDIT {room} {id} :other", "@+draft/react=x;+draft/reply={id} TAGMSG {room}", "METADATA {room} LIST", "METADATA {room} GET url",
			"METADATA {room} SET url :x", "METADATA {room} CLEAR", "METADATA {room} SYNC", "RELAYMSG {room} a/b :hi", "SEARCH in={room};text=treasure",
			"CS INFO {room}", "CS ACCESS {room}", "CS AMODE {room} +o viewer", "CS STATUS {room}", "CS OP {room}", "CS VOICE {room} owner", "CS BAN {room} owner",
			"CS UNBAN {room} viewer", "CS MUTE {room} owner 2h", "CS HOWTOBAN {room} owner", "CS CLEAR {room} USERS", "CS CLEAR {room} ACCESS", "CS SET {room} ENTRYMSG x",
			"CS SET {room} SUCCESSOR viewer", "CS SET {room} RETENTION 1", "CS TRANSFER {room} viewer", "CS DROP {room}", "CS REGISTER {room}",
			"PRIVMSG *playback :play {room} 0", "ISON {room}", "MONITOR + {room}", "USERHOST {room}", "WHOIS {room}", "WHOWAS {room}",
			"SEARCH text=treasure", "LIST", "LIST *idd*", "LIST >0", "NAMES", "WHO *", "WHO owner", "WHOIS owner", "WHOWAS owner",
			"CHATHISTORY TARGETS timestamp=2020-01-01T00:00:00.000Z timestamp=2030-01-01T00:00:00.000Z 50",
			"LUSERS", "USERHOST owner", "ISON owner", "STATS u", "PRIVMSG *playback :play * 0", "PART {room}",
		},
	}
}

// roomStage makes #hidden with everything that a room can have.
func roomStage() []string {
	return []string{
		"owner enters by irc with message-tags echo-message draft/message-redaction", "friend enters by irc with message-tags",
		"owner> NS REGISTER sesame-street", "owner> JOIN #hidden", "friend> JOIN #hidden", "owner> MODE #hidden +s", "owner> TOPIC #hidden :elephant",
		"owner> CS REGISTER #hidden", "owner> CS SET #hidden ENTRYMSG marzipan", "owner> METADATA #hidden SET url :saffron", "owner> MODE #hidden +b cinnamon!*@*",
		"{id} = owner> PRIVMSG #hidden :treasure elephant",
	}
}

// roomHappens is what goes on in it.
func roomHappens() []string {
	return []string{
		"friend> PRIVMSG #hidden :hush", "friend> NOTICE #hidden :hush", "{second} = owner> PRIVMSG #hidden :more treasure", "owner> REDACT #hidden {second}",
		"owner> TOPIC #hidden :whale", "owner> METADATA #hidden SET url :vanilla", "owner> MODE #hidden +v friend", "owner> CS SET #hidden ENTRYMSG nougat",
		"friend> PART #hidden", "owner> INVITE friend #hidden", "friend> JOIN #hidden", "owner> KICK #hidden friend", "friend> JOIN #hidden",
	}
}

func roomTerms() map[string][2]string {
	return map[string][2]string{"{room}": {"#hidden", "#absent"}, "{id}": {"{id}", "7-zz"}}
}

func roomSecrets() []string {
	return []string{"treasure", "elephant", "saffron", "cinnamon", "marzipan", "#hidden"}
}

// secretRoom is one that nobody is told of who is not in it. Who enters by its name is in:
// a secret room has no other door.
func secretRoom() object {
	return object{
		name: "secret room", stage: roomStage(), terms: roomTerms(), questions: roomQuestions(), happens: roomHappens(), secrets: roomSecrets(),
		roles: []role{
			{name: "guest"},
			{name: "account", comes: []string{"register"}},
			{name: "banned", then: []string{"owner> MODE #hidden +b viewer!*@*"}},
			{name: "thrown out", comes: []string{"join #hidden"}, then: []string{"owner> KICK #hidden viewer"}},
			{name: "gone", comes: []string{"register", "join #hidden", "part #hidden"}},
			{name: "member", sees: true, comes: []string{"join #hidden"}},
			{name: "operator", sees: true, comes: []string{"join #hidden"}, then: []string{"owner> MODE #hidden +o viewer"}},
		},
	}
}

// privateRoom is registered, secret and for the invited. Whoever tries the door learns
// that there is one, for a room that does not exist would be his.
func privateRoom() object {
	return object{
		name: "private registered room", stage: append(roomStage(), "owner> MODE #hidden +i"), terms: roomTerms(), questions: roomQuestions(),
		knowable: map[string][]string{
			"irc": {"JOIN {room}"}, "line": {"/join {room}"}, "json": {`{"type":"join","room":"{room}","id":"2"}`},
		},
		happens: roomHappens(), secrets: roomSecrets(),
		roles: []role{
			{name: "guest"},
			{name: "account", comes: []string{"register"}},
			{name: "banned", comes: []string{"register"}, then: []string{"owner> MODE #hidden +b a:viewer"}},
			{name: "listed", sees: true, comes: []string{"register"}, then: []string{"owner> CS AMODE #hidden +o viewer"}},
			{name: "operator of the server", sees: true, comes: []string{"oper"}},
		},
	}
}

// scopedRoom is one that the viewer's account is in, always on, but not the app password
// with which he came: that is for the lobby alone.
func scopedRoom() object {
	arrives := func(password string) map[string][]string {
		return map[string][]string{
			"irc":  {"viewer connects by irc", "viewer> PASS viewer:" + password, "viewer> NICK viewer", "viewer> USER viewer 0 * :viewer"},
			"line": {"viewer connects by line", "viewer> /login viewer " + password},
		}
	}
	questions := roomQuestions()
	questions["irc"] = append(questions["irc"], "JOIN {room}", "CHATHISTORY LATEST owner * 10", "CHATHISTORY LATEST viewer * 10", "MARKREAD owner", "NS APP LIST", "NS SESSIONS")
	questions["line"] = append(questions["line"], "/join {room}", "/history @owner", "/search from:owner marzipan", "/app list", "/sessions")
	questions["json"] = append(questions["json"], `{"type":"join","room":"{room}","id":"q12"}`, `{"type":"history","to":"owner","id":"q13"}`, `{"type":"apps","id":"q14"}`)
	return object{
		name: "room beyond an app password",
		stage: append(roomStage(),
			"maker connects by irc", "maker> NICK viewer", "maker> USER viewer 0 * :viewer", "maker> NS REGISTER trombone9", "maker> NS SET ALWAYS-ON on", "maker> JOIN #lobby,#hidden",
			"{password} = maker> NS APP ADD bot #lobby", "maker> QUIT", "owner> PRIVMSG #hidden :viewer: treasure elephant", "owner> PRIVMSG viewer :treasure marzipan",
		),
		terms: roomTerms(), questions: questions, happens: append(roomHappens(), "owner> PRIVMSG viewer :hush", "owner> INVITE viewer #front"), secrets: roomSecrets(),
		roles: []role{
			{name: "app password", arrives: arrives("{password}")},
			{name: "account itself", sees: true, arrives: arrives("trombone9")},
		},
	}
}

// secretForward is a room that sends away whom it does not let in: those who may not
// enter there either are not told where.
func secretForward() object {
	stage := append(roomStage(), "owner> MODE #hidden +b viewer!*@*")
	for _, room := range []string{"#front", "#sides"} {
		stage = append(stage, "owner> JOIN "+room, "owner> CS REGISTER "+room, "owner> MODE "+room+" +i")
	}
	return object{
		name: "secret forward", stage: append(stage, "owner> CS SET #front FORWARD #hidden"),
		terms: map[string][2]string{"{room}": {"#front", "#sides"}},
		questions: map[string][]string{
			"irc":  {"JOIN {room}", "CS INFO {room}", "MODE {room}", "JOIN {room} key", "LIST {room}"},
			"line": {"/join {room}", "/who {room}", "/topic {room}"},
			"json": {`{"type":"join","room":"{room}","id":"1"}`, `{"type":"topic","room":"{room}","id":"2"}`},
		},
		secrets: roomSecrets(),
		roles: []role{
			{name: "banned there"},
			{name: "account banned there", comes: []string{"register"}},
		},
	}
}

// auditorium is a room where those without a rank see only those who have one. {user} is
// such a member, his twin somebody who is not in the room; nothing else differs.
func auditorium() object {
	return object{
		name: "veiled member",
		stage: []string{
			"owner enters by irc with message-tags", "owner> JOIN #hall", "owner> MODE #hall +u",
			"shade connects by irc from 198.51.100.7", "loner connects by irc from 198.51.100.7",
			"shade> USER same 0 * :same", "shade> NICK shade", "shade> METADATA * SET url :saffron", "loner> USER same 0 * :same", "loner> NICK loner", "loner> METADATA * SET url :saffron",
			"shade> JOIN #hall", "mole connects by irc", "mole> USER mole 0 * :mole", "mole> NICK mole", "mole> JOIN #hall",
		},
		terms: map[string][2]string{"{user}": {"shade", "loner"}},
		questions: map[string][]string{
			"line": {"/who #hall", "/who {user}", "/rooms", "/unread", "/search from:{user} hello", "/history @{user}", "/msg {user} hello"},
			"json": {`{"type":"history","to":"{user}","id":"q2"}`, `{"type":"unread","id":"q3"}`, `{"type":"say","to":"{user}","text":"hi","id":"{user}"}`},
			"irc": {
				"NAMES #hall", "WHO #hall", "WHO #hall %tcnufr,1", "WHO {user}", "WHO {user} %tcnufr,1", "WHO same", "WHOIS {user}", "MODE #hall", "MODE #hall b", "KICK #hall {user}",
				"MODE #hall +v {user}", "MODE #hall +b {user}", "INVITE {user} #hall", "CS VOICE #hall {user}", "CS HOWTOBAN #hall {user}", "CS CLEAR #hall USERS", "METADATA {user} LIST",
				"METADATA #hall SYNC", "PRIVMSG +#hall :hello", "NOTICE @#hall :hello", "USERHOST {user}", "ISON {user}", "MONITOR + {user}|MONITOR - {user}",
				"CHATHISTORY LATEST #hall * 50", "CHATHISTORY LATEST {user} * 5", "SEARCH from={user};text=hello", "MARKREAD {user}",
				"PRIVMSG {user} :hello",
			},
		},
		happens: []string{
			"shade> AWAY :asleep", "shade> AWAY", "shade> SETNAME :Somebody else", "shade> SETNAME :same", "shade> NICK dusk", "shade> NICK shade", "shade> METADATA * SET url :vanilla", "shade> METADATA * SET note :nutmeg",
			"mole> NS REGISTER sesame-street", "shade> INVITE loner #hall", "shade> PART #hall", "shade> JOIN #hall", "owner> KICK #hall shade", "shade> JOIN #hall", "mole> QUIT :gone", "shade> METADATA * SET note", "shade> METADATA * SET url :saffron",
		},
		secrets: []string{"shade"},
		roles: []role{
			{name: "veiled member", comes: []string{"join #hall"}},
			{name: "veiled account", comes: []string{"register", "join #hall"}},
			{name: "outsider"},
			{name: "thrown out", comes: []string{"join #hall"}, then: []string{"owner> KICK #hall viewer"}},
			{name: "voiced", sees: true, comes: []string{"join #hall"}, then: []string{"owner> MODE #hall +v viewer"}},
		},
	}
}
