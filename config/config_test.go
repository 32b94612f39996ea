package config

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"madang/chat"
)

// hash is of the password "madang".
const hash = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g"

func TestDefaultIsValid(t *testing.T) {
	c := Default()
	if problems := c.Validate(); problems != nil {
		t.Errorf("the defaults have problems: %v", problems)
	}
	core := chat.DefaultLimits()
	if l := c.Limits; l.Rooms != core.Rooms || l.RoomsPerUser != core.RoomsPerUser || l.ListEntries != core.ListEntries {
		t.Errorf("limits %+v differ from the core's %+v", l, core)
	}
}

func TestParse(t *testing.T) {
	c, err := Parse(`
data = "/d"
durability = "relaxed"
listen.irc = "[::1]:0"
[irc]
password = "geheim"
[limits]
connections_per_second = 5
line_burst = 7
no_limits = true
[[operator]]
name = "alice"
password_hash = "`+hash+`"
masks = ["*!*@*.cloak", "alice!*@*"]
[[operator]]
name = "bob"
password_hash = "`+hash+`"
`, "f")
	if err != nil {
		t.Fatal(err)
	}
	want := Default()
	want.Data, want.Durability, want.Listen.IRC = "/d", Relaxed, "[::1]:0"
	want.Limits.ConnectionsPerSecond, want.Limits.LineBurst, want.Limits.NoLimits = 5, 7, true
	if !c.IRC.Password.Equal("geheim") {
		t.Error("the password is another")
	}
	if len(c.Operators) != 2 || c.Operators[0].Masks[1] != "alice!*@*" || c.Operators[1].Name != "bob" || !c.Operators[1].PasswordHash.Equal(hash) {
		t.Errorf("operators %+v", c.Operators)
	}
	c.IRC, c.Operators = want.IRC, nil
	if !reflect.DeepEqual(c, want) {
		t.Errorf("got  %+v\nwant %+v", c, want)
	}
}

func TestExampleIsShortAndValid(t *testing.T) {
	c, err := Parse(Example, "example")
	if err != nil {
		t.Fatal(err)
	}
	if c.Listen.IRC != "" || c.History.RetentionDays != 365 || c.Server.Network != "Example" {
		t.Errorf("the example sets %+v", c)
	}
	if n := strings.Count(Example, "\n"); n >= 22 {
		t.Errorf("%d lines", n)
	}
}

func TestProblems(t *testing.T) {
	for _, test := range []struct{ name, text, want string }{
		{"syntax", "data = \"x\"\nirc =\n", "2: "},
		{"twice", "data = 'x'\ndata = 'y'", "2: data: "},
		{"unknown near", "durabilty = 'none'", "1: durabilty: there is no such setting; did you mean durability?"},
		{"unknown in a table", "[limits]\nroom = 3\nrooms = 4", "2: limits.room: there is no such setting; did you mean rooms?"},
		{"swapped letters", "[server]\nnetwrok = 'x'", "2: server.netwrok: there is no such setting; did you mean network?"},
		{"in the wrong table", "[server]\nretention_days = 3", "2: server.retention_days: there is no such setting; did you mean history.retention_days?"},
		{"top key in a table", "[log]\ndurability = 'none'", "2: log.durability: there is no such setting; did you mean durability at the top of the file?"},
		{"unknown table", "[listn]\nline = ''", "1: listn: there is no such setting; did you mean listen?"},
		{"unknown far", "xyzzyxyzzyxyzzy = 1", "1: xyzzyxyzzyxyzzy: there is no such setting"},
		{"number for text", "data = 3", "1: data: must be a text in quotes"},
		{"text for number", "[limits]\nrooms = '3'", "2: limits.rooms: must be a whole number"},
		{"fraction for whole", "[limits]\nrooms = 3.5", "2: limits.rooms: must be a whole number"},
		{"text for switch", "[limits]\nno_limits = 'yes'", "2: limits.no_limits: must be true or false"},
		{"text for fraction", "[limits]\nlines_per_second = 'x'", "2: limits.lines_per_second: must be a number"},
		{"text for table", "listen = 'x'", "1: listen: is a table: write [listen] and its settings below"},
		{"table for list", "[operator]\nname = 'x'", "1: operator: is a list of tables: write [[operator]] and its settings below"},
		{"number for secret", "[irc]\npassword = 3", "2: irc.password: must be a text in quotes"},
		{"mask for secret", "[irc]\npassword = '***'", "2: irc.password: *** stands for a secret; write the secret itself"},
		{"two lines for secret", "[irc]\npassword = \"a\\nb\"", "2: irc.password: must be one line of text of at most 1024 bytes"},
		{"no folder", "data = ''", "1: data: name a folder"},
		{"choice", "durability = 'always'", `1: durability: is one of commit, relaxed, none; it is "always"`},
		{"log level", "[log]\nlevel = 'loud'", `2: log.level: is one of debug, info, warn, error; it is "loud"`},
		{"below", "[limits]\nrooms = 0", "2: limits.rooms: must be a number from 1 to 10000000"},
		{"above", "[history]\nreplay_lines = 1001", "2: history.replay_lines: must be a number from 0 to 1000"},
		{"no number", "[limits]\nlines_per_second = nan", "2: limits.lines_per_second: must be a number from 0.1 to 100000"},
		{"server name", "[server]\nname = 'madang'", "2: server.name: must look like chat.example.org: letters, digits, hyphens and at least one dot"},
		{"server name's hyphen", "[server]\nname = 'a.-b'", "2: server.name: must look like"},
		{"long name", "[server]\nname = 'a." + strings.Repeat("b", 62) + "'", "2: server.name: is longer than 63 bytes"},
		{"network", "[server]\nnetwork = 'my net'", "2: server.network: must be one word"},
		{"motd", "[server]\nmotd = \"a\\u001bb\"", "2: server.motd: must be text in UTF-8 without control characters"},
		{"lobby", "[server]\nlobby = 'lobby'", "2: server.lobby: must be the name of a room: a # and then letters or digits"},
		{"lobby list", "[server]\nlobby = '#a,#b'", "2: server.lobby: must be the name of a room"},
		{"no port", "listen.line = '127.0.0.1'", `1: listen.line: must look like 127.0.0.1:9999 or :9999, not "127.0.0.1"`},
		{"bare IPv6", "listen.line = '::1:9999'", `1: listen.line: must look like`},
		{"port name", "listen.line = ':irc'", `1: listen.line: the port is a number from 0 to 65535, not "irc"`},
		{"big port", "listen.line = ':65536'", `1: listen.line: the port is a number from 0 to 65535, not "65536"`},
		{"host name", "listen.line = 'example.org:1'", `1: listen.line: the host is an address of this machine`},
		{"same address", "[listen]\nirc = ':7000'\nircs = ':7000'", "3: listen.ircs: is the same address as listen.irc"},
		{"web listener without port", "[irc]\nwebsocket = 'localhost'", "2: irc.websocket: must look like 127.0.0.1:9999"},
		{"web listener at another's address", "[listen]\nirc = ':7000'\n[irc]\nwebsocket_tls = ':7000'", "4: irc.websocket_tls: is the same address as listen.irc"},
		{"origin with a path", "[irc]\nwebsocket_origins = ['*', 'https://a.example/']", `2: irc.websocket_origins: an entry looks like https://chat.example.org, without a path, or is "*"; not "https://a.example/"`},
		{"origin without scheme", "[irc]\nwebsocket_origins = ['a.example']", "2: irc.websocket_origins: an entry looks like"},
		{"origin of another scheme", "[irc]\nwebsocket_origins = ['wss://a.example']", "2: irc.websocket_origins: an entry looks like"},
		{"operator without name", "[[operator]]\npassword_hash = '" + hash + "'", "1: operator[1].name: must be one word"},
		{"operator without hash", "\n[[operator]]\nname = 'a'", "2: operator[1].password_hash: is missing; madang config hash makes one"},
		{"plain password", "[[operator]]\nname = 'a'\npassword_hash = 'hunter2'", "3: operator[1].password_hash: not an argon2id hash"},
		{"operator twice", "[[operator]]\nname = 'a'\npassword_hash = '" + hash + "'\n[[operator]]\nname = 'a'\npassword_hash = '" + hash + "'",
			`5: operator[2].name: "a" stands twice`},
		{"mask with a space", "[[operator]]\nname = 'a'\npassword_hash = '" + hash + "'\nmasks = [\n'x',\n'a b']", "4: operator[1].masks: a mask looks like"},
		{"certificate alone", "[tls]\ncertificate = 'a.pem'", "2: tls.certificate: and tls.key belong together"},
		{"key alone", "[tls]\nkey = 'a.pem'", "1: tls.certificate: and tls.key belong together"},
		{"files and domains", "[tls]\ncertificate = 'a.pem'\nkey = 'b.pem'\ndomains = ['a.example']", "4: tls.domains: are for certificates that are fetched"},
		{"wildcard", "[tls]\ndomains = ['*.a.example']", `2: tls.domains: "*.a.example": certificates for all names`},
		{"domain without dot", "[tls]\ndomains = ['chat']", `2: tls.domains: "chat" must look like chat.example.org`},
		{"address as domain", "[tls]\ndomains = ['192.0.2.1']", `2: tls.domains: "192.0.2.1" must look like`},
		{"domain twice", "[tls]\ndomains = ['a.example', 'A.example']", `2: tls.domains: "A.example" stands twice`},
		{"e-mail", "[tls]\ndomains = ['a.example']\nacme_email = 'keeper'", "3: tls.acme_email: must look like keeper@example.org"},
		{"directory", "[tls]\nacme_directory = 'http://a.example/dir'", "2: tls.acme_directory: must look like https://"},
		{"STS without a certificate", "[tls]\nsts_days = 30", "2: tls.sts_days: needs a certificate that clients trust"},
		{"STS without a port", "[listen]\nircs = ''\n[tls]\ndomains = ['a.example']\nsts_days = 30", "5: tls.sts_days: needs a port with TLS"},
		{"STS to any port", "[listen]\nircs = ':0'\n[tls]\ndomains = ['a.example']\nsts_days = 30", "5: tls.sts_days: needs a port with TLS"},
		{"preload alone", "[tls]\nsts_preload = true", "2: tls.sts_preload: needs tls.sts_days"},
		{"network", "[proxy]\ntrusted = ['10.0.0.0/33']", `2: proxy.trusted: an entry looks like 10.0.0.5 or 10.0.0.0/24, not "10.0.0.0/33"`},
		{"name as network", "[proxy]\ntrusted = ['localhost']", `2: proxy.trusted: an entry looks like 10.0.0.5 or 10.0.0.0/24, not "localhost"`},
		{"mapped network", "[proxy]\ntrusted = ['::ffff:10.0.0.0/104']", `2: proxy.trusted: an entry looks like`},
		{"everybody", "[webirc]\npassword = 'x'\ntrusted = ['::/0']", `3: webirc.trusted: "::/0" is everybody`},
		{"WEBIRC for anybody", "[webirc]\npassword = 'x'", "1: webirc.trusted: and webirc.password belong together"},
		{"WEBIRC without password", "[webirc]\ntrusted = ['10.0.0.1']", "2: webirc.trusted: and webirc.password belong together"},
		{"two words for WEBIRC", "[webirc]\npassword = 'a b'\ntrusted = ['10.0.0.1']", "2: webirc.password: must be one word"},
		{"power", "[[operator]]\nname = 'a'\npassword_hash = '" + hash + "'\npowers = 'kill,dance'", "4: operator[1].powers: is all, moderator, or powers"},
		{"policy", "[accounts]\nregistration = 'closed'", `2: accounts.registration: is one of open, invitation, operators; it is "closed"`},
		{"reserved name", "[accounts]\nreserved = ['a b']", `2: accounts.reserved: "a b" cannot be a name anyway`},
		{"mail without host", "[mail]\nfrom = 'a@example.org'", "1: mail.host: is missing"},
		{"mail host", "[mail]\nhost = 'mail.example.org:25'\nfrom = 'a@example.org'", "2: mail.host: must look like mail.example.org"},
		{"mail without sender", "[mail]\nhost = 'localhost'", "1: mail.from: must look like chat@example.org"},
		{"sender", "[mail]\nhost = 'localhost'\nfrom = 'yard'", "3: mail.from: must look like chat@example.org"},
		{"mail user alone", "[mail]\nhost = 'localhost'\nfrom = 'a@example.org'\nuser = 'a'", "4: mail.user: and mail.password belong together"},
		{"mail port", "[mail]\nport = 0", "2: mail.port: must be a number from 1 to 65535"},
		{"mail tls", "[mail]\ntls = 'yes'", `2: mail.tls: is one of starttls, tls, none; it is "yes"`},
		{"number as mask", "[[operator]]\nname = 'a'\npassword_hash = '" + hash + "'\nmasks = [3]", "4: operator[1].masks: must be a list of texts"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := Parse(test.text, "m.toml")
			if err == nil {
				t.Fatal("accepted")
			}
			if got := err.Error(); !strings.HasPrefix(got, "m.toml:"+test.want) || strings.Contains(got, "\n") {
				t.Errorf("\ngot  %s\nwant m.toml:%s", got, test.want)
			}
		})
	}
}

func TestEveryProblemIsNamed(t *testing.T) {
	_, err := Parse("data = ''\nfoo = 1\n[limits]\nrooms = 0\n[server]\nlobby = 3\nmotd = \"\"\"\nx = 1\n[log]\n\"\"\"\n[log]\nlevel = 'x'\n", "m")
	var problems *Problems
	if !errors.As(err, &problems) {
		t.Fatal(err)
	}
	var got []string
	for _, p := range problems.List {
		got = append(got, fmt.Sprintf("%d %s", p.Line, p.Path))
	}
	want := []string{"1 data", "2 foo", "4 limits.rooms", "6 server.lobby", "12 log.level"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestNoProblemShowsASecret(t *testing.T) {
	_, err := Parse("[irc]\npassword = \"hunter2\\u0007\"\n[[operator]]\nname = 'a'\npassword_hash = 'hunter2'", "m")
	if err == nil || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("got %v", err)
	}
}

func TestLines(t *testing.T) {
	text := `a = "x # [t]" # [b]
b = [ "]", # ]
  'c = 1',
]
"c" = """ one
d = 1 \""" x
""""
e . f = { g = 1 }
[ t . u ] # x
h = '''it's
i = 1'''''
j = 'a\'
k = 1
[[l]]
m = 1
[[l]]
m = 2`
	want := map[string]int{
		"a": 1, "b": 2, "c": 5, "e.f": 8, "t.u": 9, "t.u.h": 10, "t.u.j": 12, "t.u.k": 13,
		"l": 14, "l[1]": 14, "l[1].m": 15, "l[2]": 16, "l[2].m": 17,
	}
	if got := linesOf(text); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(Example)
	f.Add("[[operator]]\nmasks = ['''\n']''']\n[a.\"b\"]\nx={y=[{}]}")
	f.Fuzz(func(t *testing.T, text string) {
		c, err := Parse(text, "")
		var problems *Problems
		switch {
		case err == nil:
			if p := c.Validate(); p != nil {
				t.Errorf("accepted, with problems %v", p)
			}
		case !errors.As(err, &problems) || len(problems.List) == 0:
			t.Errorf("an error without problems: %v", err)
		}
	})
}

func TestLoad(t *testing.T) {
	file := filepath.Join(t.TempDir(), "madang.toml")
	if _, err := Load(file); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("a file that is missing gives %v", err)
	}
	if err := os.WriteFile(file, []byte("\nfoo = 1"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Load(file); err == nil || err.Error() != file+":2: foo: there is no such setting" {
		t.Errorf("got %v", err)
	}
}

func TestPrint(t *testing.T) {
	c, err := Parse("[irc]\npassword = 'hunter2'\n[webirc]\npassword = 'hunter2'\ntrusted = ['10.0.0.1']\n[mail]\nhost = 'localhost'\nfrom = 'a@example.org'\nuser = 'a'\npassword = 'hunter2'\n[[operator]]\nname = 'a'\npassword_hash = '"+hash+"'\n[server]\nmotd = \"one\\ntwo\"", "m")
	if err != nil {
		t.Fatal(err)
	}
	text, err := c.Print()
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(text, "hunter2") || strings.Contains(text, "argon2id") || strings.Count(text, `"***"`) != 4 {
		t.Errorf("secrets in\n%s", text)
	}
	again, err := Parse(strings.ReplaceAll(strings.Replace(text, `"***"`, `"hunter2"`, 3), `"***"`, "'"+hash+"'"), "m")
	if err != nil || !reflect.DeepEqual(again, c) {
		t.Errorf("what is printed reads back as %+v, %v", again, err)
	}
}

func TestNeedsRestart(t *testing.T) {
	before, after := Default(), Default()
	after.Server.MOTD, after.Limits.Rooms, after.Operators = "new", 7, []Operator{{Name: "a"}}
	if paths := before.NeedsRestart(&after); paths != nil {
		t.Errorf("a reload cannot change %q", paths)
	}
	after.Listen.IRC, after.Data = "", "/other"
	if paths := before.NeedsRestart(&after); !slices.Equal(paths, []string{"data", "listen.irc"}) {
		t.Errorf("got %q", paths)
	}
}

func TestNetworks(t *testing.T) {
	c, err := Parse("[proxy]\ntrusted = ['10.1.2.3/8', '::1', '::ffff:192.0.2.1']\n[webirc]\npassword = 'x'\ntrusted = ['192.0.2.7']", "m")
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(c.Proxy.Networks()); got != "[10.0.0.0/8 ::1/128 192.0.2.1/32]" {
		t.Errorf("proxies in %s", got)
	}
	if got := fmt.Sprint(c.WebIRC.Networks()); got != "[192.0.2.7/32]" {
		t.Errorf("web gateways in %s", got)
	}
}

func TestSTSPolicy(t *testing.T) {
	for _, test := range []struct{ text, clear, secure string }{
		{"", "", ""},
		{"[tls]\ndomains = ['a.example']\nsts_days = 30", "port=6697", "duration=2592000"},
		{"[listen]\nircs = ''\n[tls]\ncertificate = 'a'\nkey = 'b'\nsts_days = 1\nsts_port = 443\nsts_preload = true", "port=443", "duration=86400,preload"},
	} {
		c, err := Parse(test.text, "m")
		if err != nil {
			t.Fatal(err)
		}
		if clear, secure := c.STSPolicy(false), c.STSPolicy(true); clear != test.clear || secure != test.secure {
			t.Errorf("%q: %q in clear, %q with TLS", test.text, clear, secure)
		}
	}
}
