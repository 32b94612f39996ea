package line

import (
	"bufio"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"madang/gateway/line/words"
)

// blocks are the fenced blocks of the protocol's document with a tag.
func blocks(t *testing.T, tag string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "protocol-line.md"))
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, m := range regexp.MustCompile("(?ms)^```"+tag+"\n(.*?)^```$").FindAllStringSubmatch(string(text), -1) {
		found = append(found, m[1])
	}
	if len(found) == 0 {
		t.Fatalf("no block %q in the document", tag)
	}
	return found
}

// alike makes what differs each time equal: guests' names, times, ids, tokens, and
// positions, which count what happens unseen too.
func alike(text string) string {
	text = regexp.MustCompile(`"position":\d+`).ReplaceAllString(text, `"position":0`)
	text = regexp.MustCompile(`"token":"[^"]*"`).ReplaceAllString(anyTime(text), `"token":"TOKEN"`)
	return regexp.MustCompile(`\b[a-z]+-[a-z]+(-\d+)?\b`).ReplaceAllString(text, "GUEST")
}

// The sessions in the document are what happens.
func TestDocumentedSessions(t *testing.T) {
	for _, block := range blocks(t, "session") {
		y := storedYard(t)
		people, token := map[string]*guest{}, ""
		skip := map[string]bool{}
		for text := range strings.Lines(block) {
			text = strings.TrimSuffix(text, "\n")
			if who, ok := strings.CutSuffix(text, " connects"); ok {
				people[who], skip[who] = y.connect(), !strings.Contains(block, text+"\n"+who+"< Hello")
				continue
			}
			if who, ok := strings.CutSuffix(text, " leaves"); ok {
				_ = people[who].conn.Close()
				continue
			}
			if who, sent, ok := strings.Cut(text, "> "); ok && !strings.Contains(who, " ") {
				people[who].types(strings.Replace(sent, "TOKEN", token, 1))
				continue
			}
			who, want, _ := strings.Cut(text, "< ")
			if want == "…" {
				skip[who] = true
				continue
			}
			got := people[who].line()
			for skip[who] && alike(got) != alike(want) {
				token = max(token, field(got, "token"))
				got = people[who].line()
			}
			skip[who] = false
			token = max(token, field(got, "token"))
			if alike(got) != alike(want) {
				t.Fatalf("%s saw  %s\nwritten: %s", who, got, want)
			}
		}
	}
}

// connect connects and reads nothing.
func (y *yard) connect() *guest {
	y.t.Helper()
	c, err := net.Dial("tcp", y.address)
	if err != nil {
		y.t.Fatal(err)
	}
	y.t.Cleanup(func() { _ = c.Close() })
	if err := c.SetDeadline(time.Now().Add(patience)); err != nil {
		y.t.Fatal(err)
	}
	return &guest{y.t, c, bufio.NewReader(c)}
}

// The robot in the document answers.
func TestDocumentedRobot(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3 here")
	}
	y := storedYard(t)
	ann := y.person("ann")
	host, port, _ := strings.Cut(y.address, ":")
	robot := exec.Command(python, "-c", blocks(t, "python")[0], host, port)
	if err := robot.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = robot.Process.Kill()
		_ = robot.Wait()
	})
	ann.until("-> robot")
	ann.types("!ping")
	ann.until("robot: ann: pong")
}

// Every word for an error is in the document.
func TestDocumentedCodes(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "protocol-line.md"))
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range append(words.Codes(), "bad-request") {
		if word != "" && !strings.Contains(string(text), "`"+word+"`") {
			t.Errorf("%s is not in the document", word)
		}
	}
}
