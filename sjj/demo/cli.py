"""`sjj demo`: fill an empty installation with two invented bureaus, so that it looks alive at first sight.

Refuses a database that already has agencies. The password is printed once and kept nowhere.
"""

import secrets
from datetime import UTC, datetime

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_migrate import upgrade

from sjj.config import Settings
from sjj.database import commit
from sjj.demo.accounts import account_names
from sjj.demo.fill import fill, is_filled
from sjj.schema import is_current
from sjj.web import today

FORGOTTEN = "密码见首次启动时的输出，或用 sjj user password 用户名 重设"


@click.command()
@click.option("--if-empty", is_flag=True, help="数据库已有部门时不载入，只列出账号")
@with_appcontext
def demo(if_empty: bool) -> None:
    """载入演示数据（两个部门，单位和人员均为虚构）。"""
    if not is_current():
        upgrade()
    if is_filled():
        if not if_empty:
            raise click.ClickException(
                "数据库里已有部门，不能再载入演示数据；请另用一个空的 SJJ_INSTANCE 或 DATABASE_URL"
            )
        _print_accounts()
        click.echo(FORGOTTEN)
        return
    settings: Settings = current_app.extensions["sjj"]
    password = settings.demo_password or secrets.token_urlsafe(9)
    click.echo("正在载入演示数据……")
    fill(password, today(datetime.now(UTC)))
    commit()
    _print_accounts()
    if settings.demo_password:
        click.echo("所有演示账号的密码：SJJ_DEMO_PASSWORD 所设")
    else:
        click.echo(f"所有演示账号的密码：{password}（只显示这一次；忘了用 sjj user password 用户名 重设）")


def _print_accounts() -> None:
    names = account_names()
    width = max(_width(role) for role, _ in names)
    click.echo("演示账号")
    for role, username in names:
        click.echo(f"  {role}{' ' * (width - _width(role))}  {username}")


def _width(text: str) -> int:
    """Columns on a screen: a Chinese character takes two."""
    return sum(2 if ord(character) > 0x2E7F else 1 for character in text)
