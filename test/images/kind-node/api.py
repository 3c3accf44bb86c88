"""The way to the node's own API server, with the kubelet's certificate."""

import json
import ssl
import urllib.error
import urllib.request

PKI = "/etc/kubernetes/pki"
SERVER = "https://127.0.0.1:6443"


def context():
    made = ssl.create_default_context(cafile=f"{PKI}/ca.crt")
    made.load_cert_chain(f"{PKI}/kubelet.crt", f"{PKI}/kubelet.key")
    return made


def call(method, path, body=None, kind="application/json", timeout=10):
    """The answer as a value; None for 404 and 409, which a kubelet meets all the time."""
    request = urllib.request.Request(SERVER + path, method=method, headers={"Accept": "application/json"})
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", kind)
    try:
        with urllib.request.urlopen(request, context=context(), timeout=timeout) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        if error.code in (404, 409):
            return None
        raise


def watch(path):
    """Every object of a collection as (type, object): first those that are there, then changes, for a minute."""
    sign = "&" if "?" in path else "?"
    request = urllib.request.Request(f"{SERVER}{path}{sign}watch=1&timeoutSeconds=60")
    with urllib.request.urlopen(request, context=context(), timeout=70) as answer:
        for line in answer:
            event = json.loads(line)
            yield event["type"], event["object"]
