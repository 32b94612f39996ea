package irc

import (
	"strconv"
	"strings"
	"time"

	"madang/chat"
	"madang/chat/names"
	"madang/gateway/irc/render"
	"madang/wire/irc"
)

// Letters of modes, as the welcome and ISUPPORT name them.
const (
	userModeLetters = "BiowZ"
	roomModeLetters = "CIabehiklmnoqstv"
)

// welcome writes what a client is told when it has registered (modern.ircdocs.horse,
// "Connection Registration").
func (w *writer) welcome() {
	h := &w.g.house
	src := w.user.Source()
	w.numeric(irc.RPL_WELCOME, "Welcome to the "+h.Network+" Network, "+render.SourceText(&src))
	w.numeric(irc.RPL_YOURHOST, "Your host is "+h.Name+", running version "+h.Version)
	w.numeric(irc.RPL_CREATED, "This server was started "+h.Started.UTC().Format(time.RFC1123))
	w.b = irc.Append(w.b, h.Name, string(irc.RPL_MYINFO), w.nick(), h.Name, h.Version, userModeLetters, roomModeLetters, "Iabehkloqv")
	w.isupport()
	w.lusers()
	w.motd()
}

// Bounds that this gateway sets itself.
const (
	targetsMax   = 4   // of one PRIVMSG, KICK and the like
	modesMax     = 20  // changes in one MODE
	monitoredMax = 100 // nicks that one client may watch
	reasonMax    = chat.ReasonBytesMax
)

// isupport writes what the server can do (modern.ircdocs.horse, "RPL_ISUPPORT").
func (w *writer) isupport() {
	limits := w.state.Limits()
	entries := strconv.Itoa(limits.ListEntries)
	modes := render.RoomModes()
	targets := strconv.Itoa(targetsMax)
	w.b = irc.AppendISupport(w.b, w.g.house.Name, w.nick(), "are supported by this server", []irc.Token{
		{Name: "AWAYLEN", Value: strconv.Itoa(chat.AwayBytesMax)},
		{Name: "BOT", Value: "B"},
		{Name: "CASEMAPPING", Value: names.CaseMapping},
		{Name: "CHANLIMIT", Value: "#:" + strconv.Itoa(limits.RoomsPerUser)},
		{Name: "CHANMODES", Value: modes.Lists + "," + modes.Always + "," + modes.WhenSet + "," + modes.Never},
		{Name: "CHANNELLEN", Value: strconv.Itoa(names.RoomBytesMax)},
		{Name: "CHANTYPES", Value: "#"},
		{Name: "ELIST", Value: "CMNTU"},
		{Name: "EXCEPTS"},
		{Name: "INVEX"},
		{Name: "KEYLEN", Value: strconv.Itoa(chat.KeyBytesMax)},
		{Name: "KICKLEN", Value: strconv.Itoa(reasonMax)},
		{Name: "LINELEN", Value: strconv.Itoa(irc.LineBytesMax)},
		{Name: "MAXLIST", Value: modes.Lists + ":" + entries},
		{Name: "MAXTARGETS", Value: targets},
		{Name: "MODES", Value: strconv.Itoa(modesMax)},
		{Name: "MONITOR", Value: strconv.Itoa(monitoredMax)},
		{Name: "NAMELEN", Value: strconv.Itoa(chat.RealnameBytesMax)},
		{Name: "NETWORK", Value: w.g.house.Network},
		{Name: "NICKLEN", Value: strconv.Itoa(names.NickRunesMax)},
		{Name: "PREFIX", Value: "(" + render.RankLetters + ")" + render.RankSigns},
		{Name: "SAFELIST"},
		{Name: "STATUSMSG", Value: render.RankSigns},
		{Name: "TARGMAX", Value: strings.ReplaceAll("JOIN:,KICK:?,KILL:1,LIST:,NAMES:?,NOTICE:?,PART:,PRIVMSG:?,TAGMSG:?,WHOIS:1,WHOWAS:1", "?", targets)},
		{Name: "TOPICLEN", Value: strconv.Itoa(chat.TopicBytesMax)},
		{Name: "USERLEN", Value: strconv.Itoa(chat.UsernameBytesMax)},
		{Name: "UTF8ONLY"},
		{Name: "WHOX"},
	})
}
