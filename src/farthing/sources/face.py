"""Two pictures, one face each: how alike they are, by the openly licensed models of dlib that the extra `face` brings.

The distance is between two vectors of 128 numbers; the model's author counts up to 0.6 as one person (99.38 % on Labeled Faces in the
Wild, davisking/dlib-models: the author's figure, on pictures of public people, not ours). What was not tested: pictures of documents,
people of China, differences between groups of people, and any attack with a photograph, a screen or a mask. A bank measures its own
false matches and false refusals before level 3 means anything to it.
"""

from __future__ import annotations

import hashlib
import io
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from farthing.domain.errors import Invalid
from farthing.flows.identity.compare import Likeness
from farthing.sources.files import unreadable_path

LIMIT_PPM = 600_000
LEAST_FACE = 80
"""Pixels across: the models read faces of 150 and guess below this."""
MOST_BYTES, MOST_PIXELS = 10_000_000, 30_000_000
LARGEST = 1200
"""Longer sides are made this long: faces stay large enough, and a search takes a fraction of a second."""
_LANDMARKS, _RECOGNITION = "shape_predictor_5_face_landmarks.dat", "dlib_face_recognition_resnet_model_v1.dat"


class _Models(NamedTuple):
    find: Any
    landmarks: Any
    recognise: Any
    digest: str


def likeness(document: bytes, living: bytes) -> Likeness:
    """See `Faces.look`; `Invalid` (`extra_missing`) where the extra is not installed."""
    models = _models()
    one, other = _described(models, document, "document"), _described(models, living, "living")
    return Likeness(round(float(np.linalg.norm(one - other)) * 1_000_000), LIMIT_PPM, models.digest)


@cache
def _models() -> _Models:
    if find_spec("dlib") is None or (found := find_spec("face_recognition_models")) is None or not found.submodule_search_locations:
        raise Invalid("extra_missing", "No face model is installed here.", "Install it: pip install 'farthing[face]'.")
    folder = Path(next(iter(found.submodule_search_locations))) / "models"  # beside the package, whose own code is not run
    dlib, digest = import_module("dlib"), hashlib.sha256()
    for name in (_LANDMARKS, _RECOGNITION):
        digest.update((folder / name).read_bytes())
    landmarks, recognise = dlib.shape_predictor(str(folder / _LANDMARKS)), dlib.face_recognition_model_v1(str(folder / _RECOGNITION))
    return _Models(dlib.get_frontal_face_detector(), landmarks, recognise, digest.hexdigest())


def _described(models: _Models, picture: bytes, which: str) -> npt.NDArray[np.float64]:
    """The face of a picture as 128 numbers."""
    pixels = read(picture, which)
    faces = models.find(pixels, 1)
    if len(faces) != 1:
        told = f"The {which} picture shows {len(faces) or 'no'} faces."
        raise Invalid("not_one_face", told, "Take one with a single face, from the front.", field=which)
    if faces[0].width() < LEAST_FACE:
        told = f"The face of the {which} picture is {faces[0].width()} pixels wide."
        raise Invalid("small_face", told, f"Take one nearer: {LEAST_FACE} pixels at least.", field=which)
    return np.asarray(models.recognise.compute_face_descriptor(pixels, models.landmarks(pixels, faces[0])))


def picture_file(path: Path) -> bytes:
    """The bytes of a picture; `Invalid` when they are too many."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Invalid("large_picture", f"{path.name} has {path.stat().st_size:,} bytes.", f"At most {MOST_BYTES:,}.")
        return path.read_bytes()
    except OSError as wrong:
        raise unreadable_path(path, wrong) from None


def read(picture: bytes, which: str) -> npt.NDArray[np.uint8]:
    """A JPEG or PNG as rows, columns, red-green-blue; turned as its camera said, and no longer than `LARGEST` on a side.

    `Invalid` for what is none or too large.
    """
    from PIL import Image, ImageOps  # comes with what draws PDFs

    if len(picture) > MOST_BYTES:
        raise Invalid("large_picture", f"The {which} picture has {len(picture):,} bytes.", f"At most {MOST_BYTES:,}.", field=which)
    try:
        with Image.open(io.BytesIO(picture), formats=("JPEG", "PNG")) as opened:
            if opened.width * opened.height > MOST_PIXELS:
                told = f"The {which} picture has {opened.width:,} x {opened.height:,} pixels."
                raise Invalid("large_picture", told, f"At most {MOST_PIXELS:,}.", field=which)
            shown = ImageOps.exif_transpose(opened).convert("RGB")
            shown.thumbnail((LARGEST, LARGEST))
            return np.asarray(shown)
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as unreadable:
        raise Invalid("bad_picture", f"The {which} picture cannot be read.", "Bring a whole JPEG or PNG.", field=which) from unreadable
