"""The blueprints of this room: the office's notices and the public's pages."""

from flask import Blueprint

notices = Blueprint("notices", __name__, url_prefix="/notices")
public = Blueprint("public", __name__, url_prefix="/public")
