"""The real command, run as a user runs it: once, or as a server that other tests ask."""

import json
import os
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import urlencode, urlsplit

from flask import Flask

from search_web.web.server import Server, listen

# Seconds after which a process hangs: far beyond what a busy machine needs.
HANGS = 600
KHABARYAB = Path(sys.executable).with_name("khabaryab")


def environment(**changes: str) -> dict[str, str]:
    """The environment without what a developer may have set, in UTF-8."""
    kept = {name: value for name, value in os.environ.items() if name not in {"KHABARYAB_INDEX", "COLUMNS"}}
    return kept | {"PYTHONIOENCODING": "utf-8"} | changes


def khabaryab(*arguments: object, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run the command to its end."""
    return subprocess.run(
        [KHABARYAB, *map(str, arguments)],
        capture_output=True,
        encoding="utf-8",
        env=environment(**changes),
        timeout=HANGS,
        check=False,
    )


@dataclass
class Site:
    """A running `khabaryab serve`."""

    address: str
    process: subprocess.Popen[str]
    log: Path

    def open(self, path: str, **parameters: object) -> tuple[int, bytes]:
        """Ask for a path; gives status and body of any answer."""
        request = f"{self.address}{path}" + (f"?{urlencode(parameters)}" if parameters else "")
        try:
            with urllib.request.urlopen(request, timeout=HANGS) as response:
                return response.status, response.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()

    def search(self, **parameters: object) -> dict[str, Any]:
        status, body = self.open("/api/search", **parameters)
        assert status == 200, body
        return json.loads(body)

    def lines(self) -> list[str]:
        """What was logged so far."""
        return self.log.read_text("utf-8").splitlines()


@contextmanager
def serving(
    index: Path, folder: Path, *options: str, program: Path = KHABARYAB, **changes: str
) -> Iterator[Site]:
    """Run `khabaryab serve` on a free port; its standard error goes to a file in `folder`.

    Without other options it has one worker, so that the log and the process are those of one.
    """
    log = folder / "serve.log"
    with (
        log.open("w") as errors,
        subprocess.Popen(
            [program, "serve", "--index", index, "--port", "0", *(options or ("--workers", "1"))],
            stdout=subprocess.PIPE,
            stderr=errors,
            encoding="utf-8",
            env=environment(**changes),
        ) as process,
    ):
        assert process.stdout is not None
        try:
            yield Site(_address(process.stdout, process, log), process, log)
        finally:
            process.kill()


def _address(output: TextIO, process: subprocess.Popen[str], log: Path) -> str:
    watchdog = threading.Timer(HANGS, process.kill)
    watchdog.start()
    line = output.readline()
    watchdog.cancel()
    address = next((word for word in line.split() if word.startswith("http://")), None)
    assert address, f"{line}\n{log.read_text('utf-8')}"
    return address


@contextmanager
def running(app: Flask) -> Iterator[str]:
    """Serve an app in a thread; yield its host and port."""
    server = Server(app, listen("127.0.0.1", 0))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        yield urlsplit(server.address).netloc
    finally:
        server.stop()
        thread.join(timeout=HANGS)
    assert not thread.is_alive()
