#!/usr/bin/env python3
"""confinement.py UNIT STRACE_LOG FOLDER…: does what a server did, as strace saw it, stay within what its unit allows?

Compares system calls with SystemCallFilter, sockets with RestrictAddressFamilies, mappings with
MemoryDenyWriteExecute, and files opened for writing with ProtectSystem=strict, which leaves the FOLDERs, /tmp and
devices. Prints what does not.
"""

import re
import subprocess
import sys
from functools import cache
from pathlib import Path


@cache
def expand(group):
    """The system calls of a filter group; groups hold groups."""
    if not group.startswith("@"):
        return frozenset([group])
    lines = subprocess.run(
        ["systemd-analyze", "--no-pager", "syscall-filter", group], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    words = [line.strip() for line in lines[1:] if line.strip() and not line.strip().startswith("#")]
    return frozenset().union(*(expand(word) for word in words))


def values(unit, key):
    return [line.split("=", 1)[1] for line in unit.splitlines() if line.startswith(key + "=")]


def allowed_calls(unit):
    calls = set()
    for value in values(unit, "SystemCallFilter"):
        named = set().union(*(expand(word) for word in value.lstrip("~").split()))
        calls = calls - named if value.startswith("~") else calls | named
    return calls


def main(unit_path, log_path, *folders):
    unit = Path(unit_path).read_text()
    allowed, families = allowed_calls(unit), set(" ".join(values(unit, "RestrictAddressFamilies")).split())
    wrong, seen = set(), set()
    for line in Path(log_path).read_text(errors="replace").splitlines():
        call = re.match(r"(?:\d+ +)?(\w+)\((.*)", line)
        if not call:
            continue
        name, rest = call.groups()
        seen.add(name)
        if name not in allowed and name != "execve":
            wrong.add(f"system call {name} is not allowed")
        family = re.match(r"(AF_\w+)", rest)
        if name == "socket" and family and family[1] not in families:
            wrong.add(f"socket of {family[1]} is not allowed")
        writes_code = name == "mmap" and "PROT_WRITE" in rest
        if "PROT_EXEC" in rest and (writes_code or name in ("mprotect", "pkey_mprotect")):
            wrong.add(f"memory is made executable: {line}")
        path = re.match(r'AT_FDCWD, "([^"]*)", [^)]*(?:O_WRONLY|O_RDWR|O_CREAT)', rest)
        if name == "openat" and path and not path[1].startswith((*folders, "/tmp/", "/dev/")):
            wrong.add(f"{path[1]} is opened for writing")
    if len(seen) < 20:
        wrong.add(f"only {len(seen)} different system calls were seen: is that a server?")
    print("\n".join(sorted(wrong)))
    return bool(wrong)


sys.exit(main(*sys.argv[1:]))
