"""A PostgreSQL server of the tests' own, on a free port of this machine, without fsync.

initdb refuses root: then it runs as the system's `postgres` user.
"""

import os
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path

import psycopg


def find_binaries() -> Path | None:
    """The folder of initdb and pg_ctl, the newest version first."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda p: int(p.parts[-3]))
    return found[-1].parent if found else None


def free_port() -> int:
    """A TCP port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class PostgresServer:
    """One running server; `create` its databases, `empty` them between tests."""

    def __init__(self) -> None:
        binaries = find_binaries()
        assert binaries is not None
        self.binaries, self.port = binaries, free_port()
        self.home = Path(tempfile.mkdtemp(prefix="sjj-postgres-"))
        self.folder = self.home / "data"
        self.user = "postgres" if os.geteuid() == 0 else None
        if self.user:
            shutil.chown(self.home, self.user)

    def start(self) -> None:
        """Make the cluster and start it."""
        self._run(
            "initdb", "-D", self.folder, "-U", "sjj", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "-N"
        )
        options = (
            f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories='' "
            "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=60"
        )
        self._run("pg_ctl", "-D", self.folder, "-w", "-l", self.folder / "log", "-o", options, "start")

    def stop(self) -> None:
        """Stop it at once; nothing of it is kept."""
        self._run("pg_ctl", "-D", self.folder, "-m", "immediate", "stop")
        shutil.rmtree(self.home, ignore_errors=True)

    def url(self, name: str) -> str:
        """The address of one database."""
        return f"postgresql+psycopg://sjj@127.0.0.1:{self.port}/{name}"

    def create(self, name: str, template: str = "template1") -> str:
        """Make a database as a copy of another; returns its address."""
        self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}" ')
        return self.url(name)

    def empty(self, name: str, tables: list[str]) -> None:
        """Delete every row of these tables, after ending whatever still holds the database.

        A hundred times cheaper than a fresh copy of the database for every test.
        """
        self._execute(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        deletes = "".join(f'DELETE FROM "{table}";' for table in tables)
        self._execute(f"SET session_replication_role = replica; {deletes}", name)

    def _execute(self, statement: str, name: str = "postgres") -> None:
        address = f"host=127.0.0.1 port={self.port} user=sjj dbname={name}"
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]

    def _run(self, program: str, *arguments: object) -> None:
        command = [str(self.binaries / program), *map(str, arguments)]
        subprocess.run(
            command, check=True, user=self.user, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT, cwd="/"
        )
