//go:build real && linux

package real

import (
	"html"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

// site serves the page of a web client, and holds its picture back until it is done.
func site(t *testing.T) (port string) {
	t.Helper()
	done := make(chan struct{})
	var once sync.Once
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, "testdata/page.html") })
	mux.HandleFunc("/done", func(http.ResponseWriter, *http.Request) { once.Do(func() { close(done) }) })
	mux.HandleFunc("/wait", func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-done:
		case <-r.Context().Done():
		case <-time.After(patience / 2):
		}
		w.WriteHeader(http.StatusNotFound)
	})
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	_, port, _ = net.SplitHostPort(s.Listener.Addr().String())
	return port
}

// browse is what a browser shows of the page, opened at a host, that connects to an
// address.
func browse(t *testing.T, host, address string) *program {
	t.Helper()
	at := "http://" + net.JoinHostPort(host, site(t)) + "/?at=" + url.QueryEscape(address)
	return runProgram(t, "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
		"--disable-background-networking", "--user-data-dir="+t.TempDir(), "--dump-dom", at)
}

// TestWebPage has a page in Chromium talk with somebody who came by nc's gateway.
func TestWebPage(t *testing.T) {
	t.Parallel()
	need(t, "chromium")
	s := start(t, plan{flags: []string{"--ws", "127.0.0.1:0"}})
	at := address(s.output.String(), `ws://([\d.]+):(\d+)`)
	lobby := dial(t, "lobby", s.line)
	lobby.send("/nick anna")
	lobby.awaitText("You are called anna")
	page := browse(t, "127.0.0.1", "ws://"+at+"/socket")
	lobby.awaitText("[#lobby] page: 안녕하세요, 브라우저입니다")
	lobby.send("반갑습니다, 브라우저")
	shown, _ := page.ends()
	shown = html.UnescapeString(shown)
	for _, want := range []string{
		"open text.ircv3.net\n", " 001 page :", " JOIN #lobby", " PRIVMSG #lobby :반갑습니다, 브라우저\n",
		"ERROR :Closing link: Quit: 다녀오겠습니다\n", "closed 1000 true\n",
	} {
		if !strings.Contains(shown, want) {
			t.Errorf("the page does not show %q", want)
		}
	}
	lobby.awaitText("- page")
}

// TestWebPageElsewhere: a page of another site is not let in, and cannot read why.
func TestWebPageElsewhere(t *testing.T) {
	t.Parallel()
	need(t, "chromium")
	s := start(t, plan{flags: []string{"--ws", "127.0.0.1:0"}})
	at := address(s.output.String(), `ws://([\d.]+):(\d+)`)
	shown, _ := browse(t, "localhost", "ws://"+at+"/").ends()
	if strings.Contains(shown, "open text") || !strings.Contains(shown, "closed 1006 false\n") {
		t.Error("the page of another site is let in")
	}
}
