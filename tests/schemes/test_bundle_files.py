"""The ZIP of a proof bundle: its files and their list, and not a byte beside them."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest

from qingzhu.schemes.bundle_files import unzipped
from qingzhu.terms.errors import MalformedError


class TestTheZip:
    @pytest.mark.parametrize(
        "place", ["between", "in the list", "behind what was deflated", "in the head of a file", "in the end", "in how it is packed"]
    )
    def test_a_byte_that_is_of_no_file_is_refused_wherever_it_lies(self, place):
        """A ZIP of one file ``a`` with the letters ``abc``, stored, by hand; each place where a byte could be hidden."""
        crc, day, packed = zlib.crc32(b"abc"), 0x21, b"abc"
        method, deflated = 0, zlib.compressobj(9, zlib.DEFLATED, -15)
        if place == "behind what was deflated":
            method, packed = 8, deflated.compress(b"abc") + deflated.flush() + b"!"
        if place == "in how it is packed":
            method = 12  # bzip2, it says, and it is stored
        same = struct.pack("<HHHHHIIIHH", 20, 0, method, 0, day, crc, len(packed), 3, 1, 0)
        comment = b"!" if place == "in the list" else b""
        listed = b"PK\1\2" + struct.pack("<H", 20) + same + struct.pack("<HHHII", len(comment), 0, 0, 0, 0) + b"a" + comment
        if place == "in the head of a file":
            same = struct.pack("<HHHHHIIIHH", 20, 0, method, 0, day, crc + 1, len(packed), 3, 1, 0)
        body = b"PK\3\4" + same + b"a" + packed + (b"!" if place == "between" else b"")
        disk = 1 if place == "in the end" else 0
        end = b"PK\5\6" + struct.pack("<HHHHIIH", disk, disk, 1, 1, len(listed), len(body), 0)
        with pytest.raises(MalformedError, match="no proof bundle"):
            unzipped(body + listed + end)
        if place == "between":
            body = body[:-1]
            assert unzipped(body + listed + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(listed), len(body), 0)) == {"a": b"abc"}

    def test_a_file_that_unpacks_to_more_than_is_left_is_refused(self):
        written = io.BytesIO()
        with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as target:
            target.writestr("a", bytes(600))
            target.writestr("b", bytes(500))
        assert unzipped(written.getvalue(), 1100) == {"a": bytes(600), "b": bytes(500)}
        with pytest.raises(MalformedError, match="too much"):
            unzipped(written.getvalue(), 1099)
