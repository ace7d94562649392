"""`sjj user`: the first administrator, and a way back in when a password is lost."""

import secrets
from datetime import UTC, datetime

import click
from flask.cli import with_appcontext
from sqlalchemy import select

from sjj.accounts.models import Agency, User
from sjj.accounts.passwords import password_problem
from sjj.accounts.roles import Role
from sjj.accounts.services import AccountRefused, add_account, reset_password
from sjj.audit.services import System
from sjj.database import commit, db


@click.group()
def user() -> None:
    """账号。"""


@user.command("add")
@click.argument("username")
@click.option("--name", "display_name", default="", help="姓名")
@click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice([role.value for role in Role]),
    help="角色，可重复；默认系统管理员和安全管理员",
)
@click.option("--agency", "agency_name", default="", help="部门全称；不填为全部部门")
@click.option("--password", default="", help="初始密码；不填则生成一个并显示")
@with_appcontext
def add(username: str, display_name: str, roles: tuple[str, ...], agency_name: str, password: str) -> None:
    """新建账号（首次登录须改密码）。"""
    agency = db.session.scalar(select(Agency).where(Agency.name == agency_name)) if agency_name else None
    if agency_name and agency is None:
        raise click.ClickException(f"没有部门“{agency_name}”")
    given = password or secrets.token_urlsafe(12)
    problem = password_problem(given, username)
    if problem:
        raise click.ClickException(problem)
    chosen = [Role(role) for role in roles] or [Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN]
    try:
        add_account(
            username, display_name or username, given, chosen, System(), datetime.now(UTC), agency=agency
        )
    except AccountRefused as refusal:
        raise click.ClickException(str(refusal)) from refusal
    commit()
    click.echo(f"已新建账号 {username}（{'、'.join(role.label for role in chosen)}）")
    if not password:
        click.echo(f"初始密码：{given}（首次登录须更改）")


@user.command("password")
@click.argument("username")
@with_appcontext
def password(username: str) -> None:
    """重设密码，显示新的初始密码。"""
    found = db.session.scalar(select(User).where(User.username == username))
    if found is None:
        raise click.ClickException(f"没有账号“{username}”")
    given = secrets.token_urlsafe(12)
    reset_password(found, given, System(), datetime.now(UTC))
    commit()
    click.echo(f"账号 {username} 的新初始密码：{given}（登录后须更改）")
