"""AWS Signature Version 4 for S3, both ways: signing a request and checking one (AWS documentation, "Signature
Version 4 signing process"). Used by the object store's stand-in and by Tempo's, which is its client."""

import datetime
import hashlib
import hmac
import http.client
from urllib.parse import parse_qsl, quote, urlsplit

EMPTY = hashlib.sha256(b"").hexdigest()


def _hmac(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def signature(secret, method, path, query, headers, signed, payload_hash, stamp, scope):
    pairs = sorted((quote(k, safe="-_.~"), quote(v, safe="-_.~")) for k, v in query)
    canonical = "\n".join([
        method, quote(path, safe="/-_.~"), "&".join(f"{k}={v}" for k, v in pairs),
        "".join(f"{name}:{' '.join(headers[name].split())}\n" for name in signed), ";".join(signed), payload_hash,
    ])
    text = "\n".join(["AWS4-HMAC-SHA256", stamp, scope, hashlib.sha256(canonical.encode()).hexdigest()])
    date, region, service, _ = scope.split("/")
    key = _hmac(_hmac(_hmac(_hmac(b"AWS4" + secret.encode(), date), region), service), "aws4_request")
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def is_signed(method, raw_path, headers, access, secret):
    """Whether a request carries a valid signature of ours in its Authorization header or its query."""
    from urllib.parse import unquote

    url = urlsplit(raw_path)
    query = parse_qsl(url.query, keep_blank_values=True)
    given = dict(query)
    low = {name.lower(): value for name, value in headers.items()}
    try:
        if "X-Amz-Signature" in given:
            credential, signed, theirs = given["X-Amz-Credential"], given["X-Amz-SignedHeaders"], given["X-Amz-Signature"]
            stamp, payload = given["X-Amz-Date"], "UNSIGNED-PAYLOAD"
            query = [(k, v) for k, v in query if k != "X-Amz-Signature"]
        else:
            scheme, rest = low["authorization"].split(" ", 1)
            parts = dict(part.strip().split("=", 1) for part in rest.split(","))
            credential, signed, theirs = parts["Credential"], parts["SignedHeaders"], parts["Signature"]
            stamp, payload = low["x-amz-date"], low.get("x-amz-content-sha256", EMPTY)
            if scheme != "AWS4-HMAC-SHA256":
                return False
        key, scope = credential.split("/", 1)
        if not hmac.compare_digest(key, access):
            return False
        ours = signature(secret, method, unquote(url.path), query, low, signed.split(";"), payload, stamp, scope)
        return hmac.compare_digest(ours, theirs)
    except (KeyError, ValueError):
        return False


def request(endpoint, access, secret, method, path, body=b"", query=()):
    """One signed request; returns (status, body). Raises OSError when nothing answers."""
    stamp = datetime.datetime.now(datetime.timezone.utc).strftime("%Y%m%dT%H%M%SZ")
    payload = hashlib.sha256(body).hexdigest()
    headers = {"host": endpoint, "x-amz-date": stamp, "x-amz-content-sha256": payload}
    scope = f"{stamp[:8]}/us-east-1/s3/aws4_request"
    signed = sorted(headers)
    mine = signature(secret, method, path, list(query), headers, signed, payload, stamp, scope)
    headers["Authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={access}/{scope}, SignedHeaders={';'.join(signed)}, Signature={mine}")
    link = http.client.HTTPConnection(endpoint, timeout=5)
    try:
        text = "&".join(f"{quote(k, safe='-_.~')}={quote(v, safe='-_.~')}" for k, v in query)
        link.request(method, quote(path, safe="/-_.~") + (f"?{text}" if text else ""), body, headers)
        answer = link.getresponse()
        return answer.status, answer.read()
    finally:
        link.close()
