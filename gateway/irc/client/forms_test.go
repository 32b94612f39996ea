package client

import (
	"fmt"
	"testing"

	"madang/engine"
	"madang/gateway/irc/render"
)

// The form of a client that writes CP949 says so.
func TestFormOfAClient(t *testing.T) {
	korean := &Client{Caps: render.CapServerTime | render.CapEchoMessage}
	korean.charset.Decode([]byte("\xbe\xc8\xb3\xe7"))
	if got := fmt.Sprintf("%x %s", korean.Form(), korean.Charset()); got != fmt.Sprintf("%x cp949", engine.Form(render.CapServerTime)|render.FormCP949) {
		t.Errorf("the form after CP949 is %s", got)
	}
}
