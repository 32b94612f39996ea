package transcript

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
)

// The permission matrix: everybody who may not know of something asks everything about it,
// through every gateway, and the same about a twin that does not exist. The answers must
// be the same, word for word, and nothing secret may be in any of them, nor may he be
// shown what happens there. Those who may know ask and look on too, so that a question
// that tells nobody anything is no proof. The table is objects().

// object is something that not everybody may know of.
type object struct {
	name string
	// stage is what others do first, as script lines: who> text, and "who connects by …".
	// "{id} = ann> text" keeps the id of what ann is shown of her own message, or the app
	// password.
	stage []string
	roles []role
	// terms are what stands for the object in a question, and for its twin.
	terms map[string][2]string
	// questions are asked of a gateway by everybody. Those with a term must be answered as
	// about the twin. "a|b" is a question of several lines; "anew: a" comes over a
	// connection of its own, which has said nothing yet.
	questions map[string][]string
	// knowable are questions whose answer tells the object from its twin, and may: the
	// name that is asked for is known to who asks.
	knowable map[string][]string
	// happens is what others do while the viewer looks on.
	happens []string
	// passing says that those who may see it see it happen, and that nothing is kept.
	passing bool
	// secrets are words that only those may meet who may see.
	secrets []string
}

// role is somebody who asks. He is called viewer, is in the lobby, and everything that
// he does goes through one gateway.
type role struct {
	name  string
	sees  bool
	comes []string // what he does first: "join #room", "part #room", "register", "oper"
	then  []string // what others do about him
	// arrives is how he comes at a gateway, in place of "viewer enters by …".
	arrives map[string][]string
}

// deed is what somebody of a role does, in the words of a gateway; empty: it has none.
func deed(gateway, text string) string {
	verb, rest, _ := strings.Cut(text, " ")
	switch {
	case gateway == "irc" && verb == "register":
		return "NS REGISTER trombone9"
	case gateway == "irc" && verb == "oper":
		return "OPER root toor"
	case gateway == "irc":
		return strings.ToUpper(verb) + " " + rest
	case verb == "register":
		return "/register viewer trombone9"
	case verb == "oper":
		return ""
	}
	return "/" + text
}

// possible says whether somebody can have a role at a gateway.
func (r role) possible(gateway string) bool {
	for _, text := range r.comes {
		if deed(gateway, text) == "" {
			return false
		}
	}
	return true
}

func TestForbiddenLooksLikeNotFound(t *testing.T) {
	for _, o := range objects() {
		for _, gateway := range []string{"irc", "line", "json"} {
			for _, r := range o.roles {
				if !r.possible(gateway) {
					continue
				}
				t.Run(o.name+"/"+gateway+"/"+r.name, func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) {
						p, done := openPlay(t)
						defer done()
						w := &witness{T: t, play: p, object: &o, role: r, gateway: gateway}
						w.enter()
						w.lookOn()
						w.ask()
					})
				})
			}
		}
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

// witness is one cell of the matrix: a role at a gateway before an object.
type witness struct {
	*testing.T
	play    *play
	object  *object
	role    role
	gateway string
	viewer  *person
	kept    map[string]string // what the stage has kept
	told    int               // questions that told him something of the object
	heard   int               // things that happened which he was shown
}

// does plays lines of a script.
func (w *witness) does(lines []string) {
	w.Helper()
	for _, text := range lines {
		name, rest, keeps := strings.Cut(text, " = ")
		if keeps = keeps && strings.HasPrefix(text, "{"); keeps {
			text = rest
		}
		for term, value := range w.kept {
			text = strings.ReplaceAll(text, term, value)
		}
		for _, q := range w.play.people {
			q.seen()
		}
		if err := w.play.act(text); err != nil {
			w.Fatal(text, err)
		}
		w.play.settle()
		if keeps {
			w.kept[name] = w.shownTo(text)
		}
	}
}

// keepable is what a stage may keep of what somebody is shown.
var keepable = regexp.MustCompile(`msgid=([0-9a-z-]+)|(madang_[0-9a-z_]+)`)

// shownTo is the id of the message, or the app password, that the speaker of a line is
// shown.
func (w *witness) shownTo(text string) string {
	name, _, _ := strings.Cut(text, ">")
	q, err := w.play.person(name)
	if err != nil {
		w.Fatal(err)
	}
	found := keepable.FindStringSubmatch(q.seen())
	if found == nil {
		w.Fatalf("%s: there is nothing to keep in the answer", text)
	}
	return found[1] + found[2]
}

// everyCap is what a curious client asks for.
const everyCap = "account-notify account-tag away-notify batch cap-notify chghost draft/channel-rename draft/chathistory draft/event-playback " +
	"draft/message-edit draft/message-redaction draft/metadata-2 draft/read-marker draft/search extended-join extended-monitor " +
	"invite-notify labeled-response message-tags multi-prefix setname userhost-in-names"

// enter stages everything, and has the viewer come.
func (w *witness) enter() {
	w.kept = map[string]string{}
	w.does(w.object.stage)
	way := w.gateway
	if way == "json" {
		way = "line"
	}
	if w.role.arrives != nil {
		w.arrive(w.role.arrives[way])
	} else {
		w.does([]string{"viewer enters by " + way})
	}
	w.viewer, _ = w.play.person("viewer")
	for _, text := range w.role.comes {
		w.asked(deed(way, text))
	}
	w.does(w.role.then)
	switch w.gateway {
	case "json":
		w.asked("/json")
	case "irc":
		for cap := range strings.FieldsSeq(everyCap) {
			w.asked("CAP REQ :" + cap)
		}
		w.asked("METADATA * SUB url note")
	}
}

// arrive has the viewer come, and looks at what he is shown meanwhile.
func (w *witness) arrive(lines []string) {
	for _, text := range lines {
		w.does([]string{text})
		viewer, err := w.play.person("viewer")
		if err != nil {
			w.Fatal(err)
		}
		if saw := viewer.seen(); w.secretIn(text, saw) != "" && !w.role.sees {
			w.Errorf("%s is answered with a secret:\n%s", text, saw)
		}
	}
}

// asked is what a question is answered with.
func (w *witness) asked(question string) string {
	w.Helper()
	if text, anew := strings.CutPrefix(question, "anew: "); anew {
		way := w.gateway
		if way == "json" {
			way = "line"
		}
		w.does([]string{"caller connects by " + way})
		caller, _ := w.play.person("caller")
		if way == "line" {
			w.askedBy(caller, "/nick caller")
		}
		if w.gateway == "json" {
			w.askedBy(caller, "/json")
		}
		return w.askedBy(caller, text)
	}
	return w.askedBy(w.viewer, question)
}

func (w *witness) askedBy(q *person, question string) string {
	w.Helper()
	q.seen()
	for text := range strings.SplitSeq(question, "|") {
		if err := q.send(encoded(text) + q.newline()); err != nil {
			w.Fatal(err)
		}
		w.play.settle()
	}
	return masked(q.seen())
}

// base64Of is base64(text) in a question, as SASL wants it; \0 is a zero byte.
var base64Of = regexp.MustCompile(`base64\(([^)]*)\)`)

func encoded(text string) string {
	return base64Of.ReplaceAllStringFunc(text, func(found string) string {
		plain := strings.ReplaceAll(base64Of.FindStringSubmatch(found)[1], `\0`, "\x00")
		return base64.StdEncoding.EncodeToString([]byte(plain))
	})
}

// challenge is what SCRAM answers first: random for one part, and for the other as random
// as what it stands for. What can be compared is how it is made.
var challenge = regexp.MustCompile(`AUTHENTICATE ([A-Za-z0-9+/=]{16,})`)

func masked(answer string) string {
	return challenge.ReplaceAllStringFunc(answer, func(found string) string {
		plain, err := base64.StdEncoding.DecodeString(challenge.FindStringSubmatch(found)[1])
		if err != nil {
			return found
		}
		parts := strings.Split(string(plain), ",")
		for i, part := range parts {
			if strings.HasPrefix(part, "r=") || strings.HasPrefix(part, "s=") {
				parts[i] = fmt.Sprintf("%s%d bytes", part[:2], len(part)-2)
			}
		}
		return "AUTHENTICATE " + strings.Join(parts, ",")
	})
}

// about asks a question about the object (which = 0) or its twin: what is answered, with
// the terms in it, and the secret that was told; empty: none.
func (w *witness) about(question string, which int) (answer, told string) {
	w.Helper()
	var ask, name []string
	// The longest word first: one may be a part of another.
	longer := func(a, b string) int {
		return cmp.Compare(len(w.object.terms[b][which]), len(w.object.terms[a][which]))
	}
	for _, term := range slices.SortedFunc(maps.Keys(w.object.terms), longer) {
		value := w.object.terms[term][which]
		if kept, ok := w.kept[value]; ok {
			value = kept
		}
		ask, name = append(ask, term, value), append(name, value, term)
	}
	question = strings.NewReplacer(ask...).Replace(question)
	answer = w.asked(question)
	told = w.secretIn(question, answer)
	return given.ReplaceAllString(strings.NewReplacer(name...).Replace(answer), "${1}N"), told
}

// given is what every answer has of its own: ids of batches and of what the viewer says
// himself, and positions.
var given = regexp.MustCompile(`(\b7-|BATCH [+-]|batch=|"position":)[0-9a-z-]+`)

// ask has the viewer ask everything.
func (w *witness) ask() {
	questions := w.object.questions[w.gateway]
	for _, question := range questions {
		answer, told := w.about(question, 0)
		twin := answer
		if strings.Contains(question, "{") {
			twin, _ = w.about(question, 1)
		}
		switch {
		case w.role.sees && (answer != twin || told != ""):
			w.told++
		case w.role.sees:
		case told != "":
			w.Errorf("%s is answered with the secret %q:\n%s", question, told, answer)
		case answer != twin:
			w.Errorf("%s tells what exists from what does not:\n%s\ninstead of\n%s", question, answer, twin)
		}
	}
	if w.role.sees {
		if w.told < (len(questions)+2)/10 && !w.object.passing {
			w.Errorf("only %d of %d questions tell somebody who may know", w.told, len(questions))
		}
		return
	}
	for _, question := range w.object.knowable[w.gateway] {
		answer, _ := w.about(question, 0)
		if twin, _ := w.about(question, 1); answer == twin {
			w.Errorf("%s tells nobody anything, but the table says that it may:\n%s", question, answer)
		}
	}
}

// secretIn is a secret that is in an answer and was not in the question; empty: none.
func (w *witness) secretIn(question, answer string) string {
	for _, word := range w.object.secrets {
		if strings.Contains(answer, word) && !strings.Contains(question, word) {
			return word
		}
	}
	return ""
}

// lookOn has things happen while the viewer looks on.
func (w *witness) lookOn() {
	for _, text := range w.object.happens {
		w.does([]string{text})
		switch saw := w.viewer.seen(); {
		case saw == "":
		case w.role.sees:
			w.heard++
		default:
			w.Errorf("%s is shown:\n%s", text, saw)
		}
	}
	inside := slices.ContainsFunc(w.role.comes, func(text string) bool { return strings.HasPrefix(text, "join ") })
	if n := len(w.object.happens); w.role.sees && inside && w.heard < n/3 {
		w.Errorf("only %d of %d things are shown to somebody who may see them", w.heard, n)
	}
}
