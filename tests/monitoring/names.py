"""Checks deploy/monitoring against a scrape: names.py SCRAPE FOLDER DESCRIPTION RULES_OUT.

Every metric that a panel or an alert names is in the scrape, and every value that it picks a metric by is one of those
that the metric has, where these are a closed set. The description names all metrics and alerts, and no others. The
panels' expressions go into RULES_OUT as recording rules, so that promtool can say whether they are well formed.
"""

import json
import pathlib
import re
import sys

METRIC = re.compile(r"\b((?:repopulse|process)_[a-z0-9_]+)(\{[^}]*\})?")
MATCHER = re.compile(r'(\w+)=~?"([^"$]*)"')
CLOSED_SETS = {"result", "state"}
VARIABLES = {"$__rate_interval": "5m", "$job": "repopulse", "$instance": ".*"}


def panel_expressions(dashboard: dict) -> list[str]:
    expressions = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", [])]
    expressions += [annotation["expr"] for annotation in dashboard["annotations"]["list"]]
    for name, value in VARIABLES.items():
        expressions = [expression.replace(name, value) for expression in expressions]
    return expressions


def complaints(where: str, text: str, known: set[str], scrape: str) -> list[str]:
    wrong = []
    for name, matchers in METRIC.findall(text):
        if name not in known:
            wrong.append(f"{where} names {name}, which the server does not show")
        for label, values in MATCHER.findall(matchers):
            for value in values.split("|") if label in CLOSED_SETS else []:
                if f'{label}="{value}"' not in scrape:
                    wrong.append(f"{where} asks for {name} of {label} {value!r}, which the server does not show")
    return wrong


def main() -> int:
    scrape = pathlib.Path(sys.argv[1]).read_text()
    folder = pathlib.Path(sys.argv[2])
    known = {re.split(r"[{ ]", line)[0] for line in scrape.splitlines() if not line.startswith("#")}
    expressions = panel_expressions(json.loads((folder / "grafana-dashboard.json").read_text()))
    alerts = re.sub(r'^\s*(?:summary|description): ".*"$', "", (folder / "alerts.yml").read_text(), flags=re.MULTILINE)
    wrong = complaints("alerts.yml", alerts, known, scrape)
    for expression in expressions:
        wrong += complaints("grafana-dashboard.json", expression, known, scrape)
    described = pathlib.Path(sys.argv[3]).read_text()
    shown = {line.split()[2] for line in scrape.splitlines() if line.startswith("# TYPE ")}
    for name in sorted(shown) + re.findall(r"alert: (\w+)", alerts):
        if f"`{name}`" not in described:
            wrong.append(f"docs/metrics.md does not describe {name}")
    for name in METRIC.findall(described):
        if name[0] not in shown:
            wrong.append(f"docs/metrics.md describes {name[0]}, which the server does not show")
    rules = [{"record": f"panel:{index}", "expr": expression} for index, expression in enumerate(expressions)]
    pathlib.Path(sys.argv[4]).write_text(json.dumps({"groups": [{"name": "panels", "rules": rules}]}))
    print("\n".join(wrong) or f"{len(expressions)} panel expressions and the alerts name metrics that are there")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
