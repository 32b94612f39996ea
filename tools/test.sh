#!/usr/bin/env bash
# Runs every check of the project. As root on Debian it installs what the tests need;
# otherwise it says at the end what was skipped, and why.
set -euo pipefail
cd "$(dirname "$0")/.."
export CGO_ENABLED=0
skipped=()
skip() { skipped+=("$1"); echo "--- skipped: $1"; }
say() { printf '\n=== %s (%ds)\n' "$1" "$SECONDS"; }

say "what the tests need"
packages=(chromium tmux irssi weechat-curses strace netcat-openbsd fuse3 python3 gcc libc6-dev iproute2 util-linux systemd
  sic ii epic5 tinyirc scrollz ircii catgirl python3-irc)
missing=()
for p in "${packages[@]}"; do
  dpkg-query -W -f '${Status}' "$p" 2>/dev/null | grep -q 'install ok installed' || missing+=("$p")
done
if ((${#missing[@]})); then
  if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
    apt-get update -qq >/dev/null
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
  else
    skip "what needs the Debian packages ${missing[*]}: not root, or not Debian"
  fi
fi

say "gofmt, vet, generated files"
unformatted=$(gofmt -l .)
if [[ -n $unformatted ]]; then
  printf 'gofmt would change:\n%s\n' "$unformatted"
  exit 1
fi
go vet ./...
go vet -tags real ./real
for system in windows darwin freebsd; do
  GOOS=$system go build ./... && GOOS=$system go vet ./...
done

say "staticcheck"
go run honnef.co/go/tools/cmd/staticcheck@v0.8.2 ./...

say "govulncheck"
if ! go run golang.org/x/vuln/cmd/govulncheck@v1.8.0 ./... >/tmp/govulncheck.$$ 2>&1; then
  if grep -q 'Vulnerability #' /tmp/govulncheck.$$; then
    cat /tmp/govulncheck.$$
    exit 1
  fi
  skip "govulncheck: its database cannot be reached"
fi
rm -f /tmp/govulncheck.$$

say "the fast suite"
go test ./...

say "the IRC gateway over WebSocket"
go test ./gateway/irc -websocket=text
go test ./gateway/irc -websocket=binary

say "the fast suite with the race detector"
CGO_ENABLED=1 go test -race -short ./...

say "fuzzing, in short"
# The fuzzer now and then calls its own deadline a failure; a
# failure of ours writes the input down, and comes again.
fuzz() { go test -run '^$' -fuzz "^$2\$" -fuzztime 3s -fuzzminimizetime 1x "$1" >/tmp/fuzz.$$ 2>&1; }
for package in $(go list ./...); do
  for target in $(go test -list '^Fuzz' "$package" | grep '^Fuzz' || true); do
    fuzz "$package" "$target" || { ! grep -q 'Failing input' /tmp/fuzz.$$ && fuzz "$package" "$target"; } ||
      { cat /tmp/fuzz.$$; echo "fuzzing $package $target failed"; exit 1; }
  done
done
rm -f /tmp/fuzz.$$

say "the real binary"
log=$(mktemp)
go test -tags real -v -count=1 -timeout 12m ./real >"$log" 2>&1 || { cat "$log"; exit 1; }
tail -n 1 "$log"
while read -r line; do skip "the real binary: $line"; done < <(grep -E -A1 -e '--- SKIP' "$log" | grep -v '^--$' || true)
rm -f "$log"

if [[ -n ${IRCTEST:-} && -x ../shared/irctest/run.sh ]]; then
  say "irctest"
  CGO_ENABLED=0 go build -trimpath -o /tmp/madang.irctest ./cmd/madang
  mapfile -t others < <(grep -v '^#' tools/irctest/deselected.txt)
  MADANG=/tmp/madang.irctest CONTROLLER=tools/irctest/madang.py ../shared/irctest/run.sh -n 2 -q -rs \
    -m '(Ergo or not implementation-specific) and not deprecated and not strict' "${others[@]/#/--deselect=}"
else
  skip "irctest: set IRCTEST to a copy of the suite (see tools/irctest)"
fi

say "done"
for s in "${skipped[@]:-}"; do [[ -n $s ]] && echo "skipped: $s"; done
echo ok
