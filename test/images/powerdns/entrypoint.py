#!/usr/bin/env python3
"""Does what the official image's start-up promises: PDNS_AUTH_API_KEY opens the HTTP API, each name in
TEMPLATE_FILES (separated by commas or spaces) renders /etc/powerdns/templates.d/NAME.j2 with the environment to
/etc/powerdns/pdns.d/NAME.conf; then the server runs in this process' place."""

import os
import re
import sys

import jinja2

FOLDER = "/etc/powerdns"


def write(name, text):
    with open(os.open(f"{FOLDER}/pdns.d/{name}.conf", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        file.write(text + "\n")
    # As there: whoever reads the log reads this.
    print(f"Created {FOLDER}/pdns.d/{name}.conf with content:\n{text}\n", flush=True)


key = os.environ.get("PDNS_AUTH_API_KEY")
if key:
    write("_api", "\n".join([
        "webserver=yes", "api=yes", "webserver-address=0.0.0.0", "webserver-allow-from=0.0.0.0/0",
        f"webserver-password={key}", f"api-key={key}"]))
for name in filter(None, re.split(r"[,\s]+", os.environ.get("TEMPLATE_FILES", ""))):
    try:
        with open(f"{FOLDER}/templates.d/{name}.j2") as file:
            write(name, jinja2.Template(file.read(), undefined=jinja2.StrictUndefined).render(os.environ))
    except (OSError, jinja2.TemplateError) as error:
        sys.exit(f"template {name}: {error}")
os.execvp("pdns_server", ["pdns_server", "--guardian=no", "--daemon=no", "--disable-syslog", "--log-timestamp=no", *sys.argv[1:]])
