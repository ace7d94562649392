"""The blueprints of the inspections room, made in one place so that several view modules can share them."""

from flask import Blueprint

inspections = Blueprint("inspections", __name__, url_prefix="/inspections")
