package transcript

import "strings"

// messageQuestions ask about a message by its id, wherever somebody may guess that it is.
func messageQuestions() map[string][]string {
	questions := map[string][]string{
		"line": {"/search treasure", "/search in:#lobby treasure", "/search from:owner treasure", "/unread", "/history @owner", "/history @friend"},
		"json": {
			`{"type":"erase","message":"{id}","id":"1"}`, `{"type":"react","message":"{id}","sign":"x","id":"2"}`, `{"type":"react","message":"{id}","sign":"x","remove":true,"id":"3"}`,
			`{"type":"edit","message":"{id}","text":"x","id":"4"}`, `{"type":"search","text":"treasure","id":"5"}`,
		},
		"irc": {"SEARCH text=treasure", "SEARCH from=owner;text=treasure", "SEARCH in=owner;text=treasure", "PRIVMSG *playback :play * 0"},
	}
	for _, place := range []string{"#lobby", "#hidden", "owner", "friend", "viewer"} {
		questions["irc"] = append(questions["irc"],
			"REDACT "+place+" {id}", "REDACT "+place+" {id} :why", "EDIT "+place+" {id} :x", "@+draft/react=x;+draft/reply={id} TAGMSG "+place, "@+draft/unreact=x;+draft/reply={id} TAGMSG "+place,
		)
	}
	return questions
}

// boundQuestions have a message's id where another conversation is read.
func boundQuestions() map[string][]string {
	questions := messageQuestions()
	for _, place := range []string{"#lobby", "owner"} {
		questions["irc"] = append(questions["irc"],
			"CHATHISTORY AROUND "+place+" msgid={id} 5", "CHATHISTORY BEFORE "+place+" msgid={id} 5", "CHATHISTORY AFTER "+place+" msgid={id} 5", "CHATHISTORY LATEST "+place+" msgid={id} 5",
			"CHATHISTORY BETWEEN "+place+" msgid={id} timestamp=2030-01-01T00:00:00.000Z 1",
			"CHATHISTORY BETWEEN "+place+" timestamp=2030-01-01T00:00:00.000Z msgid={id} 1", "CHATHISTORY BETWEEN "+place+" timestamp=2020-01-01T00:00:00.000Z msgid={id} 1",
		)
	}
	questions["json"] = append(questions["json"], `{"type":"history","room":"#lobby","before":"{id}","id":"6"}`, `{"type":"history","room":"#lobby","after":"{id}","id":"7"}`)
	return questions
}

// among is something said in the middle of what everybody may read. A message's id says
// where it lies in the order of all that happens, and is a bound for reading whatever was
// said there or not: {no message} is the id beside it, of something else.
func among(said string) []string {
	return append(roomStage(),
		"owner> PRIVMSG #lobby :one", "owner> PRIVMSG #lobby :two", "{no message} = owner> TOPIC #hidden :whale", said, "owner> PRIVMSG #lobby :three", "owner> PRIVMSG #lobby :four",
	)
}

// messageIn is a message that the viewer may not read, kept as {id} when it is said.
func messageIn(name, said string) object {
	sees := role{name: "addressee", sees: true}
	if strings.Contains(said, "#hidden") {
		sees = role{name: "member", sees: true, comes: []string{"join #hidden"}}
	}
	o := object{
		name: "id of a " + name, stage: among(said), terms: map[string][2]string{"{id}": {"{id}", "{no message}"}},
		questions: boundQuestions(), secrets: []string{"biscuit"},
		roles: []role{{name: "guest"}, {name: "account", comes: []string{"register"}}},
	}
	if len(sees.comes) > 0 {
		o.roles = append(o.roles, sees)
	}
	return o
}

// erasedMessage was said where the viewer is, and erased before he came.
func erasedMessage() object {
	return object{
		name: "id of an erased message", stage: append(among("{id} = owner> PRIVMSG #lobby :treasure biscuit"), "owner> REDACT #lobby {id}"),
		terms: map[string][2]string{"{id}": {"{id}", "{no message}"}}, questions: messageQuestions(), secrets: []string{"biscuit"},
		roles: []role{{name: "guest"}, {name: "account", comes: []string{"register"}}},
	}
}

// operatorsOnly is what somebody without a rank says in a room with +U: those who have
// one hear him, when he says it, and nobody reads it afterwards.
func operatorsOnly() object {
	questions := messageQuestions()
	questions["irc"] = append(questions["irc"],
		"CHATHISTORY LATEST #panel * 50", "SEARCH in=#panel;text=treasure", "SEARCH from=friend;text=treasure", "PRIVMSG *playback :play #panel 0", "MARKREAD #panel",
		"REDACT #panel {id}", "EDIT #panel {id} :x", "@+draft/react=x;+draft/reply={id} TAGMSG #panel",
	)
	questions["line"] = append(questions["line"], "/history #panel", "/search in:#panel treasure", "/search from:friend treasure", "/unread", "/react x")
	questions["json"] = append(questions["json"],
		`{"type":"history","room":"#panel","id":"6"}`, `{"type":"search","text":"treasure","room":"#panel","id":"7"}`, `{"type":"unread","id":"8"}`,
	)
	return object{
		name: "message for operators only",
		stage: append(roomStage(),
			"owner> JOIN #panel", "owner> MODE #panel +U", "friend> JOIN #panel", "friend> CAP REQ echo-message", "friend> NS REGISTER trombone9", "owner> PRIVMSG #panel :one",
			"{no message} = owner> TOPIC #hidden :whale", "{id} = friend> PRIVMSG #panel :treasure biscuit", "owner> PRIVMSG #panel :two",
		),
		terms: map[string][2]string{"{id}": {"{id}", "{no message}"}}, questions: questions, secrets: []string{"biscuit"}, passing: true,
		happens: []string{
			"friend> PRIVMSG #panel :hush", "friend> NOTICE #panel :hush", "friend> @+draft/react=x;+draft/reply={id} TAGMSG #panel", "friend> @+typing=active TAGMSG #panel",
			"friend> PRIVMSG @#panel :hush",
		},
		roles: []role{
			{name: "outsider"},
			{name: "member", comes: []string{"join #panel"}},
			{name: "account", comes: []string{"register", "join #panel"}},
			{name: "operator", sees: true, comes: []string{"join #panel"}, then: []string{"owner> MODE #panel +o viewer"}},
		},
	}
}

// directMessages are what two people have said to each other, of whom one, a guest, has
// gone: who bears his name now finds nothing of it. {user} is the one who stayed, his twin
// somebody who never said a word to anybody.
func directMessages() object {
	return object{
		name: "direct messages",
		stage: []string{
			"owner enters by irc with message-tags echo-message", "other enters by irc", "friend enters by irc",
			"{id} = owner> PRIVMSG friend :pudding", "friend> PRIVMSG owner :more pudding", "friend> QUIT",
		},
		terms: map[string][2]string{"{user}": {"owner", "other"}, "{id}": {"{id}", "7-zz"}},
		questions: map[string][]string{
			"line": {"/history @{user}", "/history @friend", "/search pudding", "/search from:{user} pudding", "/search from:friend more", "/search in:@{user} pudding", "/unread", "/read @{user}"},
			"json": {
				`{"type":"history","to":"{user}","id":"1"}`, `{"type":"erase","message":"{id}","id":"2"}`, `{"type":"react","message":"{id}","sign":"x","id":"3"}`,
				`{"type":"history","to":"friend","id":"4"}`, `{"type":"search","text":"pudding","id":"5"}`, `{"type":"unread","id":"6"}`, `{"type":"read","to":"{user}","number":1,"id":"7"}`,
			},
			"irc": {
				"CHATHISTORY LATEST {user} * 50", "CHATHISTORY LATEST friend * 50", "CHATHISTORY AROUND {user} msgid={id} 10", "CHATHISTORY BEFORE {user} msgid={id} 10",
				"CHATHISTORY TARGETS timestamp=2020-01-01T00:00:00.000Z timestamp=2030-01-01T00:00:00.000Z 50", "SEARCH text=pudding", "SEARCH in={user};text=more",
				"SEARCH from={user};text=pudding", "MARKREAD {user}", "REDACT {user} {id}", "EDIT {user} {id} :x", "@+draft/react=x;+draft/reply={id} TAGMSG {user}",
				"PRIVMSG *playback :play * 0", "PRIVMSG *playback :play {user} 0", "PRIVMSG *playback :list",
			},
		},
		secrets: []string{"pudding"},
		roles: []role{
			{name: "third one"},
			{name: "namesake", comes: []string{"nick friend"}},
			{name: "account", comes: []string{"register"}},
			{name: "party", sees: true, then: []string{"owner> PRIVMSG viewer :pudding", "owner> PRIVMSG viewer :more pudding"}},
		},
	}
}
