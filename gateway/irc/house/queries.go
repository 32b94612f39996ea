package house

import (
	"madang/gateway/irc/client"
	"madang/gateway/irc/render"
	"madang/gateway/irc/reply"
	"madang/wire/irc"
)

// Lusers is LUSERS (RFC 2812 3.4.2).
func Lusers(c *client.Client, _ *irc.Message) { c.Answer(WriteLusers) }

// WriteLusers tells how many are here.
func WriteLusers(w *client.Writer) {
	p := w.Client.Hall.People
	w.Lusers(reply.Census{Invisible: p.Invisible(), Operators: p.Operators(), Most: p.Most(), Unknown: w.Unknown()})
}

// MOTD is MOTD (RFC 2812 3.4.1).
func MOTD(c *client.Client, _ *irc.Message) { c.Answer(WriteMOTD) }

// WriteMOTD tells the message of the day.
func WriteMOTD(w *client.Writer) { w.MOTD(w.Client.Hall.Config().MOTD) }

// Version is VERSION (RFC 2812 3.4.3).
func Version(c *client.Client, _ *irc.Message) { c.Answer(func(w *client.Writer) { w.Version() }) }

// ISupport is ISUPPORT (IRCv3 draft/extended-isupport), before the welcome too.
func ISupport(c *client.Client, _ *irc.Message) {
	c.Answer(func(w *client.Writer) {
		if !w.Has(render.CapExtendedISupport) || !w.Has(render.CapBatch) {
			w.ISupport()
			return
		}
		w.ISupportBatch()
	})
}

// Links is LINKS (RFC 2812 3.4.5): the server is linked to no other.
func Links(c *client.Client, _ *irc.Message) {
	c.Answer(func(w *client.Writer) { w.Numeric(irc.RPL_ENDOFLINKS, "*", "End of /LINKS list") })
}

// Time is TIME (RFC 2812 3.4.6).
func Time(c *client.Client, _ *irc.Message) {
	c.Answer(func(w *client.Writer) { w.Time(w.Client.Hall.House.Engine.Now()) })
}

// Info is INFO (RFC 2812 3.4.10).
func Info(c *client.Client, _ *irc.Message) { c.Answer(func(w *client.Writer) { w.About() }) }

// Admin is ADMIN (RFC 2812 3.4.9).
func Admin(c *client.Client, _ *irc.Message) {
	c.Answer(func(w *client.Writer) { w.Admin(w.Client.Hall.Config().Admin) })
}
