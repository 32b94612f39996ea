package transcript

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
)

// The permission matrix: everybody who may not see a room asks everything, through every
// gateway, about a secret room and about one that does not exist. The answers must be the
// same, word for word, and nothing secret may be in any of them. Those who may see it ask
// too, so that a question that tells nobody anything is no proof.

// secretRoom and absentRoom have names of one length.
const (
	secretRoom = "#hidden"
	absentRoom = "#absent"
	absentID   = "7-zz"
)

// secrets are words that only members may meet.
var secrets = []string{"treasure", "elephant", "saffron", "cinnamon", "marzipan", secretRoom}

// role is somebody who asks.
type role struct {
	name    string
	gateway string
	sees    bool
	comes   []string // what he does first
	staging []string // what others do about him then
}

func roles() []role {
	var all []role
	for _, gateway := range []string{"irc", "line", "json"} {
		join, part, account := "/join "+secretRoom, "/part "+secretRoom, "/register viewer trombone9"
		if gateway == "irc" {
			join, part, account = "JOIN "+secretRoom, "PART "+secretRoom, "NS REGISTER trombone9"
		}
		all = append(all,
			role{name: "guest", gateway: gateway},
			role{name: "account", gateway: gateway, comes: []string{account}},
			role{name: "banned", gateway: gateway, staging: []string{"MODE " + secretRoom + " +b viewer"}},
			role{name: "thrown out", gateway: gateway, comes: []string{join}, staging: []string{"KICK " + secretRoom + " viewer"}},
			role{name: "gone", gateway: gateway, comes: []string{account, join, part}},
			role{name: "member", gateway: gateway, sees: true, comes: []string{join}},
			role{name: "operator", gateway: gateway, sees: true, comes: []string{join}, staging: []string{"MODE " + secretRoom + " +o viewer"}},
		)
	}
	return all
}

// questions are what is asked of a gateway. {room} and {id} are filled in; those without
// are asked once, and watched for secrets.
func questions(gateway string) []string {
	switch gateway {
	case "line":
		return []string{
			"/who {room}", "/history {room}", "/history {room} 5", "/topic {room}", "/topic {room} mine", "/part {room}",
			"/search treasure", "/search in:{room} treasure", "/search from:owner elephant", "/rooms", "/who", "/who owner", "/unread",
			"/read {room}",
		}
	case "json":
		return []string{
			`{"type":"say","room":"{room}","text":"hello","id":"q1"}`, `{"type":"history","room":"{room}","id":"q2"}`,
			`{"type":"erase","message":"{id}","id":"q4"}`,
			`{"type":"react","message":"{id}","sign":"x","id":"q5"}`, `{"type":"edit","message":"{id}","text":"x","id":"q6"}`,
		}
	}
	return []string{
		"NAMES {room}", "WHO {room}", "WHO {room} %tcuhnfar,1", "LIST {room}", "MODE {room}", "MODE {room} b", "MODE {room} I", "MODE {room} +m", "TOPIC {room}",
		"TOPIC {room} :mine", "PART {room}", "INVITE owner {room}", "KICK {room} owner", "PRIVMSG {room} :hello", "NOTICE {room} :hello",
		"PRIVMSG @{room} :hello", "TAGMSG {room}", "KNOCK {room} :please", "RENAME {room} #other", "CHATHISTORY LATEST {room} * 10",
		"CHATHISTORY AROUND {room} msgid={id} 5", "CHATHISTORY BEFORE {room} msgid={id} 5", "MARKREAD {room}", "MARKREAD {room} timestamp=2026-11-21T14:00:05.000Z",
		"REDACT {room} {id}", "EDIT {room} {id} :other", "@+draft/react=x;+draft/reply={id} TAGMSG {room}", "METADATA {room} LIST", "METADATA {room} GET url",
		"METADATA {room} SET url :x", "METADATA {room} CLEAR", "METADATA {room} SYNC", "RELAYMSG {room} a/b :hi", "SEARCH in={room};text=treasure",
		"PRIVMSG ChanServ :INFO {room}", "PRIVMSG ChanServ :ACCESS {room} LIST", "PRIVMSG ChanServ :DROP {room}", "PRIVMSG ChanServ :REGISTER {room}",
		"SEARCH text=treasure", "LIST", "LIST *idd*", "NAMES", "WHO *", "WHO owner", "WHOIS owner", "WHOWAS owner", "CHATHISTORY TARGETS timestamp=2020-01-01T00:00:00.000Z timestamp=2030-01-01T00:00:00.000Z 50",
		"LUSERS", "USERHOST owner", "ISON owner", "STATS u",
	}
}

// ask types a question, and gives what is answered.
func (p *play) ask(q *person, text string) (string, error) {
	q.seen()
	if err := q.send(text + q.newline()); err != nil {
		return "", err
	}
	p.settle()
	return q.seen(), nil
}

func TestForbiddenLooksLikeNotFound(t *testing.T) {
	for _, r := range roles() {
		t.Run(r.gateway+"/"+r.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { r.play(t) })
		})
	}
}

// openPlay opens a server for people who ask fast; done ends everything.
func openPlay(t *testing.T) (p *play, done func()) {
	house, err := openHouse(t)
	if err != nil {
		t.Fatal(err)
	}
	p = &play{house: house, actions: actions()}
	if err := p.paces([]string{"10000", "10000"}); err != nil {
		t.Fatal(err)
	}
	return p, func() {
		for _, q := range p.people {
			q.peer.Close()
		}
		if err := house.stop(); err != nil {
			t.Error(err)
		}
		for _, q := range p.people {
			q.reader.Wait()
		}
	}
}

// play stages the secret room, and has the role ask everything.
func (r role) play(t *testing.T) {
	p, done := openPlay(t)
	defer done()
	owner, id := r.stage(t, p)
	gateway := r.gateway
	if gateway == "json" {
		gateway = "line"
	}
	if err := p.enters([]string{"viewer", gateway, "", ""}); err != nil {
		t.Fatal(err)
	}
	viewer, _ := p.person("viewer")
	for _, line := range r.comes {
		if _, err := p.ask(viewer, line); err != nil {
			t.Fatal(err)
		}
	}
	for _, line := range r.staging {
		if _, err := p.ask(owner, line); err != nil {
			t.Fatal(err)
		}
	}
	switch r.gateway {
	case "json":
		if _, err := p.ask(viewer, "/json"); err != nil {
			t.Fatal(err)
		}
	case "irc":
		caps := "batch message-tags labeled-response draft/chathistory draft/event-playback draft/read-marker draft/message-redaction draft/metadata-2 draft/search"
		for cap := range strings.FieldsSeq(caps) {
			if _, err := p.ask(viewer, "CAP REQ :"+cap); err != nil {
				t.Fatal(err)
			}
		}
	}
	r.asks(t, p, viewer, id)
}

// stage makes the secret room and everything in it, and gives the id of a message there.
func (r role) stage(t *testing.T, p *play) (owner *person, id string) {
	if err := p.enters([]string{"owner", "irc", "", "message-tags echo-message"}); err != nil {
		t.Fatal(err)
	}
	owner, _ = p.person("owner")
	for _, line := range []string{
		"NS REGISTER sesame-street", "JOIN " + secretRoom, "MODE " + secretRoom + " +s", "TOPIC " + secretRoom + " :elephant", "PRIVMSG ChanServ :REGISTER " + secretRoom,
		"PRIVMSG ChanServ :SET " + secretRoom + " ENTRYMSG marzipan", "METADATA " + secretRoom + " SET url :saffron", "MODE " + secretRoom + " +b cinnamon",
	} {
		if _, err := p.ask(owner, line); err != nil {
			t.Fatal(err)
		}
	}
	echo, err := p.ask(owner, "PRIVMSG "+secretRoom+" :treasure elephant")
	if err != nil {
		t.Fatal(err)
	}
	_, rest, found := strings.Cut(echo, "msgid=")
	if !found {
		t.Fatalf("the message has no id: %s", echo)
	}
	return owner, rest[:strings.IndexAny(rest, "; ")]
}

// asks has the viewer ask everything.
func (r role) asks(t *testing.T, p *play, viewer *person, id string) {
	told := 0
	for _, question := range questions(r.gateway) {
		about := func(room, id string) string {
			text := strings.NewReplacer("{room}", room, "{id}", id).Replace(question)
			answer, err := p.ask(viewer, text)
			if err != nil {
				t.Fatal(err)
			}
			return strings.NewReplacer(room, "ROOM", id, "ID").Replace(answer)
		}
		secret := about(secretRoom, id)
		if r.sees {
			if strings.Contains(question, "{") && secret != about(absentRoom, absentID) {
				told++
			}
			continue
		}
		r.watch(t, question, secret)
		if !strings.Contains(question, "{") {
			continue
		}
		if absent := about(absentRoom, absentID); secret != absent {
			t.Errorf("%s tells the secret room from none:\n%s\ninstead of\n%s", question, secret, absent)
		}
	}
	if r.sees && told < len(questions(r.gateway))/5 {
		t.Errorf("only %d questions tell somebody who may know", told)
	}
}

// watch fails when an answer has a secret that was not in the question.
func (r role) watch(t *testing.T, question, answer string) {
	for _, word := range secrets {
		if strings.Contains(answer, word) && !strings.Contains(question, word) {
			t.Errorf("%s is answered with the secret %q:\n%s", question, word, fmt.Sprint(answer))
		}
	}
}

// directSecret is what the owner tells a friend alone.
const directSecret = "pudding"

// What two people say to each other is theirs: a third one finds nothing of it, not even
// under the name of the one who left.
func TestNobodyReadsWhatTwoPeopleSaid(t *testing.T) {
	for _, gateway := range []string{"irc", "line"} {
		t.Run(gateway, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { role{name: "namesake", gateway: gateway}.playDirect(t) })
		})
	}
}

func (r role) playDirect(t *testing.T) {
	p, done := openPlay(t)
	defer done()
	owner, _ := r.stage(t, p)
	if err := p.enters([]string{"friend", "irc", "", ""}); err != nil {
		t.Fatal(err)
	}
	friend, _ := p.person("friend")
	ask := func(q *person, text string) string {
		answer, err := p.ask(q, text)
		if err != nil {
			t.Fatal(err)
		}
		return answer
	}
	echo := ask(owner, "PRIVMSG friend :"+directSecret)
	_, rest, _ := strings.Cut(echo, "msgid=")
	id := rest[:strings.IndexAny(rest, "; ")]
	ask(friend, "PRIVMSG owner :more "+directSecret)
	ask(friend, "QUIT")
	if err := p.enters([]string{"viewer", r.gateway, "", ""}); err != nil {
		t.Fatal(err)
	}
	viewer, _ := p.person("viewer")
	questions := []string{
		"/nick friend", "/history @owner", "/history @friend", "/search " + directSecret, "/search from:owner " + directSecret, "/search from:friend more", "/unread",
		"/json", `{"type":"history","to":"owner","id":"1"}`, `{"type":"erase","message":"` + id + `","id":"2"}`, `{"type":"react","message":"` + id + `","sign":"x","id":"3"}`,
	}
	if r.gateway == "irc" {
		questions = []string{
			"CAP REQ :batch message-tags draft/chathistory", "CAP REQ :draft/event-playback draft/message-redaction draft/read-marker draft/search", "NICK friend",
			"CHATHISTORY LATEST owner * 50", "CHATHISTORY LATEST friend * 50", "CHATHISTORY AROUND owner msgid=" + id + " 10",
			"CHATHISTORY TARGETS timestamp=2020-01-01T00:00:00.000Z timestamp=2030-01-01T00:00:00.000Z 50", "SEARCH text=" + directSecret, "SEARCH in=owner;text=more",
			"MARKREAD owner", "REDACT owner " + id, "@+draft/react=x;+draft/reply=" + id + " TAGMSG owner", "PRIVMSG *playback :play * 0", "WHOWAS friend",
		}
	}
	for _, question := range questions {
		if answer := ask(viewer, question); strings.Contains(answer, directSecret) && !strings.Contains(question, directSecret) {
			t.Errorf("%s is answered with what two others said:\n%s", question, answer)
		}
	}
	if saw := owner.seen(); strings.Contains(saw, "REDACT") || strings.Contains(saw, "erased") {
		t.Errorf("the third one changed what was said:\n%s", saw)
	}
	if answer := ask(owner, "CHATHISTORY LATEST friend * 50"); !strings.Contains(answer, directSecret) {
		t.Errorf("the owner himself finds:\n%s", answer)
	}
}
