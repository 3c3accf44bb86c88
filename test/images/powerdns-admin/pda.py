#!/usr/bin/python3
"""Stand-in for powerdnsadmin/pda-legacy:0.6.1, as far as signing in and a record go. Tables and their types are those that its own
migrations make in PostgreSQL (user.confirmed is boolean there), hashes are bcrypt's, forms and addresses are its own; the zones are
asked of PowerDNS by PDNS_API_URL and PDNS_API_KEY. Users come by its database alone: there is no sign-up, as with SIGNUP_ENABLED=False."""
import json
import os
import re
import secrets
import sys
import urllib.error
import urllib.request
from urllib.parse import parse_qs

import bcrypt
import psycopg2

sys.path.insert(0, "/usr/local/lib/standin")
from standin import die, serve

IMAGE = "powerdnsadmin/pda-legacy:0.6.1"
URI = os.environ.get("SQLALCHEMY_DATABASE_URI") or die("SQLALCHEMY_DATABASE_URI is not set")
if not os.environ.get("SECRET_KEY"):
    die("SECRET_KEY is not set")
if os.environ.get("SIGNUP_ENABLED") != "False":
    die("this stand-in has no sign-up: SIGNUP_ENABLED must be False")
TABLES = """
CREATE TABLE IF NOT EXISTS role (id serial PRIMARY KEY, name varchar(64) UNIQUE, description varchar(128));
CREATE TABLE IF NOT EXISTS "user" (id serial PRIMARY KEY, username varchar(64) UNIQUE, password varchar(64), firstname varchar(64),
  lastname varchar(64), email varchar(128), otp_secret varchar(16), otp_last_used bigint, confirmed boolean NOT NULL DEFAULT false,
  role_id integer REFERENCES role (id));
INSERT INTO role (name, description) VALUES ('Administrator', 'Administrator'), ('User', 'User'), ('Operator', 'Operator')
  ON CONFLICT DO NOTHING;"""
# Two answers at once: each has a connection of its own, and none is left open.
def rows(text, *values):
    link = psycopg2.connect(URI, connect_timeout=5)
    try:
        with link, link.cursor() as cursor:
            cursor.execute(text, values)
            return cursor.fetchall() if cursor.description else []
    finally:
        link.close()


try:
    rows(TABLES)
except psycopg2.Error as error:
    die(f"the database refuses it: {error}")
SESSIONS = set()
TOKEN = secrets.token_hex(16)


def signed_in(handler):
    found = re.search(r"session=([0-9a-f]+)", handler.headers.get("Cookie", ""))
    return found is not None and found[1] in SESSIONS


def powerdns(method, path, body=None):
    wish = urllib.request.Request(os.environ["PDNS_API_URL"] + "/api/v1/servers/localhost" + path, body, method=method, headers={
        "X-API-Key": os.environ["PDNS_API_KEY"], "Content-Type": "application/json"})
    with urllib.request.urlopen(wish, timeout=5) as answer:
        return json.loads(answer.read() or b"null")


def login_page(handler, status=200, says=""):
    form = (f"<form method=post><input type=hidden name=_csrf_token value=\"{TOKEN}\">"
            f"<input name=username><input name=password type=password></form>{says}")
    handler.page(IMAGE, "PowerDNS-Admin", form) if status == 200 else handler.text(status, says)


def login(handler):
    given = {name: values[0] for name, values in parse_qs(handler.body().decode()).items()}
    if given.get("_csrf_token") != TOKEN:
        return login_page(handler, 403, "CSRF token")
    found = rows('SELECT password FROM "user" WHERE username = %s', given.get("username", ""))
    if not found or not bcrypt.checkpw(given.get("password", "").encode(), found[0][0].encode()):
        return login_page(handler, says="Invalid credentials")
    session = secrets.token_hex(16)
    SESSIONS.add(session)
    return handler.text(302, "", [("Location", "/dashboard/"), ("Set-Cookie", f"session={session}; HttpOnly; Path=/")])


def dashboard(handler):
    if not signed_in(handler):
        return handler.text(302, "", [("Location", "/login")])
    try:
        names = [zone["name"] for zone in powerdns("GET", "/zones")]
    except OSError as error:
        return handler.text(500, f"PowerDNS: {error}")
    return handler.page(IMAGE, "Dashboard", f"<p>{' '.join(names)}<input type=hidden name=_csrf_token value=\"{TOKEN}\">")


def apply(handler):
    """POST /domain/ZONE/apply: records as the page sends them, for PowerDNS as its API takes them."""
    zone = handler.route.split("/")[2]
    wish = json.loads(handler.body())
    if not signed_in(handler):
        return handler.text(302, "", [("Location", "/login")])
    if wish.get("_csrf_token") != TOKEN:
        return handler.text(403, "CSRF token")
    sets = [{"name": f"{one['record_name']}.{zone}.", "type": one["record_type"], "ttl": int(one["record_ttl"]), "changetype": "REPLACE",
             "records": [{"content": one["record_data"], "disabled": one["record_status"] != "Active"}]} for one in wish["record"]]
    try:
        powerdns("PATCH", f"/zones/{zone}.", json.dumps({"rrsets": sets}).encode())
    except urllib.error.HTTPError as error:
        return handler.json({"status": "error", "msg": error.read().decode()}, 500)
    return handler.json({"status": "ok"})


serve(IMAGE, {80: {
    "GET /login": login_page,
    "POST /login": login,
    "GET /dashboard/": dashboard,
    "POST /domain/": apply,
    "GET /": lambda h: h.text(302, "", [("Location", "/login")]),
}})
