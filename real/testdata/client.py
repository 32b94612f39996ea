"""A first chat client: connect, send one greeting, print one answer.

python3 client.py HOST PORT [TEXT]
"""
import socket
import sys

text = sys.argv[3] if len(sys.argv) > 3 else "Hello, Server"
connection = socket.socket()
connection.connect((sys.argv[1], int(sys.argv[2])))
connection.send(text.encode("utf-8"))
answer = connection.recv(100)
print(answer.decode("utf-8", errors="replace"))
connection.close()
