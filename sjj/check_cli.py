"""`sjj check`: is all that is stored still what it was? Reads everything, changes nothing."""

import hashlib
import sys
from collections.abc import Iterator

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from sjj.database import db
from sjj.draws import integrity
from sjj.files.models import StoredFile
from sjj.files.store import original_path
from sjj.inspections.integrity import visit_faults


@click.command()
@with_appcontext
def check() -> None:
    """核对保存的抽取和文件是否被改动。"""
    found = [*integrity.faults(), *visit_faults(), *_file_faults()]
    for fault in found:
        click.echo(f"FAIL {fault}")
    if found:
        click.echo(f"发现 {len(found)} 处与保存时不符，请保留现场并报告监督人员。")
        sys.exit(1)
    click.echo("ok   保存的抽取都与公布的承诺和凭据相符，保存的文件都没有改动。")


def _file_faults() -> Iterator[str]:
    """Files that are gone, or whose bytes are no longer those of their name."""
    for digest in db.session.scalars(select(StoredFile.sha256).order_by(StoredFile.sha256)):
        path = original_path(digest)
        if not path.is_file():
            yield f"文件 {digest}：不见了"
            continue
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != digest:
                yield f"文件 {digest}：内容与保存时不符"
