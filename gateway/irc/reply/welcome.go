package reply

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
	userModeLetters = "BRTiorwZ"
	roomModeLetters = "CIKMRUabefhiklmnoqstuv"
)

// Welcome writes what a client is told first when it has registered
// (modern.ircdocs.horse, "Connection Registration").
func (w *Writer) Welcome() {
	h := w.House
	src := w.User.Source()
	w.Numeric(irc.RPL_WELCOME, "Welcome to the "+h.Network+" Network, "+render.SourceText(&src))
	w.Numeric(irc.RPL_YOURHOST, "Your host is "+h.Name+", running version "+h.Version)
	w.Numeric(irc.RPL_CREATED, "This server was started "+h.Started.UTC().Format(time.RFC1123))
	w.NumericWords(irc.RPL_MYINFO, h.Name, h.Version, userModeLetters, roomModeLetters, "Iabefhkloqv")
	w.ISupport()
	if w.Has(render.CapWhoami) && w.Has(render.CapChghost) {
		w.whoami(&src)
	}
}

// whoami tells a client how others see it, from where it counts how long its lines may
// be (IRCv3 draft/whoami, proposed in ircv3-specifications 603): behind ISUPPORT, before
// LUSERS. Changes are told by NICK and CHGHOST.
func (w *Writer) whoami(own *chat.Source) {
	w.Bytes = w.House.Renderer.AppendRealname(w.Bytes, w.Caps.Form(false), &chat.RealnameChanged{Source: *own, Realname: w.User.Realname()})
}

// Bounds that the gateway sets itself and tells in ISUPPORT.
const (
	TargetsMax   = 4    // of one PRIVMSG, KICK and the like
	ModesMax     = 20   // changes in one MODE
	MonitoredMax = 100  // nicks that one client may watch
	HistoryMax   = 1000 // messages that one CHATHISTORY is answered with
)

// ISupport writes what the server can do (modern.ircdocs.horse, "RPL_ISUPPORT").
func (w *Writer) ISupport() {
	limits := w.State.Limits()
	entries := strconv.Itoa(limits.ListEntries)
	modes := render.RoomModes()
	targets := strconv.Itoa(TargetsMax)
	tokens := []irc.Token{
		{Name: "ACCOUNTEXTBAN", Value: "a,account"},
		{Name: "AWAYLEN", Value: strconv.Itoa(chat.AwayBytesMax)},
		{Name: "BOT", Value: "B"},
		{Name: "CASEMAPPING", Value: names.CaseMapping},
		{Name: "CHANLIMIT", Value: "#:" + strconv.Itoa(limits.RoomsPerUser)},
		{Name: "CHANMODES", Value: modes.Lists + "," + modes.Always + "," + modes.WhenSet + "," + modes.Never},
		{Name: "CHANNELLEN", Value: strconv.Itoa(names.RoomBytesMax)},
		{Name: "CHANTYPES", Value: "#"},
		{Name: "CHATHISTORY", Value: strconv.Itoa(HistoryMax)},
		{Name: "ELIST", Value: "CMNTU"},
		{Name: "EXCEPTS"},
		{Name: "EXTBAN", Value: "," + names.EntryLetters},
		{Name: "INVEX"},
		{Name: "KEYLEN", Value: strconv.Itoa(chat.KeyBytesMax)},
		{Name: "KNOCK"},
		{Name: "KICKLEN", Value: strconv.Itoa(chat.ReasonBytesMax)},
		{Name: "LINELEN", Value: strconv.Itoa(irc.LineBytesMax)},
		{Name: "MAXLIST", Value: modes.Lists + ":" + entries},
		{Name: "MAXTARGETS", Value: targets},
		{Name: "MODES", Value: strconv.Itoa(ModesMax)},
		{Name: "MONITOR", Value: strconv.Itoa(MonitoredMax)},
		{Name: "MSGREFTYPES", Value: "msgid,timestamp"},
		{Name: "NAMELEN", Value: strconv.Itoa(chat.RealnameBytesMax)},
		{Name: "NETWORK", Value: w.House.Network},
		{Name: "NICKLEN", Value: strconv.Itoa(names.NickRunesMax)},
		{Name: "PREFIX", Value: "(" + render.RankLetters + ")" + render.RankSigns},
		{Name: "SAFELIST"},
		{Name: "STATUSMSG", Value: render.RankSigns},
		{Name: "TARGMAX", Value: strings.ReplaceAll("JOIN:,KICK:?,KILL:1,LIST:,NAMES:?,NOTICE:?,PART:,PRIVMSG:?,TAGMSG:?,WHOIS:1,WHOWAS:1", "?", targets)},
		{Name: "TOPICLEN", Value: strconv.Itoa(chat.TopicBytesMax)},
		{Name: "USERLEN", Value: strconv.Itoa(chat.UsernameBytesMax)},
		{Name: "UTF8ONLY"},
		{Name: "WHOX"},
	}
	if limits.RequireAccount {
		tokens = append(tokens, irc.Token{Name: "draft/ACCOUNTREQUIRED"})
	}
	if w.House.Icon != nil && w.House.Icon() != "" {
		tokens = append(tokens, irc.Token{Name: "draft/ICON", Value: w.House.Icon()})
	}
	w.Bytes = irc.AppendISupport(w.Bytes, w.House.Name, w.Nick, "are supported by this server", tokens)
}

// ISupportBatch writes the same as one batch (IRCv3 draft/extended-isupport).
func (w *Writer) ISupportBatch() {
	const batch = "isupport"
	before := len(w.Bytes)
	w.ISupport()
	lines := append([]byte(nil), w.Bytes[before:]...)
	w.Bytes = irc.Append(w.Bytes[:before], w.House.Name, "BATCH", "+"+batch, "draft/isupport")
	w.Bytes = irc.AppendTagged(w.Bytes, lines, "batch="+batch)
	w.Bytes = irc.Append(w.Bytes, w.House.Name, "BATCH", "-"+batch)
}
