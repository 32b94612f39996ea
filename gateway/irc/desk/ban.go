package desk

import (
	"math"
	"strconv"
	"strings"

	"madang/chat"
	"madang/chat/core"
)

// Bans and mutes of a room.

// banning lists somebody, for a while if so said.
func banning(kind string) func(*Visit, []string) {
	return func(v *Visit, words []string) {
		change := chat.RoomChange{Aspect: chat.Ban, Add: true}
		until := ""
		if len(words) > 2 {
			lasts, ok := duration(words[2])
			if !ok {
				v.Say("A duration is a number and s, m, h, d or w: 30m, 12h, 7d.")
				return
			}
			change.Expires = v.House.Now() + lasts
			until = " for " + words[2]
		}
		v.withMask(words[1], func(mask string) {
			change.Text = kind + mask
			v.changeRoom(words[0], clipped(change.Text)+" is listed in "+clipped(words[0])+until+".", change)
		})
	}
}

// unbanning strikes out what banning listed.
func unbanning(kind string) func(*Visit, []string) {
	return func(v *Visit, words []string) {
		v.withMask(words[1], func(mask string) {
			change := chat.RoomChange{Aspect: chat.Ban, Text: kind + mask}
			v.changeRoom(words[0], clipped(change.Text)+" is listed no more in "+clipped(words[0])+".", change)
		})
	}
}

// withMask goes on with the mask of whoever is called so, or with what is a mask
// already.
func (v *Visit) withMask(word string, then func(string)) {
	if strings.ContainsAny(word, "!@*?:") {
		then(word)
		return
	}
	mask := word
	v.Ask(Question{
		Tell: func(a *Answer) {
			if u := a.State.UserByNick(word); u != nil {
				mask = masksOf(u)[0]
			}
		},
		Then: func() { then(mask) },
	})
}

// masksOf are the masks that hit somebody, the best first: his account lasts longest,
// his nick the shortest.
func masksOf(u *core.User) []string {
	masks := []string{"*!*@" + u.Host(), u.Nick() + "!*@*"}
	if account := u.Account(); account != "" {
		masks = append([]string{"a:" + account}, masks...)
	}
	return masks
}

func howToBan(v *Visit, words []string) {
	v.Tell(func(a *Answer) {
		room := a.room(words[0])
		if room == nil {
			return
		}
		u := a.State.UserByNick(words[1])
		if u == nil {
			a.Say("Nobody here is called ", clipped(words[1]), ".")
			return
		}
		for _, mask := range masksOf(u) {
			a.Say("/MODE ", room.Name(), " +b ", mask)
		}
		a.Say("For a while: /MSG ChanServ BAN ", room.Name(), " ", masksOf(u)[0], " 2h. To mute, MUTE instead of BAN.")
	})
}

// duration reads a number and a unit; ok is false for what is none, or none that ends.
func duration(word string) (lasts chat.Time, ok bool) {
	if word == "" {
		return 0, false
	}
	units := map[byte]chat.Time{'s': chat.Second, 'm': chat.Minute, 'h': chat.Hour, 'd': chat.Day, 'w': 7 * chat.Day}
	unit, known := units[word[len(word)-1]|0x20]
	n, err := strconv.ParseInt(word[:len(word)-1], 10, 32)
	if !known || err != nil || n <= 0 || chat.Time(n) > math.MaxInt32*chat.Second/unit {
		return 0, false
	}
	return chat.Time(n) * unit, true
}
