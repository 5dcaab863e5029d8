"""A store that is thrown away, and files as people really send them."""

import io

import pytest
from PIL import Image


@pytest.fixture
def store(settings, tmp_path):
    settings.FILES = tmp_path / "files"
    return settings.FILES


def photo(kind="JPEG", *, size=(60, 40), gps=True, mode="RGB", **extra) -> bytes:
    """Return a photo as a phone makes it: with the place, the camera and a rotation in its EXIF."""
    image = Image.effect_noise(size, 40).convert(mode)
    exif = Image.Exif()
    exif[0x010F] = "PhoneMaker"
    exif[0x0112] = 6  # lying on its side
    if gps:
        exif.get_ifd(0x8825).update({1: "N", 2: (30.0, 15.0, 0.0), 3: "E", 4: (120.0, 10.0, 0.0)})
    out = io.BytesIO()
    image.save(out, format=kind, exif=exif, **extra)
    return out.getvalue()


def pdf(*parts: bytes) -> bytes:
    return b"%PDF-1.7\n" + b"\n".join(parts) + b"\ntrailer <<>>\n%%EOF\n"
