"""The same workbook through django-import-export: preview, then import, each side in a process of its own.

The peer is installed for this run into a temporary folder; it never becomes a dependency.
"""

import os
import sys
import tempfile
import venv
from pathlib import Path
from subprocess import run as start

from tests.bench.import_bench import make_workbook
from tests.bench.process_memory import measured

ROWS = 100_000
LEAST_TIMES, MOST_PART = 5.0, 0.5
_PEER = """
import json, sys, time
from pathlib import Path
import django
from django.conf import settings
folder = Path(sys.argv[1])
settings.configure(
    INSTALLED_APPS=["django.contrib.contenttypes", "import_export", "register"], USE_TZ=True,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(folder / "peer.db")}},
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
)
django.setup()
from django.db import connection, models
from import_export import resources
import tablib

class Entity(models.Model):
    name = models.CharField(max_length=200)
    code = models.CharField(max_length=40, unique=True)
    registered_on = models.DateField(null=True)
    entity_type = models.CharField(max_length=60)
    legal = models.CharField(max_length=60)
    capital = models.CharField(max_length=60)
    scope = models.TextField()
    phone = models.CharField(max_length=40)
    address = models.CharField(max_length=300)
    tags = models.CharField(max_length=100)
    class Meta:
        app_label = "register"

class EntityResource(resources.ModelResource):
    class Meta:
        model = Entity
        import_id_fields = ("code",)
        exclude = ("id",)
        use_bulk = True
        batch_size = 1000

with connection.schema_editor() as editor:
    editor.create_model(Entity)
begin = time.perf_counter()
data = tablib.Dataset().load((folder / "register.xlsx").read_bytes(), format="xlsx")
data.headers = ["name", "code", "registered_on", "entity_type", "legal", "capital", "scope", "phone", "address", "tags"]
for dry in (True, False):
    result = EntityResource().import_data(data, dry_run=dry, use_transactions=True)
    assert not result.has_errors() and not result.has_validation_errors()
assert Entity.objects.count() == len(data)
print(json.dumps({"seconds": time.perf_counter() - begin}))
"""


def run(rows: int = ROWS) -> list[tuple[str, str, str, bool]]:
    """Seconds and megabytes of both, one after the other on the same machine."""
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "register.xlsx").write_bytes(make_workbook(rows))
        python = _peer_python(Path(folder))
        Path(folder, "peer.py").write_text(_PEER)
        Path(folder, "register").mkdir()  # the app that the peer's model belongs to
        Path(folder, "register", "__init__.py").touch()
        ours = measured([sys.executable, "-m", "tests.bench.import_bench", folder])
        theirs = measured([python, str(Path(folder, "peer.py")), folder])
    times = theirs["seconds"] / (ours["preview"] + ours["apply"])
    part = ours["megabytes"] / theirs["megabytes"]
    seconds = f"{times:.1f} 倍（{ours['preview'] + ours['apply']:.1f} 秒，对方 {theirs['seconds']:.1f} 秒"
    memory = f"{part:.2f}（{ours['megabytes']:.0f} MB，对方 {theirs['megabytes']:.0f} MB）"
    load_now = f"负载 {os.getloadavg()[0]:.1f}"
    return [
        (
            f"预览并导入 {rows} 行，比 django-import-export 快",
            f"{seconds}，{load_now}）",
            f"至少 {LEAST_TIMES:g} 倍",
            times >= LEAST_TIMES,
        ),
        ("内存是它的几成", memory, f"不超过 {MOST_PART:g}", part <= MOST_PART),
    ]


def _peer_python(folder: Path) -> str:
    """An interpreter that has the peer, for this run only."""
    venv.create(folder / "peer", with_pip=True)
    python = str(folder / "peer" / "bin" / "python")
    start([python, "-m", "pip", "install", "--quiet", "django-import-export", "openpyxl"], check=True)
    return python
