"""What an installation keeps is its own."""

from pathlib import Path

from sjj.config import load


def test_the_folder_of_an_installation_and_its_key_are_for_nobody_else(tmp_path: Path) -> None:
    """Personal data lie there: the database, photos, signatures."""
    settings = load({"SJJ_INSTANCE": str(tmp_path / "made")})
    assert settings.instance.stat().st_mode & 0o077 == 0
    assert (settings.instance / "secret_key").stat().st_mode & 0o077 == 0
