"""Templates of deploy/aws as moto can read them: template.py FOLDER FILE… writes each as JSON into the folder."""

import ipaddress
import json
import pathlib
import re
import sys
from collections.abc import Iterator
from typing import Any

from cfnlint.decode import decode

REGION = "eu-central-1"


def joined(text: str) -> Any:
    """Fn::Sub as Fn::Join: moto looks for references in nothing else when it decides what an update changes."""
    parts = [part for part in re.split(r"(\${[^}]+})", text) if part]
    return {"Fn::Join": ["", [reference(part[2:-1]) if part.startswith("${") else part for part in parts]]}


def reference(name: str) -> Any:
    return {"Fn::GetAtt": name.split(".", 1)} if "." in name else {"Ref": name}


class Reduction:
    def __init__(self, template: dict[str, Any]) -> None:
        self.defaults = {name: each.get("Default") for name, each in template["Parameters"].items()}
        self.template = self.plain(template)
        self.resources = self.template["Resources"]
        for name, resource in self.resources.items():
            # Moto changes only what names a changed parameter itself, not what refers to that.
            resource["Metadata"] = {"Follows": [{"Ref": one} for one in sorted(self.parameters(name, set()))]}

    def plain(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self.plain(each) for each in value]
        if not isinstance(value, dict):
            return value
        match value:
            case {"Fn::Sub": text}:
                return joined(str(text))
            case {"Fn::GetAZs": ""}:  # Of the stack's region; moto takes another.
                return {"Fn::GetAZs": REGION}
            case {"Fn::Select": [index, {"Fn::Cidr": [{"Ref": name}, _, bits]}]}:  # Moto has no Fn::Cidr.
                ranges = ipaddress.ip_network(self.defaults[name]).subnets(new_prefix=32 - int(bits))
                return str([next(ranges) for _ in range(int(index) + 1)][-1])
            case {"Fn::GetAtt": [name, "LoadBalancerFullName"]}:  # The end of the ARN; moto lacks both.
                return {"Fn::Select": [1, {"Fn::Split": [":loadbalancer/", {"Ref": name}]}]}
            case {"Fn::GetAtt": [name, "TargetGroupFullName"]}:
                return {"Fn::Select": [5, {"Fn::Split": [":", {"Ref": name}]}]}
        return {str(name): self.plain(each) for name, each in value.items()}

    def names(self, value: Any) -> Iterator[str]:
        if isinstance(value, list):
            for each in value:
                yield from self.names(each)
        elif isinstance(value, dict):
            for key, each in value.items():
                yield from [each] if key == "Ref" else each[:1] if key == "Fn::GetAtt" else self.names(each)

    def parameters(self, resource: str, seen: set[str]) -> set[str]:
        found: set[str] = set()
        for name in self.names(self.resources[resource]):
            if name in self.defaults:
                found.add(name)
            elif name in self.resources and name not in seen:
                seen.add(name)
                found |= self.parameters(name, seen)
        return found


def reduced(path: pathlib.Path) -> dict[str, Any]:
    template, problems = decode(str(path))
    assert template is not None and not problems, problems
    return Reduction(json.loads(json.dumps(template))).template


if __name__ == "__main__":
    for file in map(pathlib.Path, sys.argv[2:]):
        (pathlib.Path(sys.argv[1]) / f"{file.stem}.json").write_text(json.dumps(reduced(file)))
