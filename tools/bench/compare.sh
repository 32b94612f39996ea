#!/bin/sh
# Compares a madang binary with InspIRCd on this machine; see compare.py --help.
exec python3 "$(dirname "$0")/compare.py" "$@"
