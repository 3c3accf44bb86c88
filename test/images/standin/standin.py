"""What the stand-ins share. A stand-in answers where the real program would, reads the real configuration file it
is given and refuses a bad one; it does none of the real program's work beyond what its own file says."""

import base64
import hmac
import html
import json
import os
import re
import signal
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import yaml


def die(message):
    """Ends at the start with one line on stderr, as the real programs do for a bad configuration."""
    print(message, file=sys.stderr, flush=True)
    sys.exit(1)


def expand(text):
    """${NAME} from the environment, before anything is parsed, as Grafana's programs do it; an unset one is refused."""
    for name in set(re.findall(r"\$\{(\w+)\}", text)):
        if name not in os.environ:
            die(f"the variable {name} of the configuration is not set")
    return re.sub(r"\$\{(\w+)\}", lambda match: os.environ[match[1]], text)


def read_yaml(path, known=None, expanded=False):
    """The configuration file as a value, `expanded`: with its variables filled in first. Missing, unreadable, wrong YAML or a top-level key that the real version
    refuses (not in `known`) ends the program, naming file and line."""
    try:
        text = open(path, encoding="utf-8").read()
        text = expand(text) if expanded else text
        value = yaml.safe_load(text) or {}
        node = yaml.compose(text)
    except OSError as error:
        die(f"cannot read {path}: {error.strerror}")
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        die(f"{path}, line {mark.line + 1 if mark else '?'}: {getattr(error, 'problem', error)}")
    if known is not None and node is not None:
        for key, _ in node.value:
            if key.value not in known:
                die(f"failed parsing config: {path}: line {key.start_mark.line + 1}: field {key.value} not found")
    return value


class Handler(BaseHTTPRequestHandler):
    """Routes by method and longest path prefix: {"GET /ready": function(handler) -> None}."""

    protocol_version = "HTTP/1.1"
    routes = {}
    failing = False

    def log_message(self, *_):
        pass

    def handle_one(self):
        # For tests: POST /-/fail makes this process answer 500 to everything until it is started anew.
        if self.command == "POST" and self.path == "/-/fail":
            Handler.failing = True
        if Handler.failing:
            return self.text(500, "failing, as asked")
        url = urlsplit(self.path)
        self.route, self.query = url.path, parse_qs(url.query)
        fits = [r for r in self.routes if r.split(" ")[0] == self.command and match(r.split(" ")[1], url.path)]
        if fits:
            self.routes[max(fits, key=len)](self)
        elif any(match(r.split(" ")[1], url.path) for r in self.routes):
            self.text(405, "method not allowed")
        else:
            self.text(404, "not found")

    do_GET = do_POST = do_PUT = do_HEAD = do_DELETE = handle_one

    def body(self):
        if "chunked" in self.headers.get("Transfer-Encoding", ""):
            data = b""
            while size := int(self.rfile.readline().split(b";")[0], 16):
                data += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
            return data
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def send(self, status, data, kind="text/plain; charset=utf-8", headers=()):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(data)

    def text(self, status, text, headers=()):
        self.send(status, (text + "\n").encode(), headers=headers)

    def json(self, value, status=200):
        self.send(status, json.dumps(value).encode(), "application/json")

    def page(self, image, title, body=""):
        self.send(200, (
            f"<!doctype html><meta charset=utf-8><title>{html.escape(title)}</title>"
            f"<h1>{html.escape(title)}</h1><p>Stand-in for {html.escape(image)}.</p>{body}"
        ).encode(), "text/html; charset=utf-8")

    def signed_in(self, user, password):
        want = "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
        if hmac.compare_digest(self.headers.get("Authorization", ""), want):
            return True
        self.text(401, "unauthorized", [("WWW-Authenticate", "Basic")])
        return False


def match(pattern, path):
    return path == pattern or (pattern.endswith("/") and path.startswith(pattern))


def serve(image, servers):
    """Serves {port: routes} until SIGTERM, which ends it at once."""
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    signal.signal(signal.SIGINT, lambda *_: os._exit(0))
    for port, routes in servers.items():
        handler = type(f"Handler{port}", (Handler,), {"routes": routes})
        server = ThreadingHTTPServer(("0.0.0.0", port), handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"stand-in for {image} listens on {', '.join(map(str, servers))}", flush=True)
    threading.Event().wait()


def option(name, default=None):
    """The value of -name=value or --name=value or "--name value" among the arguments."""
    for index, word in enumerate(sys.argv):
        bare = word.lstrip("-")
        if word.startswith("-") and bare.split("=")[0] == name:
            return bare.split("=", 1)[1] if "=" in bare else sys.argv[index + 1]
    return default


def metrics(handler):
    handler.text(200, "# TYPE process_start_time_seconds gauge\nprocess_start_time_seconds 1",
                 [])
