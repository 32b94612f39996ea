package admin

import (
	"time"

	"madang/gateway"
)

// ParsePeriod reads a length of time as people write it, as gateway.Period does. Its
// error is a refusal.
func ParsePeriod(text string) (time.Duration, error) {
	period, err := gateway.Period(text)
	if err != nil {
		return 0, refuse("bad-value", "%s.", err)
	}
	return period, nil
}
