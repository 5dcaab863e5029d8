"""A small real picture for tests of uploads."""

import io

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def picture(content: bytes | None = None, name: str = "leak.png") -> SimpleUploadedFile:
    """Return an upload; a red square unless other content is given."""
    if content is None:
        drawn = io.BytesIO()
        Image.new("RGB", (8, 8), "red").save(drawn, format="PNG")
        content = drawn.getvalue()
    return SimpleUploadedFile(name, content)
