"""Pulls images as containerd does on a kind node: the way to a registry is a hosts.toml in /etc/containerd/certs.d."""

import gzip
import io
import json
import os
import re
import shutil
import tarfile
import urllib.error
import urllib.request

KINDS = ", ".join(f"application/vnd.{kind}+json" for kind in (
    "oci.image.index.v1", "oci.image.manifest.v1", "docker.distribution.manifest.list.v2", "docker.distribution.manifest.v2"))


class Missing(Exception):
    """Why an image cannot be pulled, in containerd's words."""


def split(image):
    first, _, rest = image.partition("/")
    if not rest or not ("." in first or ":" in first or first == "localhost"):
        first, rest = "docker.io", image
    name, colon, tag = rest.rpartition(":")
    return first, (name if colon else rest), (tag if colon else "latest")


def get(url, what, headers=()):
    try:
        return urllib.request.urlopen(urllib.request.Request(url, headers=dict(headers)), timeout=10)
    except urllib.error.HTTPError as error:
        if error.code == 404:
            raise Missing(f'failed to pull and unpack image "{what}": failed to resolve reference "{what}": {what}: not found')
        raise Missing(f'failed to pull image "{what}": unexpected status code {error.code}')
    except OSError as error:
        raise Missing(f'failed to pull image "{what}": failed to do request: {error}')


def manifest(image):
    """Server, repository and manifest of an image of this machine's kind."""
    registry, repository, tag = split(image)
    hosts = f"/etc/containerd/certs.d/{registry}/hosts.toml"
    if not os.path.exists(hosts):
        raise Missing(f'failed to pull image "{image}": the stand-in node reaches only registries with a hosts.toml; there is none for {registry}')
    with open(hosts, encoding="utf-8") as file:
        server = re.search(r'^\[host\."([^"]+)"\]', file.read(), re.M).group(1)
    with get(f"{server}/v2/{repository}/manifests/{tag}", image, [("Accept", KINDS)]) as answer:
        found = json.load(answer)
    if "manifests" in found:
        digest = next(one["digest"] for one in found["manifests"] if one["platform"]["architecture"] == "amd64")
        with get(f"{server}/v2/{repository}/manifests/{digest}", image, [("Accept", KINDS)]) as answer:
            found = json.load(answer)
    return server, repository, found


def pull(image, root):
    """Unpacks an image into `root`; returns its configuration (Entrypoint, Cmd, Env, WorkingDir)."""
    server, repository, found = manifest(image)
    shutil.rmtree(root, ignore_errors=True)
    os.makedirs(root)
    for layer in found["layers"]:
        with get(f"{server}/v2/{repository}/blobs/{layer['digest']}", image) as answer:
            data = answer.read()
        if data[:2] == b"\x1f\x8b":
            data = gzip.decompress(data)
        with tarfile.open(fileobj=io.BytesIO(data)) as tar:
            tar.extractall(root, filter="tar")
    with get(f"{server}/v2/{repository}/blobs/{found['config']['digest']}", image) as answer:
        return json.load(answer)["config"] or {}
