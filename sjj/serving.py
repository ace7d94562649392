"""`sjj serve`: one server process for one office, and beside it the runner of long work.

Granian on Linux, waitress elsewhere.
"""

import socket
import sys

import click
import waitress
from flask import current_app
from flask.cli import with_appcontext

from sjj.config import Settings
from sjj.database import db
from sjj.demo.cli import demo as load_demo
from sjj.jobs.keeper_cli import keep_running
from sjj.schema import is_current
from sjj.tls.authority import Files, TlsRefused
from sjj.tls.cli import ready_for_serving

try:
    from granian import Granian
    from granian.constants import Interfaces, SSLProtocols
    from granian.log import LogLevels
except ImportError:  # its wheels are for Linux only
    Granian = None

THREADS = 32  # a slow upload holds one; the work itself is short


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="监听地址；0.0.0.0 为本机所有地址")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535), help="监听端口")
@click.option("--demo", is_flag=True, help="先看演示数据：空库则载入，再列出演示账号")
@click.option("--tls", is_flag=True, help="用 https（先运行 sjj tls 做好证书）")
@with_appcontext
def serve(host: str, port: int, demo: bool, tls: bool) -> None:
    """启动服务。"""
    _refuse_taken(host, port)
    certificates = _certificates() if tls else None
    if demo:
        click.get_current_context().invoke(load_demo, if_empty=True)
    elif not is_current():
        raise click.ClickException("数据库还不是最新结构，请先运行：sjj db upgrade")
    db.session.remove()  # this process only watches from here on; it must hold no lock
    db.engine.dispose()
    shown = "127.0.0.1" if host == "0.0.0.0" else host  # noqa: S104 - the person asked for it
    address = f"{'https' if tls else 'http'}://{shown}:{port}"
    click.echo(f"随机检的地址：{address}/　公示页面：{address}/public/")
    stop_jobs = keep_running(current_app._get_current_object())  # type: ignore[attr-defined]
    try:
        if Granian is None:
            waitress.serve(current_app, host=host, port=port, threads=THREADS)
        else:
            _serve_with_granian(host, port, certificates)
    finally:
        stop_jobs()


def _certificates() -> Files:
    """The certificates to serve with, renewed if they are due."""
    settings: Settings = current_app.extensions["sjj"]
    if Granian is None:
        raise click.ClickException(
            "这个系统上的服务程序不支持 --tls，请在前面放一个反向代理（见 docs/https.md）"
        )
    if settings.public_url and not settings.https:
        said = f"SJJ_PUBLIC_URL 现为 {settings.public_url}，用 --tls 时应以 https:// 开头"
        raise click.ClickException(said)
    try:
        return ready_for_serving(settings.instance)
    except TlsRefused as refusal:
        raise click.ClickException(str(refusal)) from refusal


def _serve_with_granian(host: str, port: int, certificates: Files | None) -> None:
    Granian(
        "sjj.app:create_app",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        log_access=False,
        log_level=LogLevels.error,
        ssl_cert=certificates.certificate if certificates else None,
        ssl_key=certificates.key if certificates else None,
        ssl_protocol_min=SSLProtocols.tls12,
    ).serve()


def _refuse_taken(host: str, port: int) -> None:
    """The server itself would share the port with another one in silence."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        if sys.platform != "win32":  # there it would mean the opposite
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            said = f"不能监听 {host}:{port}（{problem.strerror}），请换一个端口"
            raise click.ClickException(said) from problem
