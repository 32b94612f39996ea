package words

import (
	"fmt"
	"io"
	"strings"
)

// The words that guests' names are made of: short, kind, plain ASCII. Read-only.
var (
	adjectives = strings.Fields(`amber brave bright brisk calm clever cosy crisp curious dapper eager early
		fair fleet fond gentle glad golden happy hardy honest humble jolly keen kind lively lucky mellow merry
		mild neat nimble noble patient plucky polite proud quick quiet rapid ready rosy shiny silent silver
		sleepy smart snowy sober spry steady sunny swift tidy tiny warm wild wise witty young zesty`)
	animals = strings.Fields(`badger bear beaver bee bison camel carp cat cicada cod crab crane cricket crow
		deer dolphin dove duck eagle eel elk falcon finch firefly fox frog gecko goose hare hawk hedgehog heron
		ibis jay koala lark leopard lizard lynx magpie marten mole moose moth mouse newt otter owl panda
		pheasant pony puffin quail rabbit raven robin salmon seal shrimp snail sparrow squid stork swallow
		swan tiger toad trout turtle walrus weasel whale wolf wren yak`)
)

// GuestNick draws a readable name, like quiet-otter. It may be taken: the core makes
// guests' names unique.
func GuestNick(random io.Reader) (string, error) {
	var b [4]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", fmt.Errorf("draw a guest's name: %w", err)
	}
	first, second := int(b[0])<<8|int(b[1]), int(b[2])<<8|int(b[3])
	return adjectives[first%len(adjectives)] + "-" + animals[second%len(animals)], nil
}
