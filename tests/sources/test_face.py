"""What can be said of a picture before any model sees it, and what is said where there is no model."""

from __future__ import annotations

import io
from importlib.util import find_spec
from pathlib import Path

import pytest
from PIL import Image

from farthing.domain.errors import Invalid, NotFound
from farthing.sources import face
from farthing.sources.face import LARGEST, likeness, picture_file, read


def png(width: int, height: int, orientation: int | None = None) -> bytes:
    made, out = Image.new("RGB", (width, height), "white"), io.BytesIO()
    exif = made.getexif()
    if orientation:
        exif[0x0112] = orientation
    made.save(out, "JPEG", exif=exif)
    return out.getvalue()


def test_a_picture_is_turned_as_its_camera_said_and_made_smaller() -> None:
    assert read(png(400, 200), "living").shape == (200, 400, 3)
    assert read(png(400, 200, orientation=6), "living").shape == (400, 200, 3)
    assert read(png(4 * LARGEST, LARGEST), "living").shape == (LARGEST // 4, LARGEST, 3)


@pytest.mark.parametrize("picture", [b"", b"GIF89a", png(40, 40)[:-40], b"%PDF-1.4"])
def test_what_is_no_picture_is_told_by_name(picture: bytes) -> None:
    with pytest.raises(Invalid, match="The document picture cannot be read") as refused:
        read(picture, "document")
    assert refused.value.code == "bad_picture"


def test_too_much_is_refused_before_it_is_unpacked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(face, "MOST_PIXELS", 1_000)
    with pytest.raises(Invalid, match="40 x 40 pixels"):
        read(png(40, 40), "living")
    monkeypatch.setattr(face, "MOST_BYTES", 10)
    (tmp_path / "face.jpg").write_bytes(png(40, 40))
    for look in (lambda: read(png(40, 40), "living"), lambda: picture_file(tmp_path / "face.jpg")):
        with pytest.raises(Invalid, match="bytes"):
            look()
    with pytest.raises(NotFound):
        picture_file(tmp_path / "none.jpg")


@pytest.mark.skipif(find_spec("dlib") is not None, reason="the extra is here: tests/face")
def test_without_the_extra_it_says_what_to_install() -> None:
    with pytest.raises(Invalid, match="No face model") as refused:
        likeness(png(40, 40), png(40, 40))
    assert "farthing[face]" in str(refused.value.remedy)
