"""`sjj files`: housekeeping of the store."""

from datetime import UTC, datetime

import click
from flask.cli import with_appcontext

from sjj.database import commit
from sjj.files import uploads


@click.group()
def files() -> None:
    """文件。"""


@files.command("sweep")
@with_appcontext
def sweep() -> None:
    """清除 30 天没有继续的上传。"""
    gone = uploads.sweep(datetime.now(UTC))
    commit()
    click.echo(f"已清除 {gone} 个未完成的上传。")
