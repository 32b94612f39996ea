package line

// requestTypes are the types of a Request.
func requestTypes() []string {
	return []string{
		"say", "join", "part", "nick", "topic", "history", "search", "read", "unread", "edit", "erase", "react", "knock",
		"register", "verify", "login", "logout", "password", "account", "delete-account", "sessions", "end-session",
		"apps", "add-app", "revoke-app", "totp", "claim", "resume", "ping", "quit",
	}
}

// requestKeys is what each type takes besides type and id.
func requestKeys(kind string) (keys []string, known bool) {
	switch kind {
	case "say":
		return []string{"room", "to", "text", "reply"}, true
	case "join":
		return []string{"room", "key"}, true
	case "part", "topic", "knock":
		return []string{"room", "text"}, true
	case "nick":
		return []string{"nick"}, true
	case "history":
		return []string{"room", "to", "before", "after", "limit"}, true
	case "search":
		return []string{"room", "to", "text", "from", "before", "after", "limit"}, true
	case "read":
		return []string{"room", "to", "number"}, true
	case "edit", "erase":
		return []string{"message", "text"}, true
	case "react":
		return []string{"message", "sign", "remove"}, true
	case "resume":
		return []string{"token", "room", "after", "key", "account", "password"}, true
	case "ping", "quit":
		return []string{"text"}, true
	case "unread", "logout", "sessions", "apps":
		return nil, true
	}
	return accountKeys(kind)
}

// accountKeys are the keys of the types that are about accounts.
func accountKeys(kind string) (keys []string, known bool) {
	switch kind {
	case "register":
		return []string{"account", "password", "mail", "invitation"}, true
	case "verify":
		return []string{"account", "code"}, true
	case "login":
		return []string{"account", "password", "code"}, true
	case "password":
		return []string{"old", "new"}, true
	case "account":
		return []string{"set", "on"}, true
	case "delete-account":
		return []string{"password"}, true
	case "end-session":
		return []string{"session"}, true
	case "add-app":
		return []string{"label", "rooms", "read-only", "days"}, true
	case "revoke-app":
		return []string{"app"}, true
	case "totp":
		return []string{"on", "code"}, true
	case "claim":
		return []string{"code"}, true
	}
	return nil, false
}

// requiredKeys are those that a request cannot do without.
func requiredKeys(r *Request) []string {
	switch r.Type {
	case "say":
		return []string{"text"}
	case "join", "topic", "knock":
		return []string{"room"}
	case "nick":
		return []string{"nick"}
	case "edit":
		return []string{"message", "text"}
	case "erase":
		return []string{"message"}
	case "react":
		return []string{"message", "sign"}
	case "register", "login":
		return []string{"account", "password"}
	case "verify":
		return []string{"account", "code"}
	case "password":
		return []string{"old", "new"}
	case "delete-account":
		return []string{"password"}
	case "end-session":
		return []string{"session"}
	case "add-app":
		return []string{"label"}
	case "revoke-app":
		return []string{"app"}
	case "claim":
		return []string{"code"}
	case "resume":
		if r.Account != "" {
			return []string{"password", "after"}
		}
		return []string{"after"}
	}
	return nil
}
