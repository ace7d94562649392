"""Keeps a runner alive beside the server: a process of its own, begun anew when it dies, gone when the server goes.

On Linux the server forks the keeper before it does anything else, and the keeper forks the runner, so neither
inherits a lock or a connection. Elsewhere the runner is a thread of the server.
"""

import os
import signal
import threading
import time
from collections.abc import Callable
from types import FrameType

from flask import Flask

from sjj.jobs.runner_cli import lower_priority, run_until, start_afresh

LOOK_EVERY, PAUSE, PATIENCE = 0.5, 2.0, 10.0


def keep_running(app: Flask) -> Callable[[], None]:
    """Start the runner of this app; the answer stops it."""
    if not hasattr(os, "fork"):
        return _as_thread(app)
    parent = os.getpid()
    keeper = os.fork()
    if keeper == 0:
        _leave(lambda: _keep(app, parent))
    return lambda: _end(keeper)


def _as_thread(app: Flask) -> Callable[[], None]:
    ended = threading.Event()

    def run() -> None:
        with app.app_context():
            run_until(ended.is_set)

    thread = threading.Thread(target=run, daemon=True, name="jobs")
    thread.start()

    def stop() -> None:
        ended.set()
        thread.join(PATIENCE)

    return stop


def _leave(act: Callable[[], None]) -> None:
    """A forked process never returns into the code of its parent."""
    status = 1
    try:
        act()
        status = 0
    finally:
        os._exit(status)


class _Told:
    """That this process was told to end; the terminal's Ctrl-C is for the server alone."""

    def __init__(self) -> None:
        self.to_end = False
        signal.signal(signal.SIGTERM, self._end)
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    def _end(self, _number: int, _frame: FrameType | None) -> None:
        self.to_end = True


def _keep(app: Flask, parent: int) -> None:
    told = _Told()
    while not told.to_end and os.getppid() == parent:
        runner = os.fork()
        if runner == 0:
            _leave(lambda: _run(app))
        while os.waitpid(runner, os.WNOHANG)[0] == 0:
            if told.to_end or os.getppid() != parent:
                _end(runner)
                return
            time.sleep(LOOK_EVERY)
        time.sleep(PAUSE)  # it died: not in a circle as fast as the machine can


def _run(app: Flask) -> None:
    told, keeper = _Told(), os.getppid()
    lower_priority()
    with app.app_context():
        start_afresh()
        run_until(lambda: told.to_end or os.getppid() != keeper)


def _end(process: int) -> None:
    """Ask it to stop, and no longer than a moment."""
    try:
        os.kill(process, signal.SIGTERM)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if os.waitpid(process, os.WNOHANG)[0]:
                return
            time.sleep(0.05)
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)
    except (ProcessLookupError, ChildProcessError):  # gone by itself
        return
