package config

import (
	"fmt"
	"strings"
)

// Problem is one thing that is wrong with a configuration.
type Problem struct {
	Path string // like limits.rooms or operator[2].name, counted from 1; may be empty
	Line int    // of the file, from 1; 0: it stands in no line
	Text string // a sentence that says what to do
}

// Problems are all that is wrong with a configuration, by line.
type Problems struct {
	File string // may be empty
	List []Problem
}

// Error puts each problem on a line of its own, as compilers do.
func (p *Problems) Error() string {
	lines := make([]string, len(p.List))
	for i, problem := range p.List {
		lines[i] = p.sentence(problem)
	}
	return strings.Join(lines, "\n")
}

func (p *Problems) sentence(problem Problem) string {
	var b strings.Builder
	if p.File != "" {
		b.WriteString(p.File + ":")
	}
	if problem.Line > 0 {
		fmt.Fprintf(&b, "%d:", problem.Line)
	}
	if b.Len() > 0 {
		b.WriteByte(' ')
	}
	if problem.Path != "" {
		b.WriteString(problem.Path + ": ")
	}
	b.WriteString(problem.Text)
	return b.String()
}

// nearest is the candidate most like a word, or "" when none is like it.
func nearest(word string, candidates []string) string {
	best, least := "", len(word)/2+1
	for _, c := range candidates {
		if d := distance(word, c); d < least {
			best, least = c, d
		}
	}
	return best
}

// distance is how many bytes must be put in, left out, changed or swapped with their
// neighbour to make b of a (optimal string alignment).
func distance(a, b string) int {
	before, row := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		next := make([]int, len(b)+1)
		next[0] = i + 1
		for j := range len(b) {
			change := row[j]
			if a[i] != b[j] {
				change++
			}
			next[j+1] = min(change, row[j+1]+1, next[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				next[j+1] = min(next[j+1], before[j-1]+1)
			}
		}
		before, row = row, next
	}
	return row[len(b)]
}
