"""Files are written whole, at places where that can be done, and nothing else is touched."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from benchmarks.errors import SettingsError
from benchmarks.files import check_writable, write_whole


def test_a_place_where_nothing_can_be_written_is_named(tmp_path: Path) -> None:
    """A folder, and a file below a file: both are told as such, asked beforehand or not, and nothing is left behind."""
    (tmp_path / "file").write_text("old", encoding="utf-8")
    for place in (tmp_path, tmp_path / "file" / "below"):
        for attempt in (check_writable, lambda path: write_whole(path, "new")):
            with pytest.raises(SettingsError) as caught:
                attempt(place)
            assert (caught.value.code, caught.value.item) == ("not_writable", str(place))
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_text(encoding="utf-8") == "old"


def test_asking_changes_nothing(tmp_path: Path) -> None:
    """A file that is there keeps its text; where there is none, none is made."""
    (tmp_path / "file").write_text("old", encoding="utf-8")
    check_writable(tmp_path / "file")
    check_writable(tmp_path / "new")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
    assert (tmp_path / "file").read_text(encoding="utf-8") == "old"


def test_what_is_no_file_stays_what_it_is(tmp_path: Path) -> None:
    """A named pipe is written to, not replaced by a file: so are /dev/null and a terminal."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    check_writable(pipe)
    write_whole(pipe, "text")
    assert os.read(reader, 100) == b"text"
    os.close(reader)
    assert pipe.is_fifo()


def test_a_link_is_followed(tmp_path: Path) -> None:
    """The file behind a link is replaced, the link stays."""
    (tmp_path / "file").write_text("old", encoding="utf-8")
    (tmp_path / "link").symlink_to(tmp_path / "file")
    write_whole(tmp_path / "link", "new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "file").read_text(encoding="utf-8") == "new"
