"""Names and ids from callers as segments of a path that passes through a sidecar."""

import re
from typing import Final
from urllib.parse import quote

_SEGMENT: Final = re.compile(r"[^/\\%?#\x00-\x1f\x7f\ud800-\udfff]{1,512}")
"""No character that a proxy which decodes once too often could take for a part of the path's structure."""


def segment(text: str) -> str | None:
    """The text, percent-encoded; None where nothing that exists can be called that."""
    if text in {".", ".."} or not _SEGMENT.fullmatch(text):
        return None
    return quote(text, safe="")
