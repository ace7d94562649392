"""Rules that the source text itself must keep, as functions from a tree to its offences."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

MAX_LINES = 300
MAX_FUNCTION_LINES = 50
EDGES = ("views", "cli", "forms", "blueprints")
ABOVE_ROOMS = frozenset(
    {"app", "cli", "check_cli", "errors", "headers", "navigation", "presentation", "form", "web", "database"}
)


def python_files(root: Path) -> Iterator[Path]:
    """Every module of the package."""
    return (path for path in sorted((root / "sjj").rglob("*.py")) if "_bundled" not in path.parts)


def stray_commits(root: Path) -> list[str]:
    """Commits elsewhere than in views and commands, and sessions committed around `commit()`."""
    found = []
    for path in python_files(root):
        text = path.read_text(encoding="utf-8")
        if "session.commit(" in text and path.name != "database.py":
            found.append(f"{path.name}: session.commit")
        if re.search(r"(?<![\w.])commit\(\)", text) and not _is_edge(path) and path.name != "database.py":
            found.append(f"{path.name}: commit() outside a view or command")
    return found


def flask_in_services(root: Path) -> list[str]:
    """Modules of a room, other than its views, forms and commands, that import Flask."""
    found = []
    for path in python_files(root):
        if path.parent.name == "sjj" or _is_edge(path):
            continue
        found += [
            f"{path.parent.name}/{path.name} imports {module}"
            for module in _imports(ast.parse(path.read_text(encoding="utf-8")))
            if module.split(".")[0] in ("flask", "werkzeug", "flask_wtf")
        ]
    return found


def too_long(root: Path) -> list[str]:
    """Files over 300 lines and functions over 50."""
    found = []
    for path in python_files(root):
        text = path.read_text(encoding="utf-8")
        lines = text.count("\n")
        if lines > MAX_LINES and path.name != "verify.py":  # one file on purpose: it is copied out alone
            found.append(f"{path.name}: {lines} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                if length > MAX_FUNCTION_LINES:
                    found.append(f"{path.name}: {node.name} has {length} lines")
    return found


def unnamed_purpose(root: Path) -> list[str]:
    """Modules without a docstring (an empty __init__ needs none)."""
    return [
        str(path.relative_to(root))
        for path in python_files(root)
        if (tree := ast.parse(path.read_text(encoding="utf-8"))).body and not ast.get_docstring(tree)
    ]


def rooms_named_anything(root: Path) -> list[str]:
    """Modules whose name says nothing."""
    return [str(path) for path in python_files(root) if path.stem in ("utils", "helpers", "common", "misc")]


def unsafe_markup(root: Path) -> list[str]:
    """Marked-safe strings, inline style, script or handlers in templates."""
    found = []
    for path in sorted((root / "templates").rglob("*.html")):
        text = re.sub(r"\{#.*?#\}", "", path.read_text(encoding="utf-8"), flags=re.S)
        patterns = (
            r"\|\s*safe\b",
            r"<style\b",
            r"\sstyle=",
            r"\son[a-z]+=\"",
            r"<script(?![^>]*\bsrc=)(?![^>]*json)",
            r"javascript:",
        )
        found += [f"{path.relative_to(root)}: {pattern}" for pattern in patterns if re.search(pattern, text)]
    for path in python_files(root):
        if re.search(r"\bMarkup\(|mark_safe", path.read_text(encoding="utf-8")):
            found.append(f"{path.name}: Markup")
    return found


def plain_flask_redirects(root: Path) -> list[str]:
    """Uses of flask.redirect: its body is English; sjj.web has `go` and `see_other`."""
    return [
        path.name
        for path in python_files(root)
        if re.search(r"\bredirect\(", path.read_text(encoding="utf-8"))
    ]


def _is_edge(path: Path) -> bool:
    return any(edge in path.stem for edge in EDGES) or path.stem in ABOVE_ROOMS


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


RULES = (
    stray_commits,
    flask_in_services,
    too_long,
    unnamed_purpose,
    rooms_named_anything,
    unsafe_markup,
    plain_flask_redirects,
)
