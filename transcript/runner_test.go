package transcript

import (
	"strings"
	"testing"
)

func TestWhatPeopleSeeIsWrittenAnew(t *testing.T) {
	const script = "# Two.\n\nann enters by line\nbob enters by irc\nann< a lie\nann*3< more lies\nbob is hung up\nann> hi\n"
	got, err := played(t, script)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(got, "lie") || strings.Contains(got, "hung up") {
		t.Errorf("what nobody saw is still there:\n%s", got)
	}
	if !strings.HasPrefix(got, "# Two.\n\nann enters by line\nbob enters by irc\nann< [#lobby] + bob\nann> hi\nbob< :ann!") {
		t.Errorf("played as:\n%s", got)
	}
	again, err := played(t, got)
	if err != nil || again != got {
		t.Errorf("played once more: %v\n%s", err, diff(got, again))
	}
}

func TestWhatNobodyUnderstandsIsAnError(t *testing.T) {
	for _, script := range []string{
		"ann dances\n",
		"ann> hello\n", // has not come
		"ann enters by telegraph\n",
		"-- 5 apples\n",
		"ann connects by line from nowhere\n",
		"ann enters by ircs without TLS\n",
		"-- the server starts again\n", // it runs
		"ann enters by line\nann leaves\nbob leaves\n",
		"bob enters by line\nbob> /nick eve\neve enters by irc\n", // the name is taken
	} {
		if got, err := played(t, script); err == nil {
			t.Errorf("%q was played as:\n%s", script, got)
		}
	}
}

func TestTypedAndVisible(t *testing.T) {
	for text, want := range map[string]string{
		`plain {"id":"\u00e9"}`: `plain {"id":"\u00e9"}`,
		`\x01ACTION\x01`:        "\x01ACTION\x01",
		`{{ab*3}}.`:             "ababab.",
	} {
		if got := typed(text); got != want {
			t.Errorf("%s is typed as %q, want %q", text, got, want)
		}
	}
	for text, want := range map[string]string{
		"안녕 \x1b[2J\xff\u202e":  `안녕 \x1b[2J\xff\u202e`,
		strings.Repeat("가", 50): `{{가*50}}`,
		strings.Repeat("-", 39): strings.Repeat("-", 39),
	} {
		if got := visible(text); got != want {
			t.Errorf("%q is shown as %s, want %s", text, got, want)
		}
	}
}

func TestDiff(t *testing.T) {
	got := diff("a\nb\nc\nd\ne\nf\ng\nh", "a\nb\nc\nd\nE\nf\ng\nh")
	if want := "  b\n  c\n  d\n- e\n+ E\n  f\n  g\n  h"; got != want {
		t.Errorf("the difference is shown as:\n%s", got)
	}
	if got := diff("a\nb", "a\nb"); got != "" {
		t.Errorf("equal texts differ:\n%s", got)
	}
}
