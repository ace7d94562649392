"""`sjj tls`: https on an intranet by one command, and what to do on the phones. Run it again to renew."""

import socket
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from sjj.presentation import day
from sjj.tls.authority import (
    Files,
    Host,
    TlsRefused,
    fingerprint,
    host,
    hosts_of,
    is_due,
    is_permitted,
    issue,
    make_authority,
    read,
)

NOBODY_S = "192.0.2.1"  # an address of documents: asking the way there sends nothing


@click.command()
@click.option("--name", "names", multiple=True, help="手机访问用的主机名或 IP，可重复；不写则自动查找")
@click.option("--new-ca", is_flag=True, help="重做根证书（每台手机都要重新安装）")
@with_appcontext
def tls(names: tuple[str, ...], new_ca: bool) -> None:
    """在内网用 https：做好或续期证书。"""
    now, files = datetime.now(UTC), files_of(current_app.extensions["sjj"].instance)
    try:
        hosts = _hosts(names, files)
        if new_ca or not files.ca.is_file():
            make_authority(files, hosts, socket.gethostname(), now)
            click.echo(f"已做好根证书：{files.ca}（10 年有效，密钥只在本机）")
        if new_ca or is_due(files, hosts, now):
            issue(files, hosts, now)
            click.echo("已做好服务器证书。运行中的服务要重新启动才会使用。")
        else:
            click.echo("服务器证书还有效，没有改动。")
        _explain(files)
    except TlsRefused as refusal:
        raise click.ClickException(str(refusal)) from refusal


def files_of(instance: Path) -> Files:
    """The certificates of an installation."""
    return Files(instance / "tls")


def ready_for_serving(instance: Path) -> Files:
    """What `sjj serve --tls` needs, renewed where it is due. Raises TlsRefused."""
    files, now = files_of(instance), datetime.now(UTC)
    hosts = hosts_of(read(files.certificate))
    if is_due(files, hosts, now):
        issue(files, hosts, now)
    return files


def _hosts(names: tuple[str, ...], files: Files) -> list[Host]:
    """The hosts to certify, what people use first."""
    always: list[Host] = ["localhost", host("127.0.0.1")]
    if names:
        return [*map(host, names), *always]
    if not files.ca.is_file() or not files.certificate.is_file():
        return [*_found(), *always]
    authority = read(files.ca)  # a new address of this machine is added if the phones' authority may name it
    return [*hosts_of(read(files.certificate)), *(one for one in _found() if is_permitted(one, authority))]


def _found() -> list[Host]:
    """Which addresses this machine has and what it is called, as far as it knows without asking anybody."""
    texts: list[str] = []
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, suppress(OSError):
        probe.connect((NOBODY_S, 9))
        texts.append(probe.getsockname()[0])
    with suppress(OSError):  # a machine that does not know its own name
        texts += [str(one[4][0]) for one in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)]
    found: list[Host] = []
    for text in (*texts, socket.gethostname()):
        with suppress(TlsRefused):  # a machine may be called anything
            found.append(host(text))
    return found


def _explain(files: Files) -> None:
    certificate = read(files.certificate)
    names = [str(one) for one in hosts_of(certificate)]
    until = day(certificate.not_valid_after_utc)
    shown = f"[{names[0]}]" if ":" in names[0] else names[0]
    click.echo(f"适用于：{'、'.join(names)}；有效期至 {until}，到期前再运行一次 sjj tls 即可。")
    click.echo(f"启动：SJJ_PUBLIC_URL=https://{shown}:8443 sjj serve --tls --host 0.0.0.0 --port 8443")
    click.echo(
        f"每台手机打开一次 https://{shown}:8443/tls/ ，按页面说明安装根证书。安装时核对指纹（SHA-256）："
    )
    click.echo(fingerprint(read(files.ca)))
