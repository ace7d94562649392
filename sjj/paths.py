"""Where templates, static files and migrations are: beside the package in a checkout, inside it in a wheel.

Knows nothing of settings; the instance folder is `config`'s business.
"""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent
_BUNDLED = _PACKAGE / "_bundled"
_BASE = _BUNDLED if _BUNDLED.is_dir() else _PACKAGE.parent

TEMPLATES = _BASE / "templates"
STATIC = _BASE / "static"
MIGRATIONS = _BASE / "migrations"
