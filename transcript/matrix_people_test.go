package transcript

// invisibleUser is somebody who is shown to nobody who does not name him or shares a room
// with him. Whoever knows his name may ask whether he is here, as at every IRC server
// (modern.ircdocs.horse, "invisible user mode"), write to him and read what he says of
// himself; no pattern, no room and no count by room finds him.
func invisibleUser() object {
	return object{
		name: "invisible user",
		stage: []string{
			"owner enters by irc", "owner> JOIN #crypt", "ghost connects by irc", "ghost> NICK ghost", "ghost> USER spectre 0 * :phantom",
			"ghost> MODE ghost +i", "ghost> JOIN #crypt", "ghost> METADATA * SET url :saffron",
		},
		terms: map[string][2]string{
			"{user}": {"ghost", "ghast"}, "{part}": {"ghos", "ghas"}, "{username}": {"spectre", "spector"}, "{realname}": {"phantom", "fantome"}, "{address}": {"192.0.2.2", "192.0.2.9"},
		},
		questions: map[string][]string{
			"line": {"/who", "/who #crypt", "/who {part}", "/who {user}*", "/who *", "/rooms", "/unread", "/search from:{user} x", "/history #crypt", "/who {username}"},
			"json": {`{"type":"history","room":"#crypt","id":"1"}`, `{"type":"unread","id":"3"}`, `{"type":"history","to":"{part}","id":"4"}`},
			"irc": {
				"NAMES", "NAMES #crypt", "WHO #crypt", "WHO #crypt %tcuhsnfdlar,7", "WHO *", "WHO * %nuhr", "WHO {user}*", "WHO {part}?", "WHO *{part}*", "WHO {user}!*@*", "WHO {username}",
				"WHO {username}*", "WHO {realname}*", "WHO *{realname}", "WHO {address}", "WHO 192.0.2.*", "WHO *cloak", "WHO *cloak %n", "WHO * o", "WHO 0", "WHOIS {user}*", "WHOIS {part}?",
				"WHOIS *", "WHOIS {username}", "LIST *{part}*", "LINKS", "MONITOR + {part}?", "ISON {part}? {username}", "USERHOST {part}?", "USERIP {username}",
				"CHATHISTORY LATEST {user} * 5", "CHATHISTORY LATEST #crypt * 5", "SEARCH from={user};text=x", "MARKREAD {user}", "METADATA #crypt SYNC", "METADATA {part}? LIST", "NS INFO {user}",
				"CS HOWTOBAN #crypt {part}?", "PRIVMSG {part}? :hello",
			},
		},
		knowable: map[string][]string{
			"line": {"/who {user}", "/history @{user}", "/read @{user}", "/msg {user} hello"},
			"json": {`{"type":"history","to":"{user}","id":"2"}`, `{"type":"say","to":"{user}","text":"hello","id":"{user}"}`},
			"irc": {
				"WHO {user}", "WHOIS {user}", "ISON {user}", "USERHOST {user}", "USERIP {user}", "MONITOR + {user}|MONITOR - {user}", "PRIVMSG {user} :hello", "METADATA {user} LIST", "METADATA {user} GET url",
				"NICK {user}", "WHOWAS {user}",
			},
		},
		happens: []string{
			"ghost> AWAY :asleep", "ghost> AWAY", "ghost> SETNAME :Somebody else", "ghost> NICK wraith", "ghost> NICK ghost", "ghost> METADATA * SET url :vanilla", "ghost> METADATA * SET note :nutmeg",
			"ghost> PART #crypt", "ghost> JOIN #crypt", "ghost> QUIT", "ghost connects by irc", "ghost> NICK ghost", "ghost> USER spectre 0 * :phantom",
			"ghost> MODE ghost +i", "ghost> JOIN #crypt", "ghost> METADATA * SET url :saffron",
		},
		secrets: []string{"ghost", "spectre", "phantom", "wraith"},
		roles: []role{
			{name: "guest"},
			{name: "account", comes: []string{"register"}},
			{name: "companion", sees: true, comes: []string{"join #crypt"}},
		},
	}
}

// account is one whose owner was never seen, of which an operator of the server may have
// said something: is there such a name, and what opens it?
// Names are taken, so whoever tries to take one learns that, as with every service; so he
// does of the account's name on a room's list. No password, no code and no change tells.
func account(name string, operator ...string) object {
	return object{
		name: name,
		stage: append([]string{
			"owner enters by irc", "maker connects by irc", "maker> REGISTER walrus walrus@hush.example sesame-street", "maker leaves",
			"owner> JOIN #own", "owner> OPER root toor",
		}, operator...),
		terms: map[string][2]string{"{name}": {"walrus", "weasel"}, "{mail}": {"walrus@hush.example", "weasel@hush.example"}},
		questions: map[string][]string{
			"line": {
				"/login {name} wrong", "/verify {name} 123456", "/who {name}", "/history @{name}", "/search from:{name} x", "/account", "/passwd {name} other", "/read @{name}", "/unread", "/app list",
				"anew: /login {name} wrong",
			},
			"json": {
				`{"type":"login","account":"{name}","password":"wrong","id":"1"}`, `{"type":"verify","account":"{name}","code":"123456","id":"2"}`,
				`{"type":"login","account":"{name}","password":"wrong","code":"123456","id":"3"}`, `{"type":"history","to":"{name}","id":"4"}`,
				`{"type":"delete-account","password":"{name}","id":"5"}`, `{"resume":{"account":"{name}","password":"wrong","after":1},"id":"6"}`, `{"type":"end-session","session":"{name}","id":"7"}`,
				`anew: {"type":"login","account":"{name}","password":"wrong","id":"8"}`,
			},
			"irc": {
				"AUTHENTICATE PLAIN|AUTHENTICATE base64({name}\\0{name}\\0wrong)", "AUTHENTICATE PLAIN|AUTHENTICATE base64(\\0{name}\\0wrong)", "AUTHENTICATE EXTERNAL|AUTHENTICATE base64({name})",
				"AUTHENTICATE SCRAM-SHA-256|AUTHENTICATE base64(n,,n={name},r=rOprNGfwEbeRWgbNEkqO)|AUTHENTICATE *",
				"AUTHENTICATE SCRAM-SHA-256|AUTHENTICATE base64(n,,n={name},r=rOprNGfwEbeRWgbNEkqO)|AUTHENTICATE base64(c=biws,r=wrong,p=wrong)",
				"NS IDENTIFY {name} wrong", "NS IDENTIFY {name} wrong 123456", "NS VERIFY {name} 123456", "VERIFY {name} 123456", "NS SUSPEND {name}", "NS UNSUSPEND {name}", "NS DROP {name}", "NS SAREGISTER {name} x",
				"NS PASSWD {name} other", "NS SESSIONS LOGOUT {name}", "NS SET EMAIL {name}", "NS APP REVOKE {name}", "NS APP LIST", "PERSISTENCE GET", "WHOIS {name}", "WHOWAS {name}", "WHO {name}", "ISON {name}", "MONITOR + {name}",
				"METADATA {name} LIST", "METADATA {name} SET url :x", "CHATHISTORY LATEST {name} * 5", "SEARCH from={name};text=x", "MARKREAD {name}", "MODE #own +b a:{name}", "CS AMODE #own +o {name}", "CS TRANSFER #own {name}",
				"INVITE {name} #lobby", "KICK #lobby {name}", "USERHOST {name}", "REDACT {name} 7-3", "OPER {name} wrong",
				"anew: NICK caller|USER c 0 * :c|PASS {name}:wrong", "anew: PASS {name}:wrong|NICK caller|USER c 0 * :c", "anew: CAP REQ :sasl|AUTHENTICATE PLAIN|AUTHENTICATE base64(\\0{name}\\0wrong)",
				"anew: VERIFY {name} 123456", "anew: METADATA {name} LIST", "anew: REGISTER x{name} {mail} sesame-street",
			},
		},
		knowable: map[string][]string{
			"line": {"/nick {name}"},
			"json": {`{"type":"nick","nick":"{name}","id":"1"}`},
			"irc":  {"NS INFO {name}", "anew: USER c 0 * :c|NICK {name}", "anew: REGISTER {name} * sesame-street"},
		},
		secrets: []string{"walrus@hush.example", "perjury"},
		roles:   []role{{name: "guest"}, {name: "account", comes: []string{"register"}}},
	}
}

// operatorsMatters are what only operators of the server are told.
func operatorsMatters() object {
	return object{
		name: "operators' matters",
		stage: []string{
			"owner connects by irc from 198.51.100.77", "owner> NICK owner", "owner> USER owner 0 * :Owner", "owner> JOIN #lobby", "owner> NS REGISTER sesame-street owner@hush.example",
			"boss enters by irc", "boss> OPER root toor", "-- the operator bans 203.0.113.66 for sealed",
			"boss> NS SAREGISTER walrus sesame-street", "boss> NS SUSPEND walrus perjury",
		},
		terms: map[string][2]string{"{name}": {"owner", "weasel"}},
		questions: map[string][]string{
			"line": {"/who owner", "/who", "/rooms", "/sessions", "/account", "/unread", "/claim 123", "/login walrus wrong"},
			"json": {
				`{"type":"sessions","id":"1"}`, `{"type":"account","id":"2"}`, `{"type":"claim","code":"123","id":"3"}`, `{"type":"apps","id":"4"}`,
				`{"type":"login","account":"walrus","password":"wrong","id":"5"}`,
			},
			"irc": {
				"STATS k", "STATS g", "STATS o", "STATS l", "STATS m", "STATS u", "STATS c", "STATS d", "STATS x", "STATS P", "TRACE", "TRACE owner", "ETRACE", "KLINE", "GLINE", "MODE #lobby b",
				"USERIP owner", "USERIP boss", "USERHOST owner", "WHO owner %ni", "WHO * %ni", "WHO * i", "WHOIS owner", "WHOIS owner owner", "WHOWAS owner", "NS INFO owner", "NS INFO walrus", "NS SESSIONS", "NS CERT LIST",
				"NS INVITE", "NS SUSPEND owner", "NS IDENTIFY walrus wrong", "KILL owner :x", "REHASH", "WALLOPS :x", "MONITOR + owner", "METADATA owner LIST", "AUDIT", "AUDIT 5 boss", "UBAN LIST", "UBAN TEST owner", "UBAN TEST 203.0.113.66", "UBAN DEL 203.0.113.66", "NS HOST SET owner a.b", "ADMIN", "INFO",
			},
		},
		happens: []string{"owner> WALLOPS :hush", "boss> NS UNSUSPEND walrus", "boss> NS INVITE"},
		secrets: []string{"sealed", "203.0.113.66", "198.51.100.77", "owner@hush.example", "root", "perjury"},
		roles: []role{
			{name: "guest"},
			{name: "account", comes: []string{"register"}},
			{name: "operator of a room", comes: []string{"register", "join #own"}},
			{name: "operator of the server", sees: true, comes: []string{"oper"}},
		},
	}
}
