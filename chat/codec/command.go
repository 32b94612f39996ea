package codec

import (
	"fmt"

	"madang/chat"
)

// The numbers of the commands. Never renumber: other versions of the program read them.
const (
	numberAttach uint8 = iota + 1
	numberDetach
	numberChangeNick
	numberChangeRealname
	numberSetAway
	numberChangeFlags
	numberGrantOperator
	numberJoin
	numberPart
	numberSay
	numberSetTopic
	numberChangeRoom
	numberKick
	numberInvite
	numberKill
	numberBroadcast
	numberAddBan
	numberRemoveBan
	numberOpenRoom
	numberSetRetention
	numberStartNode
	numberTick
	numberRegister
	numberConfirm
	numberSignIn
	numberChangeAccount
	numberDeleteAccount
	numberEndSession
	numberMakeInvitation
	numberClaimServer
	numberSetMark
	numberRedact
	numberEdit
	numberSetMetadata
	numberRenameRoom
	numberKnock
	numberTrust
	numberAttend
	numberCommandsEnd // one more than the last
)

// AppendCommand writes the command behind dst. It allocates nothing but room in dst.
// It panics at a type of command that package chat does not define.
func AppendCommand(dst []byte, x chat.Command) []byte {
	number := commandNumber(x)
	c := coder{b: dst}
	body := c.begin(number, commandVersion(number))
	c.command(x)
	return c.end(body)
}

// DecodeCommand reads the first command of b; all that is said of DecodeEvent is true
// here.
func DecodeCommand(b []byte) (x chat.Command, rest []byte, err error) {
	r, rest, err := split(b)
	if err != nil {
		return nil, rest, fmt.Errorf("decode command: %w", err)
	}
	x = newCommand(r.kind)
	if x == nil || r.version > commandVersion(r.kind) {
		return nil, rest, r.unknown("command")
	}
	c := r.reader()
	c.command(x)
	if err := r.finish(&c, "command"); err != nil {
		return nil, rest, err
	}
	return x, rest, nil
}

// commandVersion is the newest version of the command's shape. None has grown yet.
func commandVersion(uint8) uint8 { return firstVersion }

// newCommand makes an empty command; nil when there is none of this number.
func newCommand(number uint8) chat.Command {
	switch number {
	case numberAttach:
		return new(chat.Attach)
	case numberDetach:
		return new(chat.Detach)
	case numberChangeNick:
		return new(chat.ChangeNick)
	case numberChangeRealname:
		return new(chat.ChangeRealname)
	case numberSetAway:
		return new(chat.SetAway)
	case numberChangeFlags:
		return new(chat.ChangeFlags)
	case numberGrantOperator:
		return new(chat.GrantOperator)
	case numberJoin:
		return new(chat.Join)
	case numberPart:
		return new(chat.Part)
	case numberSay:
		return new(chat.Say)
	case numberSetTopic:
		return new(chat.SetTopic)
	case numberChangeRoom:
		return new(chat.ChangeRoom)
	case numberKick:
		return new(chat.Kick)
	case numberInvite:
		return new(chat.Invite)
	case numberKill:
		return new(chat.Kill)
	case numberBroadcast:
		return new(chat.Broadcast)
	case numberAddBan:
		return new(chat.AddBan)
	case numberRemoveBan:
		return new(chat.RemoveBan)
	case numberOpenRoom:
		return new(chat.OpenRoom)
	case numberSetRetention:
		return new(chat.SetRetention)
	case numberStartNode:
		return new(chat.StartNode)
	case numberAttend:
		return new(chat.Attend)
	case numberTick:
		return new(chat.Tick)
	case numberTrust:
		return new(chat.Trust)
	case numberKnock:
		return new(chat.Knock)
	case numberRenameRoom:
		return new(chat.RenameRoom)
	case numberSetMetadata:
		return new(chat.SetMetadata)
	case numberEdit:
		return new(chat.Edit)
	case numberRedact:
		return new(chat.Redact)
	case numberSetMark:
		return new(chat.SetMark)
	case numberClaimServer:
		return new(chat.ClaimServer)
	case numberMakeInvitation:
		return new(chat.MakeInvitation)
	case numberEndSession:
		return new(chat.EndSession)
	case numberDeleteAccount:
		return new(chat.DeleteAccount)
	case numberChangeAccount:
		return new(chat.ChangeAccount)
	case numberSignIn:
		return new(chat.SignIn)
	case numberConfirm:
		return new(chat.Confirm)
	case numberRegister:
		return new(chat.Register)
	}
	return nil
}

func commandNumber(x chat.Command) uint8 {
	switch x.(type) {
	case *chat.Attach:
		return numberAttach
	case *chat.Detach:
		return numberDetach
	case *chat.ChangeNick:
		return numberChangeNick
	case *chat.ChangeRealname:
		return numberChangeRealname
	case *chat.SetAway:
		return numberSetAway
	case *chat.ChangeFlags:
		return numberChangeFlags
	case *chat.GrantOperator:
		return numberGrantOperator
	case *chat.Join:
		return numberJoin
	case *chat.Part:
		return numberPart
	case *chat.Say:
		return numberSay
	case *chat.SetTopic:
		return numberSetTopic
	case *chat.ChangeRoom:
		return numberChangeRoom
	case *chat.Kick:
		return numberKick
	case *chat.Invite:
		return numberInvite
	case *chat.Kill:
		return numberKill
	case *chat.Broadcast:
		return numberBroadcast
	case *chat.AddBan:
		return numberAddBan
	case *chat.RemoveBan:
		return numberRemoveBan
	case *chat.OpenRoom:
		return numberOpenRoom
	case *chat.SetRetention:
		return numberSetRetention
	case *chat.StartNode:
		return numberStartNode
	case *chat.Attend:
		return numberAttend
	case *chat.Tick:
		return numberTick
	case *chat.Trust:
		return numberTrust
	case *chat.Knock:
		return numberKnock
	case *chat.RenameRoom:
		return numberRenameRoom
	case *chat.SetMetadata:
		return numberSetMetadata
	case *chat.Edit:
		return numberEdit
	case *chat.Redact:
		return numberRedact
	case *chat.SetMark:
		return numberSetMark
	case *chat.ClaimServer:
		return numberClaimServer
	case *chat.MakeInvitation:
		return numberMakeInvitation
	case *chat.EndSession:
		return numberEndSession
	case *chat.DeleteAccount:
		return numberDeleteAccount
	case *chat.ChangeAccount:
		return numberChangeAccount
	case *chat.SignIn:
		return numberSignIn
	case *chat.Confirm:
		return numberConfirm
	case *chat.Register:
		return numberRegister
	}
	panic(fmt.Sprintf("codec: no shape for %T", x))
}

// command visits the fields of any command.
func (c *coder) command(x chat.Command) {
	switch x := x.(type) {
	case *chat.Attach:
		c.attach(x)
	case *chat.Detach:
		c.detach(x)
	case *chat.ChangeNick:
		c.changeNick(x)
	case *chat.ChangeRealname:
		c.changeRealname(x)
	case *chat.SetAway:
		c.setAway(x)
	case *chat.ChangeFlags:
		c.changeFlags(x)
	case *chat.GrantOperator:
		c.grantOperator(x)
	case *chat.Join:
		c.join(x)
	case *chat.Part:
		c.part(x)
	case *chat.Say:
		c.say(x)
	case *chat.SetTopic:
		c.setTopic(x)
	case *chat.ChangeRoom:
		c.changeRoom(x)
	case *chat.Kick:
		c.kick(x)
	case *chat.Invite:
		c.invite(x)
	case *chat.Kill:
		c.kill(x)
	case *chat.Broadcast:
		c.broadcast(x)
	case *chat.AddBan:
		c.addBan(x)
	case *chat.RemoveBan:
		c.removeBan(x)
	case *chat.OpenRoom:
		c.openRoom(x)
	case *chat.SetRetention:
		c.setRetention(x)
	case *chat.StartNode:
		c.startNode(x)
	case *chat.Register:
		c.register(x)
	case *chat.Confirm:
		c.confirm(x)
	case *chat.SignIn:
		c.signIn(x)
	case *chat.ChangeAccount:
		c.changeAccount(x)
	case *chat.DeleteAccount:
		c.deleteAccount(x)
	case *chat.EndSession:
		c.endSession(x)
	case *chat.MakeInvitation:
		c.makeInvitation(x)
	case *chat.ClaimServer:
		c.claimServer(x)
	case *chat.SetMark:
		c.setMark(x)
	case *chat.Redact:
		c.redact(x)
	case *chat.Edit:
		c.edit(x)
	case *chat.SetMetadata:
		c.setMetadata(x)
	case *chat.RenameRoom:
		c.renameRoom(x)
	case *chat.Knock:
		c.knock(x)
	case *chat.Trust:
		c.trust(x)
	case *chat.Attend:
		c.attend(x)
	case *chat.Tick: // has no fields
	}
}
