package line

import "testing"

func TestParseQuery(t *testing.T) {
	for _, test := range []struct {
		text string
		want Query
	}{
		{"the deploy", Query{Text: "the deploy"}},
		{"From:minji the in:#dev deploy", Query{Text: "the deploy", From: "minji", In: "#dev"}},
		{"before:2026-11-21 after:2d x", Query{Text: "x", Before: "2026-11-21", After: "2d"}},
		{"보낸이:민지 방:#개발 이후:어제 이전:3시간 배포", Query{Text: "배포", From: "민지", In: "#개발", After: "어제", Before: "3시간"}},
		{"http://a from: 12:30", Query{Text: "http://a from: 12:30"}},
		{"from:a from:b", Query{From: "b"}},
	} {
		if got := ParseQuery(test.text); got != test.want {
			t.Errorf("%q: got %+v, want %+v", test.text, got, test.want)
		}
	}
}
