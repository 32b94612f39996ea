"""A first chat server: accept one client, send one greeting, print one answer.

python3 server.py PORT
"""
import socket
import sys

door = socket.socket()
door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
door.bind(("", int(sys.argv[1])))
door.listen(1)
connection, address = door.accept()
connection.send("Hello, Client".encode("utf-8"))
answer = connection.recv(100)
print(answer.decode("utf-8", errors="replace"))
connection.close()
door.close()
