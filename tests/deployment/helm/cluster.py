#!/usr/bin/env python3
"""As much of a cluster's API as Helm's dry runs ask: cluster.py [KEY=VALUE…] has a Secret with these data, or none.

Prints its address first.
"""

import base64
import http.server
import json
import re
import sys
from typing import Any

# The kinds that the chart makes, by group and version.
KINDS = {
    "v1": ("ConfigMap", "Secret", "Service", "ServiceAccount"),
    "apps/v1": ("Deployment", "StatefulSet"),
    "networking.k8s.io/v1": ("Ingress", "NetworkPolicy"),
    "policy/v1": ("PodDisruptionBudget",),
    "monitoring.coreos.com/v1": ("ServiceMonitor", "PrometheusRule"),
}
ANSWERS: dict[str, Any] = {
    "/version": {"major": "1", "minor": "33", "gitVersion": "v1.33.0"},
    "/api": {"kind": "APIVersions", "versions": ["v1"]},
    "/apis": {"kind": "APIGroupList", "apiVersion": "v1", "groups": [
        {"name": group.partition("/")[0], "versions": [{"groupVersion": group, "version": "v1"}]}
        for group in KINDS if "/" in group]},
}


def plural(kind: str) -> str:
    return re.sub("y$", "ie", re.sub("ss$", "sse", kind.lower())) + "s"


for group, kinds in KINDS.items():
    ANSWERS[f"/api{'s' if '/' in group else ''}/{group}"] = {
        "kind": "APIResourceList", "groupVersion": group, "resources": [
            {"name": plural(kind), "singularName": kind.lower(), "namespaced": True, "kind": kind, "verbs": ["get"]}
            for kind in kinds]}


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        known = ANSWERS.get(self.path.partition("?")[0])
        body = json.dumps(known or {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound",
                                    "code": 404}).encode()
        self.send_response(200 if known else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Nothing is logged."""


def main() -> None:
    data = {key: base64.b64encode(value.encode()).decode() for key, value in (one.split("=") for one in sys.argv[1:])}
    if data:
        name = "release-repopulse"
        ANSWERS[f"/api/v1/namespaces/default/secrets/{name}"] = {
            "kind": "Secret", "apiVersion": "v1", "metadata": {
                "name": name, "namespace": "default", "labels": {"app.kubernetes.io/managed-by": "Helm"},
                "annotations": {"meta.helm.sh/release-name": "release", "meta.helm.sh/release-namespace": "default"}},
            "data": data}
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    print(f"http://127.0.0.1:{server.server_port}", flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
