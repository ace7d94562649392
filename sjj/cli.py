"""The console command `sjj`: serve, db, user, and each capability's own commands."""

import sys

import click
from flask import Flask
from flask.cli import FlaskGroup
from flask_migrate.cli import db as db_commands

from sjj import models
from sjj.accounts.cli import user
from sjj.app import create_app
from sjj.check_cli import check
from sjj.config import BadSetting
from sjj.demo.cli import demo
from sjj.draws.cli import draw
from sjj.files.cli import files
from sjj.jobs.cli import jobs
from sjj.registers.cli import import_group
from sjj.registers.preset_cli import preset
from sjj.serving import serve
from sjj.tls.cli import tls

__all__ = ["main", "models"]


def _app() -> Flask:
    try:
        return create_app()
    except BadSetting as problem:
        raise click.ClickException(str(problem)) from problem


cli = FlaskGroup(
    create_app=_app, add_default_commands=False, add_version_option=False, help="随机检：双随机、一公开监管。"
)
for command in (db_commands, user, preset, import_group, draw, check, demo, files, jobs, serve, tls):
    cli.add_command(command)


def main() -> None:
    """Entry point of the console command."""
    cli.main(prog_name="sjj", args=sys.argv[1:])
