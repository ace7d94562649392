"""`sjj check`: is everything stored still what it was when it was stored? Reads all of it, changes nothing."""

import sys

import click
from flask.cli import with_appcontext

from sjj.draws import integrity


@click.command()
@with_appcontext
def check() -> None:
    """核对保存的全部内容是否被改动。"""
    found = integrity.faults()
    for fault in found:
        click.echo(f"FAIL {fault}")
    if found:
        click.echo(f"发现 {len(found)} 处与保存时不符，请保留现场并报告监督人员。")
        sys.exit(1)
    click.echo("ok   保存的抽取都与公布的承诺和凭据相符。")
