package irc

import (
	"madang/auth"
	"madang/gateway/irc/render"
	"madang/wire/irc"
)

// command is how a verb is carried out.
type command struct {
	run   func(*client, *irc.Message)
	least int  // parameters without which it is refused
	early bool // allowed before the welcome
}

// commandTable is every verb that clients may use.
func (g *Gateway) table(hasher *auth.Hasher) map[string]command {
	return map[string]command{
		"ADMIN":        {run: (*client).runAdmin},
		"AUTHENTICATE": {run: (*client).runAuthenticate, least: 1, early: true},
		"AWAY":         {run: (*client).runAway, early: true},
		"BATCH":        {run: g.batches.run},
		"CAP":          {run: (*client).runCap, least: 1, early: true},
		"CHATHISTORY":  {run: (*client).runChathistory},
		"EDIT":         {run: (*client).runEdit, least: 3},
		"HELP":         {run: g.help},
		"HELPOP":       {run: g.help},
		"INFO":         {run: (*client).runInfo},
		"INVITE":       {run: (*client).runInvite},
		"ISON":         {run: (*client).runIson, least: 1},
		"ISUPPORT":     {run: (*client).runISupport, early: true},
		"JOIN":         {run: (*client).runJoin, least: 1},
		"KICK":         {run: (*client).runKick, least: 2},
		"KILL":         {run: (*client).runKill, least: 1},
		"KNOCK":        {run: (*client).runKnock, least: 1},
		"LINKS":        {run: (*client).runLinks},
		"LIST":         {run: (*client).runList},
		"LUSERS":       {run: (*client).runLusers},
		"MARKREAD":     {run: (*client).runMarkread},
		"METADATA":     {run: g.followers.metadata, least: 2, early: true},
		"MODE":         {run: (*client).runMode, least: 1},
		"MONITOR":      {run: g.followers.monitor, least: 1},
		"MOTD":         {run: (*client).runMOTD},
		"NAMES":        {run: (*client).runNames},
		"NICK":         {run: (*client).runNick, early: true},
		"NOTICE":       {run: (*client).runNotice},
		"OPER":         {run: func(c *client, m *irc.Message) { c.runOper(hasher, m) }, least: 2},
		"PART":         {run: (*client).runPart, least: 1},
		"PASS":         {run: (*client).runPass, least: 1, early: true},
		"PERSISTENCE":  {run: (*client).runPersistence, least: 1},
		"PING":         {run: (*client).runPing, early: true},
		"PONG":         {run: func(*client, *irc.Message) {}, early: true},
		"PRIVMSG":      {run: (*client).runPrivmsg},
		"QUIT":         {run: (*client).runQuit, early: true},
		"REDACT":       {run: (*client).runRedact, least: 2},
		"REGISTER":     {run: (*client).runRegister, least: 3, early: true},
		"REHASH":       {run: (*client).runRehash},
		"RELAYMSG":     {run: (*client).runRelaymsg, least: 3},
		"RENAME":       {run: (*client).runRename, least: 2},
		"SEARCH":       {run: (*client).runSearch, least: 1},
		"SETNAME":      {run: (*client).runSetname, least: 1},
		"STATS":        {run: (*client).runStats},
		"TAGMSG":       {run: (*client).runTagmsg},
		"TIME":         {run: (*client).runTime},
		"TOPIC":        {run: (*client).runTopic, least: 1},
		"USER":         {run: (*client).runUser, least: 4, early: true},
		"USERHOST":     {run: (*client).runUserhost, least: 1},
		"USERIP":       {run: (*client).runUserip, least: 1},
		"VERIFY":       {run: (*client).runVerify, least: 2, early: true},
		"VERSION":      {run: (*client).runVersion},
		"WALLOPS":      {run: (*client).runWallops, least: 1},
		"WEBIRC":       {run: (*client).runWebirc, least: 4, early: true},
		"WHO":          {run: (*client).runWho},
		"WHOIS":        {run: (*client).runWhois},
		"WHOWAS":       {run: (*client).runWhowas},
	}
}

// run carries a line out.
func (c *connection) run(m *irc.Message) {
	if c.pending == nil && c.gateway.batches.take(&c.client, m) {
		return
	}
	k, ok := c.gateway.commands[string(m.Command())]
	switch {
	case !ok:
		c.unknown(m)
	case c.pending != nil && !k.early:
		c.answer(func(w *writer) { w.Numeric(irc.ERR_NOTREGISTERED, "You have not registered") })
	case m.Len() < k.least:
		c.needMoreParams(string(m.Command()))
	default:
		k.run(&c.client, m)
	}
}

// unknown answers a verb that is none. Numerics from clients are passed over.
func (c *connection) unknown(m *irc.Message) {
	verb := render.OneWord(string(m.Command()))
	if verb[0] >= '0' && verb[0] <= '9' && len(verb) == 3 {
		return
	}
	c.answer(func(w *writer) {
		if c.pending != nil {
			w.Numeric(irc.ERR_NOTREGISTERED, "You have not registered")
			return
		}
		w.Numeric(irc.ERR_UNKNOWNCOMMAND, verb, "Unknown command")
	})
}
