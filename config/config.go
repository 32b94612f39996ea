// Package config holds the settings of a server: one struct, its defaults, its
// validation, and the reference manual that is generated from them. It promises that
// a file which Parse accepted can be served, that every problem of one which it did
// not accept is named with its path and line, and that Print shows no secret. It
// reads no environment variable and refuses to know what the parts do with their
// settings.
package config

import "madang/auth"

// Config is everything that can be set. The tags are the source of names, bounds and
// manual: toml is the key, doc the sentence of the manual, min, max and choices are
// the bounds, and restart marks what a reload cannot change.
type Config struct {
	Data       string     `toml:"data" doc:"Folder of the database, its search index and the operator's socket. It is made at the first start." restart:"yes"`
	Durability Durability `toml:"durability" choices:"commit,relaxed,none" doc:"When a message is shown: commit, after it is on disk; relaxed, before, and it is on disk soon after; none, nothing is written and a stop forgets everything." restart:"yes"`
	Server     Server     `toml:"server" doc:"How the server presents itself."`
	Listen     Listen     `toml:"listen" doc:"Where the gateways listen, as host:port. An empty host is all addresses, port 0 a free port, an empty text keeps the gateway shut."`
	TLS        TLS        `toml:"tls" doc:"Where the certificate of IRC with TLS comes from: own files, or fetched by ACME for the domains given, or else signed by a local authority that is made at the first start and whose fingerprint serve prints."`
	Proxy      Proxy      `toml:"proxy" doc:"Load balancers in front of this server, which name the real peer by the PROXY protocol (version 1 or 2). Limits and bans then concern that peer."`
	WebIRC     WebIRC     `toml:"webirc" doc:"Web gateways that name the real peer of each of their connections by WEBIRC."`
	IRC        IRC        `toml:"irc" doc:"What concerns only the IRC gateway."`
	Limits     Limits     `toml:"limits" doc:"What one address, one connection and one user may take. Commands that come too fast wait; they are never lost."`
	History    History    `toml:"history" doc:"What is remembered, and what newcomers are shown of it."`
	Accounts   Accounts   `toml:"accounts" doc:"Who may have an account, and what others may not be called."`
	Mail       Mail       `toml:"mail" doc:"The server that takes mail for people, to confirm the addresses of new accounts. Without a host no mail is sent and no address is confirmed."`
	Operators  []Operator `toml:"operator" doc:"People with an operator's powers, one table for each. They use OPER name password at the IRC gateway."`
	Log        Log        `toml:"log" doc:"The log, which goes to standard error."`
}

// Durability is when a message is shown.
type Durability string

// The durabilities.
const (
	Commit  Durability = "commit"
	Relaxed Durability = "relaxed"
	None    Durability = "none"
)

// Server is how the server presents itself.
type Server struct {
	Name    string `toml:"name" max:"63" doc:"Name of the server as IRC shows it: letters, digits, hyphens and at least one dot." restart:"yes"`
	Network string `toml:"network" max:"32" doc:"Name of the community, without spaces." restart:"yes"`
	MOTD    string `toml:"motd" max:"8192" doc:"Message of the day; it may have several lines."`
	Lobby   string `toml:"lobby" max:"50" doc:"Room that guests of the plain text gateway find themselves in." restart:"yes"`
}

// Listen is where the gateways listen; empty is shut.
type Listen struct {
	Line string `toml:"line" doc:"Plain text over TCP and UDP." restart:"yes"`
	IRC  string `toml:"irc" doc:"IRC in clear." restart:"yes"`
	IRCS string `toml:"ircs" doc:"IRC with TLS." restart:"yes"`
}

// TLS is where certificates come from, and what clients are told to remember.
type TLS struct {
	Certificate   string   `toml:"certificate" doc:"File with the certificate and its chain in PEM. A reload reads it again; if it is wrong, the old certificate stays." restart:"yes"`
	Key           string   `toml:"key" doc:"File with the certificate's key in PEM." restart:"yes"`
	Domains       []string `toml:"domains" doc:"Names of this server for which certificates are fetched and renewed by ACME. The directory calls back at port 80 or 443 of each, which are opened for that moment only. Setting this calls the directory, and agrees to its terms." restart:"yes"`
	ACMEEmail     string   `toml:"acme_email" max:"254" doc:"Address that the directory may write to. Empty: none." restart:"yes"`
	ACMEDirectory string   `toml:"acme_directory" max:"512" doc:"URL of the ACME directory. Empty: Let's Encrypt." restart:"yes"`
	ACMERoot      string   `toml:"acme_root" doc:"File with the certificate that vouches for the directory itself in PEM. Empty: those that the system trusts." restart:"yes"`
	STSDays       int      `toml:"sts_days" min:"0" max:"3650" doc:"Days for which IRC clients remember to connect with TLS only (strict transport security). Every client then needs a certificate that it trusts. 0: they are told nothing."`
	STSPreload    bool     `toml:"sts_preload" doc:"Whether lists of servers that always have TLS may name this one."`
	STSPort       int      `toml:"sts_port" min:"0" max:"65535" doc:"Port with TLS that clients are sent to. 0: that of listen.ircs."`
}

// Proxy is which peers speak for others by the PROXY protocol.
type Proxy struct {
	Trusted  []string `toml:"trusted" doc:"Addresses and networks of the load balancers, like 10.0.0.5 or 10.0.0.0/24. What anybody else sends is never taken for a header."`
	Required bool     `toml:"required" doc:"Whether IRC connections from there must begin with the header. If not, the first bytes decide."`
	Line     bool     `toml:"line" doc:"Whether plain text connections from there begin with the header; they must, then. Datagrams have none."`
}

// WebIRC is which web gateways speak for others.
type WebIRC struct {
	Password auth.Secret `toml:"password" doc:"Password that the web gateways give with WEBIRC. Empty: nobody can."`
	Trusted  []string    `toml:"trusted" doc:"Addresses and networks of the web gateways, like 192.0.2.7 or 192.0.2.0/24."`
}

// IRC is what concerns only the IRC gateway.
type IRC struct {
	Password       auth.Secret `toml:"password" doc:"Password that IRC clients must give to connect (PASS). Empty: none."`
	WebSocket      string      `toml:"websocket" doc:"Where web clients find the gateway by WebSocket in clear, as host:port: for a reverse proxy that has the certificate, or for this machine. Empty: shut." restart:"yes"`
	WebSocketTLS   string      `toml:"websocket_tls" doc:"The same with TLS, with the certificate of [tls]. Empty: shut." restart:"yes"`
	Origins        []string    `toml:"websocket_origins" doc:"Web sites whose pages may connect, like https://chat.example.org, besides those at the host name by which this server is reached. \"*\" is all. Programs that are no browsers always may."`
	RegisterEarly  bool        `toml:"register_early" doc:"Whether clients may make an account before they are welcomed (draft/account-registration)."`
	Icon           string      `toml:"icon" max:"300" doc:"Address (https) of the community's picture, for clients that show one. Empty: none."`
	MultilineBytes int         `toml:"multiline_bytes" min:"512" max:"16384" doc:"Bytes of a message of several lines."`
	MultilineLines int         `toml:"multiline_lines" min:"2" max:"100" doc:"Lines of such a message."`
}

// Limits bound what others may take.
type Limits struct {
	Connections          int     `toml:"connections" min:"1" max:"100000" doc:"Connections from one address at once; an IPv6 /64 counts as one address."`
	ConnectionBurst      int     `toml:"connection_burst" min:"1" max:"100000" doc:"New connections from one address at once."`
	ConnectionsPerSecond float64 `toml:"connections_per_second" min:"0.01" max:"100000" doc:"New connections from one address per second after the burst."`
	PrivateAddresses     bool    `toml:"private_addresses" doc:"Whether the three settings above hold for loopback and private addresses too."`
	LineBurst            int     `toml:"line_burst" min:"1" max:"100000" doc:"Lines of one connection that are handled at once."`
	LinesPerSecond       float64 `toml:"lines_per_second" min:"0.1" max:"100000" doc:"Lines of one connection per second after the burst."`
	SilenceSeconds       int     `toml:"silence_seconds" min:"4" max:"3600" doc:"Seconds after which somebody is gone whose system gives no sign of life any more, as with a cable that was cut. IRC clients must answer within them, too." restart:"yes"`
	RoomsPerUser         int     `toml:"rooms_per_user" min:"1" max:"10000" doc:"Rooms that one user may be in."`
	Rooms                int     `toml:"rooms" min:"1" max:"10000000" doc:"Rooms that there may be."`
	ListEntries          int     `toml:"list_entries" min:"1" max:"10000" doc:"Entries in each list of a room: bans, exceptions, invitations."`
	NoLimits             bool    `toml:"no_limits" doc:"Switch off the limits of addresses and lines, for tests and benches." restart:"yes"`
}

// History is what is remembered.
type History struct {
	RetentionDays    int `toml:"retention_days" min:"0" max:"36500" doc:"Days after which messages are erased, unless the room has a retention of its own. 0: never."`
	PlaybackMessages int `toml:"playback_messages" min:"1" max:"1000" doc:"Earlier messages of a room, at most, for IRC clients that ask as they ask a bouncer (znc.in/playback)."`
	ReplayLines      int `toml:"replay_lines" min:"0" max:"1000" doc:"Earlier messages of a room that somebody who joins it is shown; not in JSON. 0: none."`
}

// Operator is somebody with an operator's powers.
type Operator struct {
	Name         string      `toml:"name" max:"32" doc:"What the operator gives as name. Each name stands once."`
	PasswordHash auth.Secret `toml:"password_hash" doc:"The argon2id hash of the password, as madang config hash prints it."`
	Masks        []string    `toml:"masks" doc:"From where: masks nick!username@host, of which one must fit. Empty: from anywhere."`
	Powers       string      `toml:"powers" max:"200" doc:"What the operator may do: all, moderator (kill, ban, rule, see, erase), or some of kill, ban, rule, see, register, broadcast, serve, audit, erase, relay with commas between. Empty: all."`
}

// Accounts is who may have an account.
type Accounts struct {
	Registration   Registration `toml:"registration" choices:"open,invitation,operators" doc:"Who may make an account: open, anybody; invitation, whoever has a code of madang account invite; operators, nobody but them."`
	RequireAccount bool         `toml:"require_account" doc:"Whether only people with an account may come in; there are no guests then."`
	AlwaysOn       bool         `toml:"always_on" doc:"Whether new accounts stay in their rooms while nobody is connected to them. Everybody may change it for himself."`
	Reserved       []string     `toml:"reserved" doc:"Names that nobody may take, nor any that looks like one of them. Those of the server, the network, the lobby, the operators of this file and services as other networks have them (NickServ) always are."`
}

// Registration is who may make an account.
type Registration string

// The policies.
const (
	Open        Registration = "open"
	Invitation  Registration = "invitation"
	ByOperators Registration = "operators"
)

// Mail is the server that takes mail for people.
type Mail struct {
	Host     string      `toml:"host" max:"253" doc:"Name or address of the server (SMTP). Empty: no mail is sent."`
	Port     int         `toml:"port" min:"1" max:"65535" doc:"Its port: 587, or 465 with tls."`
	TLS      MailTLS     `toml:"tls" choices:"starttls,tls,none" doc:"How the way there is encrypted: starttls, after the greeting; tls, from the beginning; none, not at all, for a server on this machine. Its certificate must be one that the system trusts."`
	From     string      `toml:"from" max:"320" doc:"The sender, like Yard <chat@example.org>."`
	User     string      `toml:"user" max:"320" doc:"Name to sign in with. Empty: without."`
	Password auth.Secret `toml:"password" doc:"Password to sign in with."`
}

// MailTLS is how the way to the mail server is encrypted.
type MailTLS string

// The ways.
const (
	StartTLS    MailTLS = "starttls"
	ImplicitTLS MailTLS = "tls"
	NoTLS       MailTLS = "none"
)

// Log is what is logged and how.
type Log struct {
	Level  string `toml:"level" choices:"debug,info,warn,error" doc:"The least that is logged."`
	Format string `toml:"format" choices:"text,json" doc:"text for people, json for programs." restart:"yes"`
}

// Default is the configuration of a server without a file.
func Default() Config {
	return Config{
		Data:       "./madang-data",
		Durability: Commit,
		Server:     Server{Name: "madang.local", Network: "Madang", Lobby: "#lobby"},
		Listen:     Listen{Line: "127.0.0.1:9999", IRC: "127.0.0.1:6667", IRCS: "127.0.0.1:6697"},
		Limits: Limits{
			Connections: 64, ConnectionBurst: 64, ConnectionsPerSecond: 20,
			LineBurst: 32, LinesPerSecond: 8, SilenceSeconds: 120,
			RoomsPerUser: 100, Rooms: 50_000, ListEntries: 100,
		},
		History:  History{ReplayLines: 20, PlaybackMessages: 1000},
		IRC:      IRC{RegisterEarly: true, MultilineBytes: 16384, MultilineLines: 100},
		Accounts: Accounts{Registration: Open},
		Mail:     Mail{Port: 587, TLS: StartTLS},
		Log:      Log{Level: "info", Format: "text"},
	}
}
