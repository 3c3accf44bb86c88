"""nginx' configuration as F5's NGINX Ingress Controller 5.5 makes it of Ingress objects and its ConfigMap: the directives
of its templates (internal/configs/version1) that decide what reaches a pod and what comes back. Pure: the cluster's
objects in, text out. Not there: its rarer annotations, mergeable Ingresses, rate limits, authentication, gRPC, and
certificates (a TLS server refuses the handshake, as the real one does when its secret is missing)."""

MAIN = {"worker-connections": "1024", "worker-rlimit-nofile": "", "http-snippets": "", "keepalive": "0"}
LOCATION = {"proxy-connect-timeout": "60s", "proxy-read-timeout": "60s", "proxy-send-timeout": "60s", "client-max-body-size": "1m",
            "proxy-buffering": "true", "proxy-buffers": "", "proxy-buffer-size": "", "proxy-busy-buffers-size": "", "location-snippets": "",
            "server-snippets": "", "ssl-redirect": "true"}


class Refused(Exception):
    """Why the real controller takes nothing of an Ingress."""


def backends_of(spec):
    found = [path["backend"] for rule in spec.get("rules") or [] for path in (rule.get("http") or {}).get("paths", [])]
    found += [spec["defaultBackend"]] if spec.get("defaultBackend") else []
    return [one["service"] for one in found if "service" in one]


def websockets_of(meta, spec):
    """The services that the annotation names; like the real one it refuses the Ingress for a name that it has not."""
    annotations = meta.get("annotations") or {}
    if "nginx.org/websocket-services" not in annotations:
        return set()
    named = {one.strip() for one in annotations["nginx.org/websocket-services"].split(",")}
    unknown = named - {service["name"] for service in backends_of(spec)}
    if unknown:
        raise Refused(f"nginx.org/websocket-services: must be a comma-separated list of services. The following services were not found: {', '.join(sorted(unknown))}")
    return named


def is_ours(ingress):
    old = (ingress["metadata"].get("annotations") or {}).get("kubernetes.io/ingress.class")
    return (ingress["spec"].get("ingressClassName") or old) == "nginx"


def location(path, kind, service, upstream, websocket, values):
    lines = [f"set $service \"{service}\";", "proxy_http_version 1.1;"]
    if websocket:
        lines += ["proxy_set_header Upgrade $http_upgrade;", "proxy_set_header Connection $connection_upgrade;"]
    elif values["keepalive"] != "0":
        lines += ['proxy_set_header Connection "";']
    lines += values["location-snippets"].splitlines()
    lines += [f"proxy_{name}_timeout {values[f'proxy-{name}-timeout']};" for name in ("connect", "read", "send")]
    lines += [f"client_max_body_size {values['client-max-body-size']};",
              "proxy_set_header Host $host;", "proxy_set_header X-Real-IP $remote_addr;", "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;",
              "proxy_set_header X-Forwarded-Host $host;", "proxy_set_header X-Forwarded-Port $server_port;", "proxy_set_header X-Forwarded-Proto $scheme;",
              f"proxy_buffering {'on' if values['proxy-buffering'].lower() == 'true' else 'off'};"]
    lines += [f"{key.replace('-', '_')} {values[key]};" for key in ("proxy-buffers", "proxy-buffer-size", "proxy-busy-buffers-size") if values[key]]
    lines += [f"proxy_pass http://{upstream};"]
    return f"\n    location {'= ' if kind == 'Exact' else ''}{path} {{\n      " + "\n      ".join(lines) + "\n    }"


def render(ingresses, backends, config, status, log=lambda text: None):
    """`backends`: ready addresses by (namespace, service, port name or number as text); `config`: the ConfigMap's data."""
    main = {**MAIN, **LOCATION, **{key: value for key, value in config.items()}}
    servers, upstreams = [], {}
    for ingress in ingresses:
        if not is_ours(ingress):
            continue
        meta, spec = ingress["metadata"], ingress["spec"]
        own = {key.removeprefix("nginx.org/"): value for key, value in (meta.get("annotations") or {}).items() if key.startswith("nginx.org/")}
        # An annotation goes in place of what the ConfigMap says for all.
        values = {**main, **{key: value for key, value in own.items() if key in main}}
        try:
            websockets = websockets_of(meta, spec)
        except Refused as error:
            log(f"Ingress {meta['namespace']}/{meta['name']} was rejected: {error}")
            continue
        tls = {host for one in spec.get("tls") or [] for host in one.get("hosts") or []}
        for rule in spec.get("rules") or []:
            locations = ""
            for path in (rule.get("http") or {}).get("paths", []):
                service = path["backend"].get("service")
                if service is None:
                    continue
                port = service["port"].get("name") or str(service["port"].get("number"))
                key = f"{meta['namespace']}-{meta['name']}-{rule.get('host', '')}-{service['name']}-{port}"
                # A service without a ready pod is led to a server of its own that answers 502.
                upstreams[key] = backends.get((meta["namespace"], service["name"], port)) or ["unix:/run/standin/502.sock"]
                locations += location(path.get("path") or "/", path.get("pathType"), service["name"], key, service["name"] in websockets, values)
            secure = ""
            if rule.get("host") in tls:
                secure = "\n    listen 443 ssl;\n    ssl_reject_handshake on;"
                if values["ssl-redirect"].lower() == "true":
                    secure += "\n    if ($scheme = http) { return 301 https://$host:443$request_uri; }"
            servers.append(f"  server {{\n    listen 80;{secure}\n    server_name {rule.get('host', '_')};\n    {values['server-snippets']}{locations}\n  }}")
    ups = "\n".join(f"  upstream {name} {{ {' '.join(f'server {a} max_fails=0;' for a in addresses)} }}" for name, addresses in sorted(upstreams.items()))
    files = f"worker_rlimit_nofile {main['worker-rlimit-nofile']};" if main["worker-rlimit-nofile"] else ""
    return f"""worker_processes 1;
{files}
error_log stderr warn;
pid /run/standin/nginx.pid;
events {{ worker_connections {main['worker-connections']}; }}
http {{
  {main['http-snippets']}
  access_log /dev/stdout;
  variables_hash_max_size 2048;
  server_names_hash_bucket_size 256;
  map $http_upgrade $connection_upgrade {{ default upgrade; '' close; }}
  map $http_host $service {{ default ""; }}
  server {{ listen unix:/run/standin/502.sock; access_log off; return 502; }}
  server {{ listen 80 default_server; server_name _; return 404; }}
  server {{ listen 8081; access_log off; location = /nginx-ready {{ return 200; }} }}
  server {{ listen unix:{status}; access_log off; location / {{ stub_status; }} }}
{ups}
{chr(10).join(servers)}
}}
"""
