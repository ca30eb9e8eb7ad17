#!/usr/bin/env python3
"""Trains a zstd dictionary for stored events.

usage: train.py ID SIZE_BYTES OUT FILE[:WEIGHT]...

Each FILE holds events as a JSON array or one object a line. An event counts WEIGHT times, so that few recent ones can
outweigh many old ones. What people wrote is left out: it would waste the dictionary, and belongs to nobody's store but
their own. Needs the `zstd` command.
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

PROSE = {"body", "description", "diff_hunk", "email", "message", "title"}
MAIL = re.compile(rb"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+")


def without_prose(value):
    if isinstance(value, list):
        return [without_prose(element) for element in value]
    if isinstance(value, dict):
        return {key: "" if key in PROSE and isinstance(element, str) else without_prose(element)
                for key, element in value.items()}
    return value


def events(path):
    text = pathlib.Path(path).read_text(encoding="utf-8")
    found = json.loads(text) if text.lstrip().startswith("[") else [json.loads(line) for line in text.splitlines()]
    for event in found:
        packed = json.dumps(without_prose(event), separators=(",", ":"), ensure_ascii=False)
        yield MAIL.sub(b"someone@example.com", packed.encode())


def main():
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    number, size, out = sys.argv[1:4]
    with tempfile.TemporaryDirectory() as folder:
        samples = []
        for argument in sys.argv[4:]:
            path, _, weight = argument.partition(":")
            for event in events(path):
                for _ in range(int(weight or 1)):
                    samples.append(pathlib.Path(folder, f"{len(samples):06}"))
                    samples[-1].write_bytes(event)
        pathlib.Path(folder, "list").write_text("\n".join(map(str, samples)))
        subprocess.run(["zstd", "--train", "-q", "-T1", "-3", f"--maxdict={size}", f"--dictID={number}", "-o", out,
                        "--filelist", f"{folder}/list"], check=True)


if __name__ == "__main__":
    main()
