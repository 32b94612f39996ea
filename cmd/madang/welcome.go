package main

import (
	"fmt"
	"net/netip"
	"strings"

	"madang/config"
	"madang/server"
)

// welcome is what serve prints once it listens: at most eight lines, and one more for
// web clients, who are not let in unless that is asked for.
func welcome(l server.Listening, lan []netip.Addr) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Madang %s is open.\n", version())
	line, irc, ircs := reachable(l.Line), reachable(l.IRC), reachable(l.IRCS)
	if l.Line != "" {
		fmt.Fprintf(&b, "  Plain text  %s  join with: nc %s %d\n", line, line.Addr(), line.Port())
	}
	if l.IRC != "" {
		fmt.Fprintf(&b, "  IRC         %s  join with: irssi -c %s -p %d\n", irc, irc.Addr(), irc.Port())
	}
	if l.IRCS != "" {
		fmt.Fprintf(&b, "  IRC + TLS   %s%s\n", ircs, authority(l))
	}
	b.WriteString(webClients(l))
	b.WriteString(kept(l))
	b.WriteString(whoMayJoin(l, lan))
	b.WriteString(claim(l))
	b.WriteString("Stop with Ctrl-C.\n")
	return b.String()
}

// webClients is where web clients of IRC find the server.
func webClients(l server.Listening) string {
	var addresses []string
	if l.WS != "" {
		addresses = append(addresses, "ws://"+reachable(l.WS).String())
	}
	if l.WSS != "" {
		addresses = append(addresses, "wss://"+reachable(l.WSS).String())
	}
	if addresses == nil {
		return ""
	}
	return fmt.Sprintf("  WebSocket   %s  for IRC web clients\n", strings.Join(addresses, " and "))
}

// authority is by what to know the local authority, if it has signed the certificate.
func authority(l server.Listening) string {
	switch {
	case l.Authority == "":
		return ""
	case l.AuthorityFile == "":
		return "\n    its authority has the SHA-256 fingerprint " + l.Authority
	}
	return fmt.Sprintf("  authority to install: %s\n    SHA-256 %s", l.AuthorityFile, l.Authority)
}

// claim is how somebody becomes the first operator. It shares the last line, so that
// there are never more than eight.
func claim(l server.Listening) string {
	if l.Claim == "" {
		return ""
	}
	return fmt.Sprintf("To be its operator, register and type within 30 minutes: /claim %s   ", l.Claim)
}

// reachable is an address to connect to from this machine: all addresses are none.
func reachable(listening string) netip.AddrPort {
	a, err := netip.ParseAddrPort(listening)
	if err != nil {
		return netip.AddrPort{}
	}
	if a.Addr().IsUnspecified() {
		return netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), a.Port())
	}
	return a
}

// kept says where the messages lie, and what that is worth.
func kept(l server.Listening) string {
	switch l.Durability {
	case config.None:
		return "Nothing is kept: durability is none, and a stop forgets every message.\n"
	case config.Relaxed:
		return fmt.Sprintf("Data in %s; durability is relaxed: a crash may lose the last messages shown.\n", l.Data)
	}
	return fmt.Sprintf("Data in %s\n", l.Data)
}

// whoMayJoin says how to let the network in, or at which addresses it is.
func whoMayJoin(l server.Listening, lan []netip.Addr) string {
	open := false
	for _, listening := range []string{l.Line, l.IRC, l.IRCS, l.WS, l.WSS} {
		a, err := netip.ParseAddrPort(listening)
		open = open || err == nil && !a.Addr().IsLoopback()
	}
	switch {
	case !open:
		return "Only this machine can join. To let your network in: madang serve --public\n"
	case len(lan) == 0:
		return "Open to the network; this machine has no address there yet.\n"
	}
	addresses := make([]string, min(len(lan), 8))
	for i := range addresses {
		addresses[i] = lan[i].String()
	}
	return fmt.Sprintf("Open to the network at %s\n", strings.Join(addresses, ", "))
}
