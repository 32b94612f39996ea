# The second command of the README: everything that is checked, on a fresh machine.
.PHONY: test fast build
test:
	bash tools/test.sh

fast:
	go test ./...

build:
	CGO_ENABLED=0 go build -trimpath -o madang ./cmd/madang
