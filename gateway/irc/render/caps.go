package render

import (
	"strings"

	"madang/engine"
)

// Caps is a set of capabilities (IRCv3 capability-negotiation).
type Caps uint64

// The capabilities. The first ones change how events are rendered: their bits are those
// of a form.
const (
	CapMessageTags Caps = 1 << iota
	CapServerTime
	CapExtendedJoin
	CapAwayNotify
	CapSetname
	CapInviteNotify
	CapAccountNotify
	CapAccountTag
	CapOperTag
	CapChghost
	CapBatch
	CapCapNotify
	CapEchoMessage
	CapExtendedMonitor
	CapLabeledResponse
	CapMultiPrefix
	CapNoImplicitNames
	CapPreAway
	CapStandardReplies
	CapUserhostInNames
	CapSASL
	CapAccountRegistration
	CapPersistence
	CapExtendedISupport
	CapWhoami
)

// FormCP949 is the bit of a form that is no capability: the client writes CP949.
const FormCP949 engine.Form = 1 << 40

// The capabilities of what was said before and what becomes of it; as above, the first
// ones are part of a form.
const (
	CapMultiline Caps = 1 << (iota + 41)
	CapRedaction
	CapEdit
	CapRename
	CapReadMarker
	CapRelaymsg
	CapChathistory
	CapEventPlayback
	CapMetadata
	CapMetadataNumerics // as CapMetadata, but changes are told in numerics
	CapPlayback
	CapSearch
)

// CapsOfForms are those that are part of a form.
const CapsOfForms = CapBatch - 1 | CapChathistory - CapMultiline

// Form is how events are rendered for a client with these capabilities.
func (c Caps) Form(cp949 bool) engine.Form {
	f := engine.Form(c & CapsOfForms)
	if c&CapBatch == 0 {
		f &^= engine.Form(CapMultiline)
	}
	if cp949 {
		f |= FormCP949
	}
	return f
}

// offer is a capability as clients know it.
type offer struct {
	name string
	bit  Caps
}

// offers are what CAP LS lists, by name. Read-only.
var offers = [...]offer{
	{"account-notify", CapAccountNotify},
	{"account-tag", CapAccountTag},
	{"away-notify", CapAwayNotify},
	{"batch", CapBatch},
	{"cap-notify", CapCapNotify},
	{"chghost", CapChghost},
	{"draft/account-registration", CapAccountRegistration},
	{"draft/channel-rename", CapRename},
	{"draft/chathistory", CapChathistory},
	{"draft/event-playback", CapEventPlayback},
	{"draft/extended-isupport", CapExtendedISupport},
	{"draft/message-edit", CapEdit},
	{"draft/message-redaction", CapRedaction},
	{"draft/metadata-2", CapMetadata},
	{"draft/metadata-3", CapMetadata | CapMetadataNumerics},
	{"draft/multiline", CapMultiline},
	{"draft/oper-tag", CapOperTag},
	{"draft/persistence", CapPersistence},
	{"draft/pre-away", CapPreAway},
	{"draft/read-marker", CapReadMarker},
	{"draft/relaymsg", CapRelaymsg},
	{"draft/search", CapSearch},
	{"draft/whoami", CapWhoami},
	{"echo-message", CapEchoMessage},
	{"extended-join", CapExtendedJoin},
	{"extended-monitor", CapExtendedMonitor},
	{"invite-notify", CapInviteNotify},
	{"labeled-response", CapLabeledResponse},
	{"message-tags", CapMessageTags},
	{"multi-prefix", CapMultiPrefix},
	{"no-implicit-names", CapNoImplicitNames},
	{"sasl", CapSASL},
	{"server-time", CapServerTime},
	{"setname", CapSetname},
	{"standard-replies", CapStandardReplies},
	{"userhost-in-names", CapUserhostInNames},
	{"znc.in/playback", CapPlayback},
}

// Names lists the capabilities of a set, by name.
func (c Caps) Names() string { return c.Offered(func(Caps) string { return "" }) }

// Offered lists the capabilities of a set, by name, with the values that they have.
func (c Caps) Offered(value func(Caps) string) string {
	var list []string
	for _, o := range offers {
		if c&o.bit != o.bit {
			continue
		}
		entry := o.name
		if v := value(o.bit); v != "" {
			entry += "=" + v
		}
		list = append(list, entry)
	}
	return strings.Join(list, " ")
}

// CapNamed is the capability of a name; false: it is not on offer.
func CapNamed(name string) (Caps, bool) {
	for _, o := range offers {
		if o.name == name {
			return o.bit, true
		}
	}
	return 0, false
}

// AllCaps is everything on offer.
func AllCaps() (all Caps) {
	for _, o := range offers {
		all |= o.bit
	}
	return all
}
