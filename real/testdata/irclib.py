"""Signs in with Debian's python3-irc by PASS account:password and prints what is said.

irclib.py HOST PORT ACCOUNT PASSWORD ROOM TEXT
"""

import sys

import irc.client

host, port, account, password, room, text = sys.argv[1:]


def joined(connection, event):
    print("entered", event.target, flush=True)
    connection.privmsg(room, text)


def said(connection, event):
    print("said", event.source.nick, event.arguments[0], flush=True)


reactor = irc.client.IRC()
connection = reactor.server().connect(host, int(port), account, password=f"{account}:{password}")
connection.add_global_handler("join", joined)
connection.add_global_handler("pubmsg", said)
reactor.process_forever()
