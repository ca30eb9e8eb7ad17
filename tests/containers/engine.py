"""podman and podman-compose as `inside` has set them up, and the images that the tests run."""

import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import threading
from typing import Any

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "end_to_end"))
from harness import BUILD, SOURCE, TOKEN, ask, wait_long  # noqa: E402

WORK = pathlib.Path(os.environ["REPOPULSE_CONTAINERS"])
MONGOD = BUILD / "containers/mongod"
VERSION = next(line.split("=")[1].strip() for line in (SOURCE / "Dockerfile").read_text().splitlines()
               if line.startswith("ARG VERSION="))
IMAGE = f"localhost/repopulse:{VERSION}"
GITHUB_IMAGE = "localhost/simulated-github"
GITHUB_PORT = 9000


def run(*command: str, check: bool = True, **options: Any) -> subprocess.CompletedProcess:
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if check and done.returncode != 0:
        raise AssertionError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done


def podman(*arguments: str, check: bool = True) -> str:
    return run("podman", *arguments, check=check).stdout.strip()


def inspect(container: str) -> dict[str, Any]:
    return json.loads(podman("container", "inspect", container))[0]


def said(container: str) -> str:
    done = run("podman", "logs", container)
    return done.stdout + done.stderr


def check_health(container: str) -> str:
    """As the engine does by itself where systemd has timers for it. Empty: healthy; else what is wrong. Within the
    start period a failed check ends with 0, too; the container's state tells."""
    done = run("podman", "healthcheck", "run", container, check=False)
    health = inspect(container)["State"]["Health"]
    return "" if done.returncode == 0 and health["Status"] == "healthy" else f"{done.stdout}{done.stderr}{health}"


def wait_healthy(container: str) -> None:
    problem = "it does not run"

    def holds() -> bool:
        nonlocal problem
        problem = check_health(container) if inspect(container)["State"]["Running"] else "it does not run"
        return not problem
    try:
        wait_long(f"{container} is healthy", holds)
    except AssertionError as error:
        raise AssertionError(f"{error}: {problem}\n{said(container)}") from None


def answers(url: str) -> bool:
    try:
        return ask(url).status == 200
    except OSError:
        return False


# --- images ---

def last_stage() -> str:
    """Of the Dockerfile, as it stands there."""
    text = (SOURCE / "Dockerfile").read_text()
    return text[text.rindex("\nFROM ") + 1:]


def build_image() -> None:
    """The image of the Dockerfile's last stage, whose first stage is this build; or the one in the archive that
    REPOPULSE_IMAGE names, of the whole Dockerfile. In Docker's format, since OCI's has no health check."""
    if podman("images", "--quiet", IMAGE):
        return
    if os.environ.get("REPOPULSE_IMAGE"):
        podman("load", "--quiet", "--input", os.environ["REPOPULSE_IMAGE"])
        return
    stage, file = WORK / "stage", WORK / "image.dockerfile"
    stage.mkdir()
    run(str(SOURCE / "deploy/image/assemble"), str(BUILD / "repopulse"), str(stage / "image"))
    file.write_text(last_stage())
    podman("build", "--quiet", "--format", "docker", "--build-context", f"build={stage}", "--tag", IMAGE,
           "--file", str(file), str(stage))
    shutil.rmtree(stage)


def install_programs(root: pathlib.Path, programs: dict[str, str]) -> None:
    """Programs of this machine into an image's root, with the libraries that they need."""
    for name in ("bin", "dev", "proc", "sys", "run", "etc", "tmp"):
        (root / name).mkdir(parents=True, exist_ok=True)
    for target, source in programs.items():
        path = root / target
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, path)
        path.chmod(0o755)
        for word in run("ldd", source, check=False).stdout.split():
            if word.startswith("/") and not (root / word[1:]).exists():
                (root / word[1:]).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(os.path.realpath(word), root / word[1:])


def build_root(tag: str, root: pathlib.Path, *lines: str) -> None:
    """An image of that root, whose owners an archive keeps."""
    file = WORK / "root.dockerfile"
    file.write_text("\n".join(("FROM scratch", "ADD root.tar /", *lines, "")))
    with tempfile.TemporaryDirectory(dir=WORK) as context:
        shutil.make_archive(f"{context}/root", "tar", root)
        podman("build", "--quiet", "--tag", tag, "--file", str(file), context)
    shutil.rmtree(root)


def build_github() -> None:
    if podman("images", "--quiet", GITHUB_IMAGE):
        return
    root = WORK / "github"
    install_programs(root, {"bin/repopulse-sim": str(BUILD / "repopulse-sim")})
    build_root(GITHUB_IMAGE, root, 'ENTRYPOINT ["/bin/repopulse-sim"]')


def build_mongodb(image: str) -> None:
    """In the place of the image that docker-compose.yml names: FerretDB, which speaks MongoDB's protocol, and what the
    services there call besides: a shell with a few programs, an entry point that hands on other commands, and the
    health check's mongosh."""
    root = WORK / "mongodb"
    programs = ("bash", "cat", "chmod", "chown", "head", "hostname", "mv", "od", "sh", "tr")
    install_programs(root, {f"bin/{name}": shutil.which(name) for name in programs} | {"bin/mongod": str(MONGOD)})
    for name in ("docker-entrypoint.sh", "mongosh"):
        shutil.copy(HERE / "mongodb" / name, root / "bin" / name)
        (root / "bin" / name).chmod(0o755)
    for name in ("data/db", "data/configdb", "docker-entrypoint-initdb.d"):
        (root / name).mkdir(parents=True)
    shutil.chown(root / "data/db", 999, 999)
    (root / "etc/passwd").write_text("root:x:0:0::/:/bin/sh\nmongodb:x:999:999::/data/db:/bin/sh\n")
    build_root(image, root, "ENV PATH=/bin", "VOLUME /data/db /data/configdb",
               'ENTRYPOINT ["/bin/docker-entrypoint.sh"]', 'CMD ["mongod"]')


# --- the simulated GitHub ---

def github_arguments(*repositories: str) -> list[str]:
    activity = [word for name in repositories for word in ("--synthetic", f"{name}=0.001")]
    return ["--listen", f"0.0.0.0:{GITHUB_PORT}", "--token", TOKEN, "--poll-interval", "1",
            "--limit", "1000000", *activity]


class GitHub:
    """Its admin side, on the port that it publishes."""

    url = f"http://127.0.0.1:{GITHUB_PORT}"

    def add_events(self, name: str, count: int) -> None:
        answer = ask(f"{self.url}/_sim/repos/{name}/events", method="POST", body=[{"type": "PushEvent"}] * count)
        assert answer.status == 201, answer.body

    def shown(self, name: str) -> set[str]:
        return {event["id"] for event in ask(f"{self.url}/_sim/repos/{name}").json()}


# --- Compose ---

class Project:
    """What a Compose file of the source tree brings up, with a simulated GitHub beside it."""

    def __init__(self, name: str, file: str, network: str, variables: dict[str, str]) -> None:
        self.name = name
        self.environment = {word: os.environ[word] for word in os.environ if word not in variables} | variables
        port = f"127.0.0.1:{GITHUB_PORT}:{GITHUB_PORT}"
        github = {"image": GITHUB_IMAGE, "command": github_arguments("octo/one", "octo/two"), "networks": [network],
                  "ports": [port]}
        server = {"environment": {"REPOPULSE_GITHUB_URL": f"http://github:{GITHUB_PORT}", "REPOPULSE_FRESHNESS": "1s"}}
        path = WORK / f"{name}-beside.json"
        path.write_text(json.dumps({"services": {"github": github, "repopulse": server}}))
        # Without the .env of whoever runs the tests.
        self.command = [os.environ["PODMAN_COMPOSE"], "--podman-path", str(HERE / "podman_for_compose"),
                        "--env-file", "/dev/null", "-f", str(SOURCE / file), "-f", str(path)]
        self._stopped = threading.Event()
        self._checks = threading.Thread(target=self._check_health, daemon=True)
        self._checks.start()

    def compose(self, *arguments: str) -> subprocess.CompletedProcess:
        return run(*self.command, *arguments, env=self.environment)

    def container(self, service: str) -> str:
        found = podman("ps", "--all", "--quiet", "--filter", f"label=com.docker.compose.project={self.name}",
                       "--filter", f"label=com.docker.compose.service={service}").split()
        assert len(found) == 1, f"{len(found)} containers of {service}"
        return found[0]

    def kill(self, *services: str) -> None:
        """As a machine does that loses its power: no process of theirs hears of it."""
        for service in services:
            podman("kill", "--signal", "KILL", self.container(service))

    def end(self) -> None:
        self._stopped.set()
        self._checks.join()
        self.compose("down", "--volumes", "--timeout", "1")

    def _check_health(self) -> None:
        """podman leaves the clock of health checks to systemd, which is not here; `depends_on` waits for them."""
        while not self._stopped.wait(1):
            for container in podman("ps", "--quiet", check=False).split():
                run("podman", "healthcheck", "run", container, check=False)
