"""Faces of two real people, told apart by the models of the extra: `make test-face`, never part of `make test`.

Two people and pictures made from theirs: this shows that the models are read and used as meant, and nothing about how often they err.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageEnhance

from farthing.domain.errors import Invalid
from farthing.sources.face import LIMIT_PPM, likeness


def jpeg(picture: Image.Image, quality: int = 90) -> bytes:
    out = io.BytesIO()
    picture.convert("RGB").save(out, "JPEG", quality=quality)
    return out.getvalue()


@pytest.fixture(scope="module")
def hopper() -> Image.Image:
    import matplotlib as mpl

    return Image.open(Path(mpl.get_data_path()) / "sample_data" / "grace_hopper.jpg")


@pytest.fixture(scope="module")
def collins() -> Image.Image:
    from skimage.data import astronaut

    return Image.fromarray(np.asarray(astronaut())).crop((100, 0, 350, 250)).resize((500, 500))


@pytest.mark.parametrize(
    "changed",
    [
        lambda one: one.rotate(8),
        lambda one: one.resize((256, 300)),
        lambda one: one.convert("L"),
        lambda one: one.crop((60, 40, 440, 480)),
        lambda one: ImageEnhance.Brightness(one).enhance(0.5),
    ],
    ids=["turned", "small", "grey", "cropped", "dark"],
)
def test_one_person_is_one_person(hopper: Image.Image, changed: Callable[[Image.Image], Image.Image]) -> None:
    found = likeness(jpeg(hopper), jpeg(changed(hopper), 60))
    assert found.distance_ppm < LIMIT_PPM // 2


def test_two_people_are_two(hopper: Image.Image, collins: Image.Image) -> None:
    one, other = likeness(jpeg(hopper), jpeg(collins)), likeness(jpeg(collins), jpeg(hopper))
    assert one == other
    assert one.distance_ppm > one.limit_ppm
    assert len(one.model) == 64


def test_a_picture_without_one_large_face_is_told_by_name(hopper: Image.Image) -> None:
    two = Image.new("RGB", (hopper.width * 2, hopper.height))
    two.paste(hopper, (0, 0))
    two.paste(hopper, (hopper.width, 0))
    for picture, code in (
        (two, "not_one_face"),
        (Image.new("RGB", (400, 400), "grey"), "not_one_face"),
        (hopper.resize((170, 200)), "small_face"),
    ):
        with pytest.raises(Invalid) as refused:
            likeness(jpeg(hopper), jpeg(picture))
        assert refused.value.code == code
        assert "living" in refused.value.message
