package config

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// What stands at the door: certificates, and peers who speak for others.

func (v *validator) tls(c *Config) {
	t := &c.TLS
	if (t.Certificate == "") != (t.Key == "") {
		v.add("tls.certificate", "and tls.key belong together: name both files, or none")
	}
	if t.Certificate != "" && len(t.Domains) > 0 {
		v.add("tls.domains", "are for certificates that are fetched: name domains, or files, not both")
	}
	v.domains(t.Domains)
	if t.ACMEEmail != "" && !emailAddress(t.ACMEEmail) {
		v.add("tls.acme_email", "must look like keeper@example.org")
	}
	if t.ACMEDirectory != "" && !httpsURL(t.ACMEDirectory) {
		v.add("tls.acme_directory", "must look like https://acme.example.org/directory")
	}
	v.sts(c)
}

func (v *validator) domains(domains []string) {
	for i, domain := range domains {
		switch {
		case strings.HasPrefix(domain, "*."):
			v.add("tls.domains", "%q: certificates for all names of a domain are not fetched; use files for those", domain)
		case len(domain) > 253 || !hostName(domain) || isAddress(domain):
			v.add("tls.domains", "%q must look like chat.example.org", domain)
		case slices.ContainsFunc(domains[:i], func(other string) bool { return strings.EqualFold(other, domain) }):
			v.add("tls.domains", "%q stands twice", domain)
		}
	}
}

func isAddress(text string) bool {
	_, err := netip.ParseAddr(text)
	return err == nil
}

func emailAddress(text string) bool {
	name, domain, ok := strings.Cut(text, "@")
	return ok && name != "" && hostName(domain) && !strings.ContainsFunc(name, notInWord)
}

func httpsURL(text string) bool {
	u, err := url.Parse(text)
	return err == nil && u.Scheme == "https" && u.Host != "" && u.User == nil
}

// sts holds strict transport security against what it would do: clients that remember
// it never connect without a certificate that they trust.
func (v *validator) sts(c *Config) {
	t := &c.TLS
	switch {
	case t.STSDays == 0 && t.STSPreload:
		v.add("tls.sts_preload", "needs tls.sts_days")
	case t.STSDays == 0:
	case t.Certificate == "" && len(t.Domains) == 0:
		v.add("tls.sts_days", "needs a certificate that clients trust: set tls.certificate and tls.key, or tls.domains")
	case c.stsPort() == 0:
		v.add("tls.sts_days", "needs a port with TLS: set listen.ircs or tls.sts_port")
	}
}

// stsPort is the port that clients are sent to; 0: none is known.
func (c *Config) stsPort() int {
	if c.TLS.STSPort != 0 {
		return c.TLS.STSPort
	}
	port, _ := checkAddress(c.Listen.IRCS)
	return int(port)
}

// STSPolicy is the value of the capability sts (https://ircv3.net/specs/extensions/sts)
// for a client that is connected in clear or with TLS; empty: there is no policy.
func (c *Config) STSPolicy(secure bool) string {
	switch {
	case c.TLS.STSDays == 0:
		return ""
	case !secure:
		return "port=" + strconv.Itoa(c.stsPort())
	}
	policy := fmt.Sprintf("duration=%d", c.TLS.STSDays*int(24*time.Hour/time.Second))
	if c.TLS.STSPreload {
		policy += ",preload"
	}
	return policy
}

// origins checks which web sites may connect (RFC 6454 6.2).
func (v *validator) origins(list []string) {
	for _, text := range list {
		if text != "*" && !origin(text) {
			v.add("irc.websocket_origins", "an entry looks like https://chat.example.org, without a path, or is \"*\"; not %q", text)
		}
	}
}

func origin(text string) bool {
	u, err := url.Parse(text)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Hostname() != "" && text == u.Scheme+"://"+u.Host
}

func (v *validator) webIRC(w *WebIRC) {
	v.networks("webirc.trusted", w.Trusted)
	v.text("webirc.password", w.Password.Reveal())
	if strings.ContainsFunc(w.Password.Reveal(), notInWord) || strings.HasPrefix(w.Password.Reveal(), ":") {
		v.add("webirc.password", "must be one word that does not begin with a colon")
	}
	if w.Password.IsZero() != (len(w.Trusted) == 0) {
		v.add("webirc.trusted", "and webirc.password belong together: a password alone would let anybody be anybody")
	}
}

// networks checks whom an operator trusts to name others.
func (v *validator) networks(path string, list []string) {
	for _, text := range list {
		switch p, ok := network(text); {
		case !ok:
			v.add(path, "an entry looks like 10.0.0.5 or 10.0.0.0/24, not %q", text)
		case p.Bits() == 0:
			v.add(path, "%q is everybody: whoever is trusted can be anybody", text)
		}
	}
}

// network is an address or a network in the form without bits of hosts.
func network(text string) (netip.Prefix, bool) {
	if p, err := netip.ParsePrefix(text); err == nil {
		if p.Addr().Is4In6() {
			return netip.Prefix{}, false // the length would count otherwise
		}
		return p.Masked(), true
	}
	a, err := netip.ParseAddr(text)
	if err != nil || a.Zone() != "" {
		return netip.Prefix{}, false
	}
	return netip.PrefixFrom(a.Unmap(), a.Unmap().BitLen()), true
}

func networks(list []string) []netip.Prefix {
	var prefixes []netip.Prefix
	for _, text := range list {
		if p, ok := network(text); ok {
			prefixes = append(prefixes, p)
		}
	}
	return prefixes
}

// Networks are the trusted addresses, each as a network; the settings are valid.
func (p *Proxy) Networks() []netip.Prefix { return networks(p.Trusted) }

// Networks are the trusted addresses, each as a network; the settings are valid.
func (w *WebIRC) Networks() []netip.Prefix { return networks(w.Trusted) }
