"""A process that has imported the whole app and forks a command of it whenever asked: `sjj serve` in a tenth of
the time that a fresh interpreter needs. What it forks is a process like any other: own environment, own group.

Run as `python -m tests.warm`, it reads one JSON object a line and answers each with the id of the new process.
"""

import atexit
import gc
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sjj.app import create_app
from sjj.cli import main
from sjj.config import load

ROOT = Path(__file__).resolve().parent.parent
CAN_FORK = hasattr(os, "pidfd_open")  # Linux; elsewhere a command is started the ordinary way


class Forked:
    """A command under way; the part of `subprocess.Popen` that tests use."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._handle = os.pidfd_open(pid)

    def poll(self) -> int | None:
        """None while it runs."""
        return 0 if self._is_over(0) else None

    def wait(self, timeout: float | None = None) -> int:
        """Until it has ended."""
        if not self._is_over(timeout):
            raise subprocess.TimeoutExpired("sjj", timeout or 0)
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1
        return 0

    def send_signal(self, number: int) -> None:
        """Signal this process alone."""
        signal.pidfd_send_signal(self._handle, number)

    def _is_over(self, timeout: float | None) -> bool:
        return self._handle < 0 or bool(select.select([self._handle], [], [], timeout)[0])


Command = subprocess.Popen[bytes] | Forked


def start_fresh(
    arguments: Sequence[str], environ: Mapping[str, str], log: Path, code: Path = ROOT
) -> Command:
    """The same in an interpreter of its own, as a person starts it; perhaps of another version of the app."""
    with log.open("ab") as said:
        return subprocess.Popen(
            [sys.executable, "-m", "sjj", *arguments],
            env=dict(environ),
            stdout=said,
            stderr=said,
            start_new_session=True,  # so that its workers die with it
            cwd=code,
        )


class Warm:
    """The waiting process, started at first use."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def start(self, arguments: Sequence[str], environ: Mapping[str, str], log: Path) -> Command:
        """`sjj` with these arguments; what it says goes to the log."""
        if not CAN_FORK:
            return start_fresh(arguments, environ, log)
        log.touch()
        process = self._waiting()
        assert process.stdin is not None
        assert process.stdout is not None
        asked = {"arguments": list(arguments), "environ": dict(environ), "log": str(log)}
        process.stdin.write(json.dumps(asked) + "\n")
        process.stdin.flush()
        return Forked(int(process.stdout.readline()))

    def _waiting(self) -> "subprocess.Popen[str]":
        if self._process is None:
            command = [sys.executable, "-m", "tests.warm"]
            pipe = subprocess.PIPE
            self._process = subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=ROOT)
            atexit.register(self.stop)
        return self._process

    def stop(self) -> None:
        """Let it go; it ends with its input."""
        if self._process is not None:
            self._process.communicate()
            self._process = None


warm = Warm()


def answer() -> None:
    """Fork for every line that comes in. The app is made once before: the second time costs a quarter."""
    with TemporaryDirectory() as folder:
        create_app(load({"SJJ_INSTANCE": folder, "SJJ_SECRET_KEY": "for no one"}))
    gc.collect()
    gc.freeze()
    for line in sys.stdin:
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass  # those that have ended
        pid = os.fork()
        if pid == 0:
            become(json.loads(line))
        with suppress(OSError):  # it was quicker with its own group, or is over already
            os.setpgid(pid, pid)
        print(pid, flush=True)


def become(asked: dict[str, Any]) -> None:
    """Be a fresh `sjj` until the end."""
    status = 1
    try:
        os.setpgid(0, 0)
        nothing, log = os.open(os.devnull, os.O_RDONLY), os.open(asked["log"], os.O_WRONLY | os.O_APPEND)
        for number, source in enumerate((nothing, log, log)):
            os.dup2(source, number)
        os.environ.clear()
        os.environ.update(asked["environ"])
        sys.argv = ["sjj", *asked["arguments"]]
        main()
        status = 0
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    answer()
