#!/usr/bin/python3
"""Stand-in for powerdnsadmin/pda-legacy:0.6.1: the sign-in page. At its start it connects to its database with the
user and database of SQLALCHEMY_DATABASE_URI, and ends when PostgreSQL does not know them; it makes no tables."""
import os
import socket
import struct
import sys
from urllib.parse import urlsplit

sys.path.insert(0, "/usr/local/lib/standin")
from standin import die, serve

IMAGE = "powerdnsadmin/pda-legacy:0.6.1"
uri = urlsplit(os.environ.get("SQLALCHEMY_DATABASE_URI") or die("SQLALCHEMY_DATABASE_URI is not set"))
if not os.environ.get("SECRET_KEY"):
    die("SECRET_KEY is not set")
try:
    words = f"user\0{uri.username}\0database\0{uri.path[1:]}\0\0".encode()
    # Not kept open: PostgreSQL waits a minute for the password, and then writes a line that reads as a fault.
    with socket.create_connection((uri.hostname, uri.port or 5432), timeout=5) as link:
        link.sendall(struct.pack("!ii", len(words) + 8, 196608) + words)
        answer = link.recv(1)
except OSError as error:
    die(f"the database does not answer: {error}")
if answer != b"R":
    die(f"the database refuses {uri.username}")

form = "<form><input name=username><input name=password type=password></form>"
serve(IMAGE, {80: {
    "GET /login": lambda h: h.page(IMAGE, "PowerDNS-Admin", form),
    "GET /": lambda h: h.text(302, "", [("Location", "/login")]),
}})
