"""The console command `sjj`: serve, db, user, and each capability's own commands."""

import socket
import sys

import click
from flask import Flask
from flask.cli import FlaskGroup
from flask_migrate.cli import db as db_commands
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from sjj import models
from sjj.accounts.cli import user
from sjj.app import create_app
from sjj.check_cli import check
from sjj.config import BadSetting
from sjj.demo.cli import demo
from sjj.draws.cli import draw
from sjj.files.cli import files
from sjj.registers.cli import import_group
from sjj.registers.preset_cli import preset
from sjj.schema import is_current

__all__ = ["main", "models"]

HTTP_THREADS = 32  # a slow upload holds one; the work itself is short


def _app() -> Flask:
    try:
        return create_app()
    except BadSetting as problem:
        raise click.ClickException(str(problem)) from problem


cli = FlaskGroup(
    create_app=_app, add_default_commands=False, add_version_option=False, help="随机检：双随机、一公开监管。"
)
for command in (db_commands, user, preset, import_group, draw, check, demo, files):
    cli.add_command(command)


@cli.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址；0.0.0.0 为本机所有地址")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="监听端口")
def serve(host: str, port: int) -> None:
    """启动服务。"""
    if not is_current():
        raise click.ClickException("数据库还不是最新结构，请先运行：sjj db upgrade")
    _refuse_taken(host, port)
    click.echo(f"随机检已启动：http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}/")  # noqa: S104 - asked for
    Granian(
        "sjj.app:create_app",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=HTTP_THREADS,
        log_access=False,
        log_level=LogLevels.error,
    ).serve()


def _refuse_taken(host: str, port: int) -> None:
    """The server itself would share the port with another one in silence."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            said = f"不能监听 {host}:{port}（{problem.strerror}），请换一个端口"
            raise click.ClickException(said) from problem


def main() -> None:
    """Entry point of the console command."""
    cli.main(prog_name="sjj", args=sys.argv[1:])
