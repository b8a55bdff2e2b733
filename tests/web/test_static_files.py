"""Static files are laid out by whichever process starts first, while others list them."""

from __future__ import annotations

from pathlib import Path

import pytest

from marketplace.web import static_files


def test_who_starts_meanwhile_sees_only_whole_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, seen, honest = tmp_path / "static", set[str](), Path.replace

    def while_others_look(mine: Path, target: Path) -> Path:
        seen.update(path.name for path in folder.rglob("*") if path.is_file())
        return honest(mine, target)

    monkeypatch.setattr(Path, "replace", while_others_look)
    static_files._packed(folder)
    ours = {path.name for path in static_files.STATIC.rglob("*") if path.is_file()}
    assert seen
    assert seen <= ours | {f"{name}.gz" for name in ours}
