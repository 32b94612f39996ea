package chat

import "strconv"

// OneTimeOn switches one-time codes on, after a code of a step proved that an app has
// their secret: that code is used by it.
func OneTimeOn(secret string, step int64) []AccountChange {
	return []AccountChange{
		{Aspect: OneTime, Text: secret}, {Aspect: CodeUsed, Add: true, Text: strconv.FormatInt(step, 10)},
	}
}
