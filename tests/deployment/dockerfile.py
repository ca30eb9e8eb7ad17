#!/usr/bin/env python3
"""Reads and carries out a Dockerfile where no container engine runs.

dockerfile.py config DOCKERFILE              prints what the last stage says about running it, as JSON
dockerfile.py build DOCKERFILE BASE OUT      carries out all stages: `FROM debian:…` is the folder BASE, RUN is a
                                             command in a changed root (needs root); the last stage becomes OUT

It knows the instructions that the project's Dockerfile uses, and refuses others rather than guess.
"""

import fnmatch
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

CONTEXT_OF_RUN = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"}


def instructions(path):
    text = re.sub(r"^\s*#.*\n", "", Path(path).read_text(), flags=re.M)
    for line in re.sub(r"\\\n", " ", text).splitlines():
        if line.strip():
            word, rest = line.strip().split(None, 1)
            yield word.upper(), rest.strip()


def command(text):
    """The exec form only: the image has no shell."""
    value = json.loads(text)
    assert isinstance(value, list), f"expected the exec form, not {text}"
    return value


def assignments(text):
    return dict(word.split("=", 1) for word in shlex.split(text))


class Ignored:
    """.dockerignore: the last pattern that fits a path, or a folder that it is in, decides."""

    def __init__(self, path):
        lines = [line.strip() for line in Path(path).read_text().splitlines()]
        self.rules = [(line.lstrip("!").strip("/"), line.startswith("!")) for line in lines if line and line[0] != "#"]

    def __call__(self, path):
        parts = path.split("/")
        prefixes = ["/".join(parts[: n + 1]) for n in range(len(parts))]
        ignored = False
        for pattern, wanted in self.rules:
            if any(self.fits(prefix, pattern) for prefix in prefixes):
                ignored = not wanted
        return ignored

    @staticmethod
    def fits(path, pattern):
        if pattern.startswith("**/"):
            return any(fnmatch.fnmatchcase(part, pattern[3:]) for part in path.split("/"))
        return path.count("/") == pattern.count("/") and fnmatch.fnmatchcase(path, pattern)


def context_files(folder):
    """What a client would send: git's files and whatever else lies there, less what is ignored."""
    ignored = Ignored(folder / ".dockerignore")
    for root, folders, files in os.walk(folder):
        relative = Path(root).relative_to(folder)
        folders[:] = [name for name in folders if name not in (".git", "node_modules") and not name.startswith("build")]
        for name in files:
            path = (relative / name).as_posix()
            if not ignored(path):
                yield path


class Stage:
    def __init__(self, root):
        self.root = root
        self.config = {"env": {}, "labels": {}, "workdir": "/", "user": "", "volumes": [], "expose": []}

    def inside(self, path):
        return self.root / os.path.normpath(os.path.join(self.config["workdir"], path)).lstrip("/")

    def say(self, word, rest):
        """What only describes the image."""
        config = self.config
        if word == "ENV":
            config["env"].update(assignments(rest))
        elif word == "LABEL":
            config["labels"].update(assignments(rest))
        elif word == "USER":
            config["user"] = rest
        elif word == "WORKDIR":
            config["workdir"] = rest
        elif word == "VOLUME":
            config["volumes"].append(rest)
        elif word == "EXPOSE":
            config["expose"].append(rest)
        elif word == "STOPSIGNAL":
            config["stop_signal"] = rest
        elif word in ("ENTRYPOINT", "CMD"):
            config[word.lower()] = command(rest)
        elif word == "HEALTHCHECK":
            options, _, words = rest.partition(" CMD ")
            config["health"] = {"options": assignments(options), "command": command(words)}
        else:
            raise SystemExit(f"dockerfile.py: {word} is not known")


def config(path):
    stage = None
    for word, rest in instructions(path):
        if word == "FROM":
            stage = Stage(None)
        elif word not in ("ARG", "COPY", "RUN"):
            stage.say(word, rest)
    return stage.config


def run_in(stage, words):
    print(f"RUN {words}", flush=True)
    mounts = [("--rbind", f"/{name}", stage.root / name) for name in ("proc", "dev", "sys")]
    script = "".join(f"mount {kind} {source} {shlex.quote(str(target))}\n" for kind, source, target in mounts)
    script += 'exec chroot "$0" /bin/sh -c "$1"'
    inside = f"cd {shlex.quote(stage.config['workdir'])} && {words}"
    environment = {**CONTEXT_OF_RUN, **stage.config["env"]}
    words = ["unshare", "--mount", "sh", "-e", "-c", script, str(stage.root), inside]
    subprocess.run(words, env=environment, check=True)


def copy_into(stage, rest, stages, context, files):
    words = shlex.split(rest)
    source_stage = None
    if words[0].startswith("--from="):
        source_stage = stages[words.pop(0).split("=", 1)[1]]
    *sources, target = words
    print(f"COPY {rest}", flush=True)
    destination = stage.inside(target)
    for source in sources:
        if source_stage:
            origin = source_stage.root / source.lstrip("/")
            assert origin.is_dir(), f"{source} is no folder"
            subprocess.run(["cp", "-a", f"{origin}/.", str(destination)], check=True)
            continue
        wanted = [name for name in files if source == "." or name == source or name.startswith(source + "/")]
        assert wanted, f"COPY {source}: nothing of it is in the context"
        for name in wanted:
            (destination / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(context / name, destination / name, follow_symlinks=False)


def build(path, base, out):
    context = Path(path).resolve().parent
    files = list(context_files(context))
    work = Path(out).with_suffix(".stages")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    stages, stage, arguments = {}, None, {}
    for word, rest in instructions(path):
        if word == "FROM":
            image, _, name = rest.partition(" AS ")
            stage = Stage(work / (name or f"stage{len(stages)}"))
            stages[name or str(len(stages))] = stage
            if image == "scratch":
                stage.root.mkdir()
            else:
                assert image.startswith("debian:bookworm"), f"the base at hand is Debian 12, not {image}"
                subprocess.run(["cp", "-a", base, str(stage.root)], check=True)
                shutil.copy("/etc/resolv.conf", stage.root / "etc/resolv.conf")
        elif word == "ARG":
            arguments.update(assignments(rest))
        elif word == "RUN":
            run_in(stage, rest)
        elif word == "COPY":
            copy_into(stage, rest, stages, context, files)
        else:
            stage.say(word, rest)
            if word == "WORKDIR":
                stage.inside(".").mkdir(parents=True, exist_ok=True)
    shutil.rmtree(out, ignore_errors=True)
    stage.root.rename(out)
    shutil.rmtree(work)


def main(words):
    if len(words) == 2 and words[0] == "config":
        print(json.dumps(config(words[1]), indent=1))
    elif len(words) == 4 and words[0] == "build":
        build(*words[1:])
    else:
        raise SystemExit(__doc__)


main(sys.argv[1:])
