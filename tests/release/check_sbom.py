#!/usr/bin/env python3
"""check_sbom.py schema SBOM | libraries SBOM FOLDER | others SBOM FOLDER: what tests/release/run claims of the SBOM."""

import hashlib
import json
import pathlib
import re
import subprocess
import sys
from typing import Any

SOURCE = pathlib.Path(__file__).resolve().parents[2]
HEADER_ONLY = {"libcli11-dev", "libexpected-dev"}


def require(holds: bool, message: str) -> None:
    if not holds:
        sys.exit(message)


def schema(path: pathlib.Path) -> None:
    from cyclonedx.schema import SchemaVersion
    from cyclonedx.validation.json import JsonStrictValidator

    validator = JsonStrictValidator(SchemaVersion.V1_5)
    text = path.read_text()
    require(validator.validate_str(text) is None, f"not valid: {validator.validate_str(text)}")
    # The check can fail.
    broken = text.replace('"type": "library"', '"type": "book"')
    require(broken != text and validator.validate_str(broken) is not None, "a wrong document passes, too")


def part(bom: dict[str, Any], name: str) -> list[dict[str, Any]]:
    mark = {"name": "repopulse:part", "value": name}
    return [component for component in bom["components"] if mark in component.get("properties", [])]


def dpkg(*arguments: str) -> str:
    return subprocess.run(["dpkg-query", *arguments], capture_output=True, text=True, check=True).stdout


def sha256(path: pathlib.Path) -> list[dict[str, str]]:
    return [{"alg": "SHA-256", "content": hashlib.sha256(path.read_bytes()).hexdigest()}]


def libraries(bom: dict[str, Any], folder: pathlib.Path) -> None:
    found = part(bom, "shared library")
    require(len(found) > 20, "there should be more libraries")
    files = [file for component in [bom["metadata"]["component"], *found] for file in component["components"]]
    listed = {file["name"]: file["hashes"] for file in files}
    paths = [*folder.glob("lib/*"), folder / "bin/repopulse"]
    there = {f"{path.parent.name}/{path.name}": sha256(path) for path in paths}
    require(listed == there, f"differ: {sorted(set(listed) ^ set(there)) or 'in their hashes'}")
    purl = re.compile(r"pkg:deb/debian/[a-z0-9.+%B-]+@[^?@]+\?arch=(amd64|arm64)&distro=debian-\w+(&upstream=[^&]+)?")
    for component in found:
        name = component["name"]
        # Asked in another way than the list was made.
        for file in component["components"]:
            owners = re.split(r"[:,\s]+", dpkg("--search", f"*/{pathlib.Path(file['name']).name}"))
            require(name in owners, f"{file['name']} is not of {name}")
        require(component["version"] == dpkg("-W", "-f", "${Version}", name), f"{name} has another version")
        require(purl.fullmatch(component["purl"]) is not None, component["purl"])
        require((folder / "licenses" / name).stat().st_size > 0, name)


def others(bom: dict[str, Any], folder: pathlib.Path) -> None:
    compiled = {component["name"] for component in part(bom, "compiled in")}
    embedded = {component["name"]: component["version"] for component in part(bom, "embedded page")}
    require(compiled >= HEADER_ONLY, f"compiled in: {sorted(compiled)}")
    foreign = [name for name in compiled if re.match("libc6|libgtest|libgmock|libbenchmark|libssl", name)]
    require(not foreign, f"compiled in: {foreign}")
    for page in ("dashboard", "src/api/documentation"):
        package = json.loads((SOURCE / page / "package.json").read_text())
        wanted = package["dependencies"].items()
        require(wanted <= embedded.items(), f"embedded: {embedded}, expected {wanted}")
        require(not package.get("devDependencies", {}).keys() & embedded.keys(), f"embedded: {embedded}")
    require("@scarf/scarf" not in embedded, "@scarf/scarf counts installations; nothing of it is embedded")
    refs = [component["bom-ref"] for component in bom["components"]]
    require(bom["dependencies"][0]["dependsOn"] == refs and len(set(refs)) == len(refs), "dependencies")
    names = [*compiled, *("npm-" + name.replace("/", "-") for name in embedded)]
    missing = [name for name in names if not (folder / "licenses" / name).is_file()]
    require(not missing, f"without license: {missing}")


def main(what: str, path: str, folder: str = "") -> None:
    if what == "schema":
        schema(pathlib.Path(path))
    else:
        check = {"libraries": libraries, "others": others}[what]
        check(json.loads(pathlib.Path(path).read_text()), pathlib.Path(folder))


main(*sys.argv[1:])
