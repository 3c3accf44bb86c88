#!/usr/bin/python3
"""Stand-in for grafana/loki:3.7.6: keeps pushed lines in memory and finds them again by their labels."""

import os
import sys

# Docker asks all the time: without reading what the server needs it costs the processor a tenth.
if "-health" in sys.argv:
    os.execvp("wget", ["wget", "-q", "-T", "3", "-O", "/dev/null", "http://127.0.0.1:3100/ready"])

import json
import re

sys.path.insert(0, "/usr/local/lib/standin")
from standin import die, metrics, option, read_yaml, serve

IMAGE = "grafana/loki:3.7.6"
PATH = option("config.file") or die("-config.file is missing")
KNOWN = {"auth_enabled", "server", "analytics", "common", "schema_config", "ingester", "pattern_ingester", "frontend",
         "frontend_worker", "compactor", "limits_config", "storage_config", "query_range", "querier", "ruler",
         "query_scheduler", "distributor", "table_manager", "memberlist", "runtime_config", "tracing", "ui"}
CONFIG = read_yaml(PATH, KNOWN)
periods = (CONFIG.get("schema_config") or {}).get("configs") or die(f"{PATH}: schema_config has no configs")
if (CONFIG.get("limits_config") or {}).get("allow_structured_metadata", True) and (
        periods[-1].get("schema") != "v13" or periods[-1].get("store") != "tsdb"):
    die(f"{PATH}: CONFIG ERROR: schema v13 is required to store Structured Metadata")
if (CONFIG.get("compactor") or {}).get("retention_enabled") and not CONFIG["compactor"].get("delete_request_store"):
    die(f"{PATH}: CONFIG ERROR: compactor.delete_request_store should be configured when retention is enabled")

STREAMS = []  # (labels, nanoseconds, line)
LIMIT = 20000


def push(handler):
    for stream in json.loads(handler.body())["streams"]:
        STREAMS.extend((stream["stream"], value[0], value[1]) for value in stream["values"])
    del STREAMS[:-LIMIT]
    handler.send_response(204)
    handler.end_headers()


def query(handler):
    text = handler.query.get("query", ["{}"])[0]
    pairs = re.findall(r'(\w+)\s*(=~|=)\s*"([^"]*)"', text.split("}")[0])
    needle = re.search(r'\|=\s*"([^"]*)"', text)

    def fits(labels, line):
        good = all(re.fullmatch(v, labels.get(k, "")) if op == "=~" else labels.get(k) == v for k, op, v in pairs)
        return good and (needle is None or needle[1] in line)

    found = {}
    for labels, at, line in STREAMS[::-1]:
        if fits(labels, line):
            found.setdefault(json.dumps(labels, sort_keys=True), []).append([at, line])
    result = [{"stream": json.loads(labels), "values": values[:100]} for labels, values in found.items()]
    handler.json({"status": "success", "data": {"resultType": "streams", "result": result}})


serve(IMAGE, {CONFIG.get("server", {}).get("http_listen_port", 3100): {
    "GET /ready": lambda h: h.text(200, "ready"), "GET /metrics": metrics, "POST /loki/api/v1/push": push,
    "GET /loki/api/v1/query_range": query,
    "GET /loki/api/v1/labels": lambda h: h.json({"status": "success", "data": sorted({k for s in STREAMS for k in s[0]})}),
}})
