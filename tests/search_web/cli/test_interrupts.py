"""Ctrl-C at any moment, and errors in the program: one line and an exit code, never a traceback."""

import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from commands import HANGS, environment
from conftest import SEEDS, build

from indexer.build import BuildOptions

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    index = tmp_path_factory.mktemp("interrupts") / "index"
    build([SEEDS / "tehran-dams.txt"], index, BuildOptions(semantic=False))
    return index


def interrupted(module: str, *arguments: str | Path) -> tuple[int, str]:
    """Run the program, interrupt it when it has imported `module`; return exit code and error output."""
    with subprocess.Popen(
        [sys.executable, "-X", "importtime", "-m", "search_web", *arguments],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=environment(),
    ) as process:
        assert process.stderr is not None
        lines = []
        for line in process.stderr:  # Python reports each import while it runs
            lines.append(line)
            if line.split("|")[-1].strip() == module:
                process.send_signal(signal.SIGINT)
                break
        lines += process.communicate(timeout=HANGS)[1].splitlines(keepends=True)
    return process.returncode, "".join(line for line in lines if not line.startswith("import time:"))


LIGHT = ["click.globals", "click.exceptions", "click.core", "search_web.cli.options", "search_web.cli"]
HEAVY = ["msgspec", "numpy._core.multiarray", "numpy.linalg", "indexer.archive", "indexer.persian.lexicon"]


@pytest.mark.parametrize("module", LIGHT)
@pytest.mark.parametrize("command", ["--help", "--version", "search", "index", "serve"])
def test_ctrl_c_while_the_program_loads_is_one_line_at_most(index: Path, command: str, module: str) -> None:
    arguments: dict[str, list[str | Path]] = {
        "search": ["سد", "--index", index],
        "index": [SEEDS, "--index", index, "--no-semantic"],
        "serve": ["--index", index, "--port", "0"],
    }
    code, err = interrupted(module, command, *arguments.get(command, []))
    assert code == 130, err
    assert err in ("", "khabaryab: stopped\n")


@pytest.mark.parametrize("module", HEAVY)
@pytest.mark.parametrize("command", ["search", "index", "serve"])
def test_ctrl_c_while_a_command_loads_is_one_line_at_most(index: Path, command: str, module: str) -> None:
    arguments: dict[str, list[str | Path]] = {
        "search": ["سد", "--mode", "keyword", "--index", index],
        "index": [SEEDS, "--index", index, "--no-semantic", "--allow-shrink"],
        "serve": ["--index", index, "--port", "0"],
    }
    code, err = interrupted(module, command, *arguments[command])
    assert code == 130, err
    assert len(err.splitlines()) <= 1
    assert not err or err.startswith("khabaryab: stopped")


def test_a_background_job_that_ignores_ctrl_c_goes_on_ignoring_it(index: Path) -> None:
    done = subprocess.run(
        ["sh", "-c", 'trap "" INT; exec "$@"', "sh", sys.executable, "-c", _SELF_INTERRUPTED, index],
        capture_output=True,
        encoding="utf-8",
        env=environment(),
        timeout=HANGS,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 result" in done.stdout


_SELF_INTERRUPTED = """
import os, signal, sys
from search_web.__main__ import main
os.kill(os.getpid(), signal.SIGINT)
sys.argv = ["khabaryab", "search", "سد", "--mode", "keyword", "--index", sys.argv[1]]
main()
"""

_FAILING = """
import sys
import indexer.snapshot
from search_web.__main__ import main

def fails(index):
    raise RuntimeError("something that\\nnobody foresaw")

indexer.snapshot.Snapshot.open = fails
sys.argv = ["khabaryab", *sys.argv[1:]]
main()
"""


def failing(*arguments: str | Path, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run the program with an error in it."""
    return subprocess.run(
        [sys.executable, "-c", _FAILING, *arguments],
        capture_output=True,
        encoding="utf-8",
        env=environment(**changes),
        timeout=HANGS,
        check=False,
    )


def test_an_error_in_the_program_is_one_line_that_names_the_file_with_the_traceback(
    index: Path, tmp_path: Path
) -> None:
    done = failing("status", "--index", index, TMPDIR=str(tmp_path))
    assert (done.returncode, done.stdout) == (70, "")
    (log,) = tmp_path.glob("khabaryab-*.log")
    assert done.stderr == (
        "khabaryab: the program has an error: RuntimeError: something that nobody foresaw; "
        f"please report it with the file {log}\n"
    )
    assert "Traceback" in log.read_text("utf-8")
    assert "nobody foresaw" in log.read_text("utf-8")


def test_a_usage_error_is_no_error_in_the_program(index: Path, tmp_path: Path) -> None:
    for arguments, code in ((["status", "--nonsense"], 2), (["status", "--help"], 0), (["nothing"], 2)):
        assert failing(*arguments, TMPDIR=str(tmp_path)).returncode == code
    assert not list(tmp_path.glob("khabaryab-*"))


def test_warnings_of_python_do_not_reach_the_user(index: Path) -> None:
    script = (
        "import sys, warnings\nfrom search_web.__main__ import main\nimport indexer.snapshot\n"
        "opened = indexer.snapshot.Snapshot.open\n"
        "def warns(index):\n    warnings.warn('overflow', RuntimeWarning)\n    return opened(index)\n"
        "indexer.snapshot.Snapshot.open = warns\nsys.argv = ['khabaryab', *sys.argv[1:]]\nmain()\n"
    )
    for options, count in (([], 0), (["-W", "default"], 1)):
        done = subprocess.run(
            [sys.executable, *options, "-c", script, "status", "--index", index],
            capture_output=True,
            encoding="utf-8",
            env={**environment(), "PYTHONWARNINGS": ""},
            timeout=HANGS,
            check=True,
        )
        assert len(re.findall("RuntimeWarning", done.stderr)) == count
