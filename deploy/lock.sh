#!/usr/bin/env bash
# Compiles the two lock files (with hashes, without download addresses) from pyproject.toml. Needs `uv` on the PATH.
set -euo pipefail
cd "$(dirname "$0")/.."
options=(-q --generate-hashes --no-header --universal --python-version 3.11)
uv pip compile "${options[@]}" --extra build pyproject.toml -o requirements.txt
uv pip compile "${options[@]}" --extra build --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt
