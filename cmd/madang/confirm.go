package main

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// confirm asks somebody at a terminal; elsewhere nobody can answer, so --yes is needed.
func confirm(p *program, question string) error {
	if !isTerminal(p.in) {
		return usage("%s Give --yes to say so; nobody sits at a terminal to be asked", question)
	}
	fmt.Fprintf(p.err, "%s [y/N] ", question)
	answer, err := bufio.NewReader(io.LimitReader(p.input(), 100)).ReadString('\n')
	if err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	if answer = strings.ToLower(strings.TrimSpace(answer)); answer != "y" && answer != "yes" {
		return fmt.Errorf("nothing was done")
	}
	return nil
}
