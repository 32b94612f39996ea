package admin

import "context"

// The commands, with the fields that each takes and what it gives.
const (
	Netstat            = "netstat"             // All; gives []Connection
	Kick               = "kick"                // Session; or Nick, with Room only out of it; Reason
	BanTry             = "ban-try"             // Target; gives Hits
	BanAdd             = "ban-add"             // Target, For, Reason; gives Ban
	BanRemove          = "ban-remove"          // Target
	BanList            = "ban-list"            // gives []Ban
	RoomList           = "room-list"           // gives []Room, without Access and Masks
	RoomShow           = "room-show"           // Room; gives Room
	RoomOpen           = "room-open"           // Room, Permanent
	RoomRetention      = "room-retention"      // Room, Days, Messages; 0 is no bound
	RoomRegister       = "room-register"       // Room, Account: its founder
	RoomDrop           = "room-drop"           // Room
	RoomAccess         = "room-access"         // Room, Account, Rank
	RoomRename         = "room-rename"         // Room, Name, Reason
	RoomSet            = "room-set"            // Room, Name, Value
	Erase              = "erase"               // Message, Reason
	AccountList        = "account-list"        // gives []Account, without Rooms
	AccountShow        = "account-show"        // Account; gives Account
	AccountAdd         = "account-add"         // Account, Password, Email; gives Account
	AccountPassword    = "account-password"    // Account, Password; gives Account
	AccountVerify      = "account-verify"      // Account; gives Account
	AccountSuspend     = "account-suspend"     // Account, Reason; gives Account
	AccountResume      = "account-resume"      // Account; gives Account
	AccountDelete      = "account-delete"      // Account
	AccountPowers      = "account-powers"      // Account, Powers; gives Account
	AccountAlwaysOn    = "account-always-on"   // Account, On; gives Account
	AccountHost        = "account-host"        // Account, Host (empty: none); gives Account
	AccountSessions    = "account-sessions"    // Account; gives []Session
	AccountEndSession  = "account-end-session" // Account, Session (0: all), Reason
	AccountInvite      = "account-invite"      // Uses, For; gives Invitation
	AccountInvitations = "account-invitations" // gives []Invitation
	AccountCode        = "account-code"        // gives Claim
	Audit              = "audit"               // By, Since, Until, Before, Limit; gives []Deed, newest first
	Stats              = "stats"               // gives []Number
	Backup             = "backup"              // File, absolute
	Reload             = "reload"
)

// handler carries a request out.
type handler func(context.Context, *Request) (any, error)

func (g *Gateway) handle(ctx context.Context, r *Request) (any, error) {
	handler, known := g.table()[r.Command]
	if !known {
		return nil, refuse("no-such-command", "This server knows no command %q; it is %s.", r.Command, g.house.Version)
	}
	return handler(ctx, r)
}

func (g *Gateway) table() map[string]handler {
	return map[string]handler{
		Netstat: g.netstat, Kick: g.kick,
		BanTry: g.banTry, BanAdd: g.banAdd, BanRemove: g.banRemove, BanList: g.banList,
		RoomList: g.roomList, RoomShow: g.roomShow,
		RoomOpen: g.roomOpen, RoomRetention: g.roomRetention, RoomRegister: g.roomRegister, RoomDrop: g.roomDrop,
		RoomAccess: g.roomAccess, RoomRename: g.roomRename, RoomSet: g.roomSet, Erase: g.erase,
		AccountList: g.accountList, AccountShow: g.accountShow, AccountAdd: g.accountAdd,
		AccountPassword: g.accountPassword, AccountVerify: g.accountVerify, AccountSuspend: g.accountSuspend,
		AccountResume: g.accountResume, AccountDelete: g.accountDelete, AccountPowers: g.accountPowers,
		AccountAlwaysOn: g.accountAlwaysOn, AccountHost: g.accountHost, AccountSessions: g.accountSessions, AccountEndSession: g.accountEndSession,
		AccountInvite: g.accountInvite, AccountInvitations: g.accountInvitations, AccountCode: g.accountCode,
		Audit: g.audit, Stats: g.stats, Backup: g.backup, Reload: g.reload,
	}
}
