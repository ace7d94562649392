"""The peer of the field soak: a Flask app that only puts a body into SQLite, as durably, and nothing else.

Same server, same threads, same pragmas. Without sign-in, checks, results or log: what is left of the time is
Flask, SQLite and the disk. `python -m tests.bench.bare_server DATABASE PORT`.
"""

import sqlite3
import sys
import threading

from flask import Flask, request
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from sjj.serving import THREADS

DATABASE, PORT = sys.argv[1:] or ("", "0")
_here = threading.local()


def _connection() -> sqlite3.Connection:
    if not hasattr(_here, "connection"):
        _here.connection = sqlite3.connect(DATABASE, isolation_level=None)
        for pragma in ("busy_timeout=5000", "journal_mode=WAL", "synchronous=FULL"):
            _here.connection.execute(f"PRAGMA {pragma}")
    connection: sqlite3.Connection = _here.connection
    return connection


def create_app() -> Flask:
    """One route."""
    app = Flask("bare")
    _connection().execute("CREATE TABLE IF NOT EXISTS record (uid TEXT PRIMARY KEY, body BLOB)")

    @app.put("/field/submissions/<uid>")
    def put(uid: str) -> tuple[dict[str, str], int]:
        body = request.get_data()
        connection = _connection()
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("INSERT INTO record VALUES (?, ?)", (uid, body))
        connection.execute("COMMIT")
        return {"code": "received"}, 201

    @app.get("/healthz")
    def healthz() -> str:
        return "ok"

    return app


if __name__ == "__main__":
    Granian(
        "tests.bench.bare_server:create_app",
        factory=True,
        port=int(PORT),
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        log_access=False,
        log_level=LogLevels.error,
    ).serve()
