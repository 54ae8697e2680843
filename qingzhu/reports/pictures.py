"""PNG pictures 图片 from arrays, with nothing but zlib: the same array gives the same bytes. Format: ISO/IEC 15948 (PNG)."""

from __future__ import annotations

import struct
import zlib

import numpy as np
from numpy.typing import NDArray


def png(pixels: NDArray[np.uint8]) -> bytes:
    """A PNG (RGB, 8 bits a channel, rows unfiltered) of ``pixels``: height × width × 3."""
    height, width, channels = pixels.shape
    if channels != 3:
        raise ValueError(f"pixels must be height x width x 3, found {pixels.shape}")
    rows = np.zeros((height, 1 + width * 3), np.uint8)  # the leading 0 of each row: not filtered
    rows[:, 1:] = pixels.reshape(height, width * 3)
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", zlib.compress(rows.tobytes(), 6)) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
