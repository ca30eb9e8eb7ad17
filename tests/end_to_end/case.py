"""What every test here begins with: a folder of its own, and processes that end with it."""

import pathlib
import signal
import tempfile
import unittest

from harness import GitHub, Server


class Case(unittest.TestCase):
    def setUp(self) -> None:
        temporary = tempfile.TemporaryDirectory(prefix="repopulse-")
        self.addCleanup(temporary.cleanup)
        self.folder = pathlib.Path(temporary.name)

    def github(self, *repositories: str, poll_interval: int = 1) -> GitHub:
        github = GitHub(self.folder, *(repositories or ("o/none",)), poll_interval=poll_interval)
        self.addCleanup(github.end, signal.SIGKILL)
        return github

    def serve(self, github: GitHub, *arguments: str, environment: dict[str, str] | None = None) -> Server:
        server = Server(self.folder, github.url, *arguments, environment=environment)
        self.addCleanup(server.end, signal.SIGKILL)
        return server
