#!/usr/bin/env bash
# Sets up what is missing and nothing else: the virtual environment from the locked requirements (runtime | dev),
# or what the tests need of the system (test-system: Chromium, WebKit, Chinese fonts, PostgreSQL). Safe to run again.
set -euo pipefail
cd "$(dirname "$0")/.."

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"
  elif command -v sudo >/dev/null; then sudo "$@"
  else echo "需要管理员权限安装系统软件包：$*" >&2; return 1; fi
}

apt_install() {
  command -v apt-get >/dev/null || { echo "本机没有 apt-get，请手工安装：$*" >&2; return 1; }
  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}

find_python() {
  local name
  for name in python3.11 python3 python3.12 python3.13; do
    if command -v "$name" >/dev/null && "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$name"; return 0
    fi
  done
  return 1
}

make_venv() {
  [ -x .venv/bin/python ] && .venv/bin/python -m pip --version >/dev/null 2>&1 && return 0
  local python
  python=$(find_python) || { apt_install python3 python3-venv; python=$(find_python); }
  rm -rf .venv
  "$python" -m venv .venv 2>/dev/null || { rm -rf .venv; apt_install python3-venv; "$python" -m venv .venv; }
}

install_locked() {
  echo "安装依赖（$1）……" >&2
  .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r "$1"
  .venv/bin/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
}

have_postgresql() { command -v initdb >/dev/null || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; }
have_fonts() { command -v fc-list >/dev/null && [ -n "$(fc-list :lang=zh family)" ]; }
have_webkit() { command -v WebKitWebDriver >/dev/null && command -v Xvfb >/dev/null; }

# Not every system has a WebKit to drive; where it cannot be had its tests are skipped, and that is said.
webkit_too() {
  echo "安装测试所需系统软件包：webkit2gtk-driver xvfb" >&2
  apt_install webkit2gtk-driver xvfb || echo "没有装上 WebKit，它的测试将略过" >&2
}

test_system() {
  local wanted=()
  command -v chromium >/dev/null || command -v chromium-browser >/dev/null || wanted+=(chromium)
  have_fonts || wanted+=(fontconfig fonts-noto-cjk)
  have_postgresql || wanted+=(postgresql)
  if [ ${#wanted[@]} -gt 0 ]; then
    echo "安装测试所需系统软件包：${wanted[*]}" >&2
    apt_install "${wanted[@]}"
  fi
  have_webkit || webkit_too
}

case "${1:-runtime}" in
  runtime) make_venv; install_locked requirements.txt; touch .venv/.ready ;;
  dev) make_venv; install_locked requirements-dev.txt; touch .venv/.ready .venv/.ready-dev ;;
  test-system) test_system ;;
  *) echo "用法：deploy/setup.sh runtime|dev|test-system" >&2; exit 2 ;;
esac
