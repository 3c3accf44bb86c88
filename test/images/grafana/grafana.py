#!/usr/bin/python3
"""Stand-in for grafana/grafana:13.2.1: health, sign-in by basic auth, `grafana cli admin reset-admin-password`, and what is provisioned, read from the real
provisioning files. It draws no dashboards and queries no source."""

import glob
import json
import os
import sys

sys.path.insert(0, "/usr/local/lib/standin")
from standin import die, metrics, read_yaml, serve

IMAGE = "grafana/grafana:13.2.1"
# As there: the variable counts at the first start only, then the database has it, and `grafana cli` changes it there.
KEPT = "/var/lib/grafana/standin-admin-password"


def keep(password):
    if len(password) <= 4:
        die("Error: new password is too short")
    with open(f"{KEPT}.half", "w", encoding="utf-8") as file:
        file.write(password)
    os.replace(f"{KEPT}.half", KEPT)


if sys.argv[1:] == ["cli", "admin", "reset-admin-password", "--password-from-stdin"]:
    keep(sys.stdin.readline().rstrip("\n"))
    print("Admin password changed successfully")
    sys.exit(0)
first = os.environ.get("GF_SECURITY_ADMIN_PASSWORD") or die("GF_SECURITY_ADMIN_PASSWORD is not set")
if not os.path.exists(KEPT):
    keep(first)
USER = os.environ.get("GF_SECURITY_ADMIN_USER", "admin")
BASE = "/etc/grafana/provisioning"
SOURCES = [source for path in sorted(glob.glob(f"{BASE}/datasources/*.y*ml"))
           for source in read_yaml(path, {"apiVersion", "prune", "datasources", "deleteDatasources"})["datasources"]]
if len({source["uid"] for source in SOURCES}) != len(SOURCES):
    die(f"{BASE}/datasources: a uid appears twice")
BOARDS = []
for path in sorted(glob.glob(f"{BASE}/dashboards/*.y*ml")):
    for provider in read_yaml(path, {"apiVersion", "providers"})["providers"]:
        for board in sorted(glob.glob(f"{provider['options']['path']}/*.json")):
            try:
                BOARDS.append(json.load(open(board, encoding="utf-8")))
            except ValueError as error:
                die(f"failed to load dashboard from {board}: {error}")


def guarded(answer):
    return lambda h: h.json(answer()) if h.signed_in(USER, open(KEPT, encoding="utf-8").read()) else None


serve(IMAGE, {3000: {
    "GET /api/health": lambda h: h.json({"database": "ok", "version": "13.2.1", "standin": True}),
    "GET /metrics": metrics,
    "GET /login": lambda h: h.page(IMAGE, "Grafana", "<form><input name=user><input name=password type=password></form>"),
    "GET /": lambda h: h.text(302, "", [("Location", "/login")]),
    "GET /api/datasources": guarded(lambda: SOURCES),
    "GET /api/search": guarded(lambda: [{"uid": b["uid"], "title": b["title"], "type": "dash-db"} for b in BOARDS]),
}})
