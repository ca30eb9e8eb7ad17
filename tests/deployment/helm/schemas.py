#!/usr/bin/env python3
"""Makes the JSON schemas that kubeconform reads, in FOLDER.

schemas.py kubernetes FOLDER WHEEL VERSION…: those of Kubernetes, from the package kubernetes-validate.
schemas.py definitions FOLDER FILE…: those of other kinds, from their definitions. Kubernetes drops fields that a
definition does not name; here they are errors, as in the strict schemas of its own kinds.
"""

import json
import pathlib
import sys
import zipfile
from typing import Any

import yaml


def kubernetes(folder: pathlib.Path, wheel: str, *versions: str) -> None:
    with zipfile.ZipFile(wheel) as package:
        for version in versions:
            made = folder / version
            made.mkdir(parents=True, exist_ok=True)
            for name in package.namelist():
                if f"/v{version}-local-strict/" in name:
                    schema = json.loads(package.read(name).replace(b'"/api/_definitions.json#', b'"_definitions.json#'))
                    schema.pop("$id", None)  # an address that leads nowhere: references are to files beside this one
                    (made / pathlib.Path(name).name).write_text(json.dumps(schema))
            assert (made / "_definitions.json").exists(), f"{wheel} has no schemas of Kubernetes {version}"


def strict(node: Any) -> Any:
    if isinstance(node, list):
        return [strict(element) for element in node]
    if not isinstance(node, dict):
        return node
    made = {name: strict(member) for name, member in node.items() if not name.startswith("x-kubernetes-")}
    if node.get("x-kubernetes-int-or-string"):
        made.pop("type", None)
        made["anyOf"] = [{"type": "integer"}, {"type": "string"}]
    if isinstance(node.get("properties"), dict) and not node.get("x-kubernetes-preserve-unknown-fields"):
        made.setdefault("additionalProperties", False)
    return made


def definitions(folder: pathlib.Path, *names: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        definition = yaml.safe_load(pathlib.Path(name).read_text())["spec"]
        for version in definition["versions"]:
            schema = strict(version["schema"]["openAPIV3Schema"])
            schema["properties"]["metadata"] = {"type": "object"}
            path = folder / f"{definition['names']['singular']}_{version['name']}.json"
            path.write_text(json.dumps(schema))


if __name__ == "__main__":
    {"kubernetes": kubernetes, "definitions": definitions}[sys.argv[1]](pathlib.Path(sys.argv[2]), *sys.argv[3:])
