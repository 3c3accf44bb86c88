#!/usr/bin/python3
"""Stand-in for grafana/alloy:v1.18.1: follows the logs of our project's containers into Loki, and hands OTLP
traces (JSON over HTTP) to Tempo. It reads the real configuration's blocks, but not its expressions: where things
go is taken from the urls and endpoints that stand in it."""

import http.client
import json
import os
import re
import socket
import sys
import threading
import time
from urllib.parse import quote, urlsplit
from urllib.request import Request, urlopen

sys.path.insert(0, "/usr/local/lib/standin")
from standin import die, metrics, option, serve

IMAGE = "grafana/alloy:v1.18.1"
if sys.argv[1:2] != ["run"]:
    die("usage: alloy run [flags] FILE")
PATH = sys.argv[-1]
try:
    TEXT = open(PATH, encoding="utf-8").read()
except OSError as error:
    die(f"Error: cannot read {PATH}: {error.strerror}")

depth = 0
for number, line in enumerate(TEXT.split("\n"), 1):
    line = re.sub(r"`[^`]*`", '""', line)
    bare = re.sub(r'"(\\.|[^"\\])*"', '""', line.split("//")[0] if '"' not in line else re.sub(r'(?<!:)//.*$', "", line))
    depth += bare.count("{") - bare.count("}")
    if depth < 0:
        die(f"Error: {PATH}:{number}: unexpected }}")
    if bare.strip() and not re.match(r'^\s*([\w.]+(\s+"")?\s*\{.*|[\w]+\s*=\s*\S.*|[}\]),].*|"".*|\S+,)\s*$', bare):
        die(f"Error: {PATH}:{number}: cannot be read: {line.strip()}")
if depth != 0:
    die(f"Error: {PATH}: {depth} blocks are not closed")
LOKI = re.search(r'url\s*=\s*"(http://[^"]+/loki/api/v1/push)"', TEXT) or die(f"Error: {PATH}: no loki.write endpoint")
TEMPO = re.search(r'otelcol\.exporter\.otlp\s+"tempo"[^}]*?endpoint\s*=\s*"([^":]+):\d+"', TEXT, re.S)
PROJECT = os.environ.get("MACULA_PROJECT", "")


class Docker(http.client.HTTPConnection):
    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect("/var/run/docker.sock")


def docker(path):
    link = Docker("docker")
    link.request("GET", path)
    return link.getresponse()


def push(service, container, tier, lines):
    values = [[str(time.time_ns() + index), line] for index, line in enumerate(lines)]
    body = {"streams": [{"stream": {"service_name": service, "container": container, "tier": tier}, "values": values}]}
    request = Request(LOKI[1], json.dumps(body).encode(), {"Content-Type": "application/json"})
    try:
        urlopen(request, timeout=5).close()
    except OSError:
        pass  # Loki may be down; the next lines try again.


def follow(container, service, name, tier, following):
    try:
        stream = docker(f"/containers/{container}/logs?follow=1&stdout=1&stderr=1&since={int(time.time()) - 60}")
        while head := stream.read(8):
            text = stream.read(int.from_bytes(head[4:8], "big")).decode(errors="replace")
            push(service, name, tier, [line for line in text.splitlines() if line])
    except OSError:
        pass
    finally:
        following.discard(container)


def discover():
    following = set()
    flags = quote(json.dumps({"label": [f"com.docker.compose.project={PROJECT}"]}))
    while True:
        try:
            for one in json.loads(docker(f"/containers/json?filters={flags}").read()):
                if one["Id"] not in following:
                    following.add(one["Id"])
                    service = one["Labels"].get("com.docker.compose.service", "")
                    tier = one["Labels"].get("dev.macula.tier", "")
                    threading.Thread(target=follow, args=(one["Id"], service, one["Names"][0].strip("/"), tier, following), daemon=True).start()
        except OSError as error:
            print(f"docker: {error}", file=sys.stderr, flush=True)
        time.sleep(2)  # The real one's refresh_interval, shorter.


def traces(handler):
    if TEMPO is None:
        return handler.text(503, "no exporter for traces")
    request = Request(f"http://{TEMPO[1]}:4318/v1/traces", handler.body(), {"Content-Type": handler.headers.get("Content-Type", "")})
    try:
        with urlopen(request, timeout=5) as answer:
            return handler.send(answer.status, answer.read(), "application/json")
    except OSError as error:
        return handler.text(503, str(error))


if PROJECT:
    threading.Thread(target=discover, daemon=True).start()
serve(IMAGE, {
    int(option("server.http.listen-addr", ":12345").rsplit(":", 1)[1]): {"GET /-/ready": lambda h: h.text(200, "ready"), "GET /metrics": metrics},
    4317: {},
    4318: {"POST /v1/traces": traces},
})
