#!/usr/bin/python3
"""Stand-in for joxit/docker-registry-ui:2.6.0: a page that lists the registry's repositories, asked through
NGINX_PROXY_PASS_URL as the real one does."""
import html
import json
import os
import sys
from urllib.request import urlopen

sys.path.insert(0, "/usr/local/lib/standin")
from standin import die, serve

IMAGE = "joxit/docker-registry-ui:2.6.0"
REGISTRY = os.environ.get("NGINX_PROXY_PASS_URL") or die("NGINX_PROXY_PASS_URL is not set")


def page(handler):
    try:
        with urlopen(f"{REGISTRY}/v2/_catalog", timeout=3) as answer:
            names = json.load(answer)["repositories"]
        body = "<ul>" + "".join(f"<li>{html.escape(name)}</li>" for name in names) + "</ul>"
    except OSError as error:
        body = f"<p>The registry does not answer: {html.escape(str(error))}</p>"
    handler.page(IMAGE, os.environ.get("REGISTRY_TITLE", "Registry"), body)


serve(IMAGE, {80: {"GET /": page, "HEAD /": page}})
