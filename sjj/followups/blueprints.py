"""The blueprints of this room: problems, and the review that opens them."""

from flask import Blueprint

followups = Blueprint("followups", __name__, url_prefix="/followups")
review = Blueprint("review", __name__, url_prefix="/inspections")
