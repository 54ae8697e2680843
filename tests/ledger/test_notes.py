"""Signed notes, checkpoints, cosignatures, proofs: the right ones are accepted, whatever was touched is refused."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from qingzhu.ledger import merkle, notes, proofs
from qingzhu.ledger.checkpoints import Checkpoint
from qingzhu.ledger.keys import TIMED, TYPES, Verifier, signer_of, verifier_of
from qingzhu.ledger.notes import Note
from qingzhu.ledger.proofs import Proof
from qingzhu.terms.errors import BrokenChainError, EvidenceError, MalformedError
from tests.ledger.log_makers import ORIGIN, entries, key, leaves, plain_root

DATA = os.environ.get("QINGZHU_TEST_DATA")
C2SP_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
C2SP_SIGNATURE = "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM="
C2SP_NOTE = f"This is an example message.\n\n— example.com/foo {C2SP_SIGNATURE}\n"
HEAD = Checkpoint(ORIGIN, 5, plain_root(leaves(5)))
KINDS = list(TYPES)


def signed(checkpoint: Checkpoint = HEAD, *more: object) -> Note:
    return Note(checkpoint.text(), (key().sign(checkpoint.text()), *more))


class TestNotesOfOthers:
    def test_the_example_of_the_specification_verifies(self):
        note = notes.read(C2SP_NOTE.encode())
        assert [one.name for one in notes.verified(note, [verifier_of(C2SP_KEY)])] == ["example.com/foo"]
        assert note.written().decode() == C2SP_NOTE

    @pytest.mark.skipif(not DATA, reason="QINGZHU_TEST_DATA names no folder of real files")
    def test_the_vectors_verify(self):
        told = json.loads((Path(DATA or "") / "tlog/vectors.json").read_text("utf-8"))
        note = notes.read(told["note"]["note"].encode())
        assert notes.verified(note, [verifier_of(told["note"]["vkey"])])
        assert Checkpoint.of(note.text).size == 1
        shown = notes.read(told["c2sp_example_checkpoint"].encode())
        assert Checkpoint.of(shown.text).size == 20852163
        assert (note.written().decode(), shown.written().decode()) == (told["note"]["note"], told["c2sp_example_checkpoint"])


class TestKeys:
    @pytest.mark.parametrize("kind", KINDS)
    def test_come_back_from_their_lines(self, kind):
        signer = key(kind=kind)
        assert (signer_of(signer.line()), verifier_of(signer.verifier.line())) == (signer, signer.verifier)

    @pytest.mark.parametrize("kind", KINDS)
    def test_sign_and_verify_one_text_only(self, kind):
        signer, text = key("w.example/x", kind), HEAD.text()
        signature = signer.sign(text, 1_700_000_000 if kind in TIMED else 0).signature
        assert signer.verifier.verifies(text, signature)
        assert not signer.verifier.verifies(Checkpoint(ORIGIN, 6, HEAD.root).text(), signature)
        assert not key("w.example/x", kind, seed="other").verifier.verifies(text, signature)

    @pytest.mark.parametrize("kind", KINDS)
    def test_refuse_a_signature_with_any_bit_flipped(self, kind):
        signer, text = key("w.example/x", kind), HEAD.text()
        signature = signer.sign(text, 1_700_000_000).signature
        for bit in range(0, 8 * len(signature), max(1, len(signature) // 5)):
            flipped = bytearray(signature)
            flipped[bit // 8] ^= 1 << bit % 8
            assert not signer.verifier.verifies(text, bytes(flipped)), bit
        assert not signer.verifier.verifies(text, signature[:-1])
        assert not signer.verifier.verifies(text, signature + b"\x00")

    @pytest.mark.parametrize("kind", sorted(TIMED))
    def test_cosign_a_time_that_cannot_be_changed(self, kind):
        signer = key("w.example/x", kind)
        signature = signer.sign(HEAD.text(), 100).signature
        assert not signer.verifier.verifies(HEAD.text(), (101).to_bytes(8, "big") + signature[8:])

    @pytest.mark.parametrize("kind", sorted(TIMED))
    def test_cosign_checkpoints_only(self, kind):
        signature = key("w.example/x", kind).sign(HEAD.text(), 100).signature
        assert not key("w.example/x", kind).verifier.verifies("no checkpoint\n", signature)

    @pytest.mark.parametrize("kind", sorted(TIMED))
    def test_cosign_no_time_beyond_2_to_the_63(self, kind):
        signer = key("w.example/x", kind)
        told = [signer.verifier.verifies(HEAD.text(), signer.sign(HEAD.text(), time).signature) for time in (2**63 - 1, 2**63, 2**64 - 1)]
        assert told == [True, False, False]

    def test_an_ml_dsa_cosignature_is_bound_to_the_name_of_its_cosigner(self):
        signature = key("w.example/x", "ml-dsa-44").sign(HEAD.text(), 100).signature
        renamed = Verifier("w.example/y", "ml-dsa-44", key("w.example/x", "ml-dsa-44").verifier.public)
        assert not renamed.verifies(HEAD.text(), signature)

    @pytest.mark.parametrize(
        "line",
        [
            "",
            "a",
            "a+b",
            "a+b+c",
            C2SP_KEY.replace("530d903a", "530d903b"),
            C2SP_KEY.replace("foo", "f o"),
            C2SP_KEY[:-4],
            C2SP_KEY.replace("+Ae", "+ge"),
            "a+00000000+AQ==",
        ],
    )
    def test_that_are_none_are_refused(self, line):
        with pytest.raises(MalformedError):
            verifier_of(line)
        with pytest.raises(MalformedError):
            signer_of(line)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="there is no openssl to compare with")
class TestSm2AgainstOpenssl:
    def test_openssl_verifies_our_signature(self, tmp_path):
        from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

        signer, text = key(kind="sm2"), HEAD.text()
        signature = signer.sign(text).signature
        spki = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d034200")  # id-ecPublicKey on the curve sm2p256v1
        (tmp_path / "key.der").write_bytes(spki + signer.verifier.public)
        (tmp_path / "signature").write_bytes(
            encode_dss_signature(int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big"))
        )
        (tmp_path / "text").write_bytes(text.encode())
        run(tmp_path, "openssl pkey -pubin -inform DER -in key.der -out key.pem")
        said = run(
            tmp_path,
            "openssl pkeyutl -verify -pubin -inkey key.pem -in text -rawin -digest sm3 -sigfile signature -pkeyopt distid:1234567812345678",
        )
        assert "Verified Successfully" in said

    def test_we_verify_the_signature_of_openssl(self, tmp_path):
        from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

        (tmp_path / "text").write_bytes(HEAD.text().encode())
        run(tmp_path, "openssl ecparam -name SM2 -genkey -noout -out key.pem")
        run(tmp_path, "openssl pkey -in key.pem -pubout -outform DER -out key.der")
        run(tmp_path, "openssl pkeyutl -sign -inkey key.pem -in text -rawin -digest sm3 -out signature -pkeyopt distid:1234567812345678")
        first, second = decode_dss_signature((tmp_path / "signature").read_bytes())
        verifier = Verifier(ORIGIN, "sm2", (tmp_path / "key.der").read_bytes()[-65:])
        assert verifier.verifies(HEAD.text(), first.to_bytes(32, "big") + second.to_bytes(32, "big"))


class TestSm2Keys:
    def test_that_are_no_point_of_the_curve_verify_nothing(self):
        signer, text = key(kind="sm2"), HEAD.text()
        public, signature = signer.verifier.public, signer.sign(text).signature
        assert Verifier(ORIGIN, "sm2", public).verifies(text, signature)
        wide = (int.from_bytes(public[33:], "big") + 2**256 - 2**224 - 2**96 + 2**64 - 1).to_bytes(33, "big")  # y + p: the same point
        others = (public[:-1] + bytes([public[-1] ^ 1]), bytes(65), b"\x04" + bytes(64), b"\x04" + b"\xff" * 64, b"\x02" + public[1:])
        for other in (*others, public[:-1], public + b"\0", public[:33] + wide):
            assert not Verifier(ORIGIN, "sm2", other).verifies(text, signature)


def run(folder: Path, command: str) -> str:
    ran = subprocess.run(command.split(), cwd=folder, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def line(body: str = "AAAAAAA=", name: str = "a") -> str:
    return f"text\n\n— {name} {body}\n"


NO_NOTES = {
    "nothing": "", "a newline": "\n", "no signature": "text\n", "no signature line": "text\n\n", "no dash": "text\n\nno dash\n",
    "no last newline": C2SP_NOTE[:-1], "something behind": C2SP_NOTE + "x", "no blank line": C2SP_NOTE.replace("\n\n", "\n"),
    "a tab": C2SP_NOTE.replace("message", "mes\tsage"), "a carriage return": C2SP_NOTE.replace("message", "mes\rsage"),
    "a zero": C2SP_NOTE.replace("message", "mes\0sage"), "another control character": C2SP_NOTE.replace("message", "message\x01"),
    "a plus in the name": line(name="a+b"), "a blank in the name": line(name="a\u3000b"), "no name": line(name=""),
    "base64 without its end": line("AAAAAA=="), "base64 spelt otherwise": line("AAAAAAB="), "no signature after the id": line("AAAA"),
    "too long": "a" * 1_000_001, "too many signatures": "t\n\n" + "— a AAAAAAA=\n" * 101,
}  # fmt: skip


class TestReadingANote:
    @pytest.mark.parametrize("data", NO_NOTES.values(), ids=NO_NOTES)
    def test_refuses_what_is_none(self, data):
        with pytest.raises(MalformedError):
            notes.read(data.encode())

    def test_refuses_what_is_no_utf_8(self):
        with pytest.raises(MalformedError, match="UTF-8"):
            notes.read(line("AAAAAAA=").encode().replace(b"text", b"\xff"))

    def test_takes_a_hundred_signatures_and_blank_lines_in_the_text(self):
        note = notes.read(("t\n\nu\n\n" + "— a AAAAAAA=\n" * 100).encode())
        assert (note.text, len(note.signatures)) == ("t\n\nu\n", 100)

    @given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
    @example(C2SP_NOTE.encode())
    def test_gives_back_the_same_bytes_or_says_no(self, data):
        with contextlib.suppress(MalformedError):
            assert notes.read(data).written() == data

    def test_passes_unknown_keys_over(self):
        other = key("other.example/x").sign(HEAD.text())
        assert len(notes.verified(signed(HEAD, other), [key().verifier])) == 1

    def test_refuses_a_note_no_known_key_signed(self):
        with pytest.raises(BrokenChainError, match="No trusted key"):
            notes.verified(signed(), [key("other.example/x").verifier])
        with pytest.raises(BrokenChainError, match="No trusted key"):
            notes.verified(signed(), [key(seed="other").verifier])  # the same name, another key: its id differs

    @pytest.mark.parametrize("kind", ["ed25519", "cosignature", "ml-dsa-44"])
    @pytest.mark.parametrize("first", [0, 1])
    def test_refuses_a_second_line_of_a_known_key_that_is_wrong_before_and_behind_a_right_one(self, kind, first):
        signer, other = key(kind=kind), Checkpoint(ORIGIN, 4, HEAD.root)
        lines = [signer.sign(HEAD.text(), 5), signer.sign(other.text(), 5)]
        with pytest.raises(BrokenChainError, match="does not verify"):
            notes.verified(Note(HEAD.text(), (lines[first], lines[1 - first])), [signer.verifier])

    def test_refuses_a_wrong_signature_of_a_known_key_though_another_is_right(self):
        wrong = key("w.example/x", "cosignature").sign(Checkpoint(ORIGIN, 4, HEAD.root).text(), 5)
        with pytest.raises(BrokenChainError, match="does not verify"):
            notes.verified(signed(HEAD, wrong), [key().verifier, key("w.example/x", "cosignature").verifier])


def sized(size: str) -> str:
    return HEAD.text().replace("\n5\n", f"\n{size}\n")


NO_CHECKPOINTS = [
    "", "a\n", "a\n1\n", "a\n1\nAAAA\n", HEAD.text()[:-1], "\n" + HEAD.text(), HEAD.text() + "\n", HEAD.text().replace("=\n", "\n"),
    *map(sized, ("05", "-5", "+5", "٥", " 5", str(2**63), "9" * 400)),
]  # fmt: skip


class TestReadingACheckpoint:
    @pytest.mark.parametrize("text", NO_CHECKPOINTS)
    def test_refuses_what_is_none(self, text):
        with pytest.raises(MalformedError):
            Checkpoint.of(text)

    def test_passes_extension_lines_over(self):
        assert Checkpoint.of(HEAD.text() + "more\n") == HEAD

    def test_gives_back_the_same_text(self):
        assert Checkpoint.of(HEAD.text()).text() == HEAD.text()


def proof(index: int = 3, *more: object) -> Proof:
    hashes = leaves(5)
    read = lambda level, number: plain_root(hashes[number << level : (number + 1) << level])  # noqa: E731
    return Proof(index, tuple(merkle.inclusion(index, 5, read)), signed(HEAD, *more))


class TestProofs:
    def test_show_an_entry_in_a_log_offline(self):
        read = proofs.read(proof().written())
        assert read == proof()
        assert list(proofs.proven(entries(5)[3], read, ORIGIN, [key().verifier])) == [key().verifier]

    def test_tell_which_witnesses_cosigned(self):
        witness = key("w.example/x", "ml-dsa-44")
        read = proofs.read(proof(3, witness.sign(HEAD.text(), 77)).written())
        found = proofs.proven(entries(5)[3], read, ORIGIN, [key().verifier, witness.verifier, key("w2.example/x", "cosignature").verifier])
        assert {one.name for one in found} == {ORIGIN, "w.example/x"}

    def test_refuse_another_entry_another_place_another_log_another_key(self):
        known = [key().verifier]
        for entry, shown, origin, trusted in [
            (b"other", proof(), ORIGIN, known),
            (entries(5)[3], Proof(2, proof().hashes, proof().note), ORIGIN, known),
            (entries(5)[3], proof(), "other.example/log", known),
            (entries(5)[3], proof(), ORIGIN, [key(seed="other").verifier]),
            (entries(5)[3], Proof(3, proof().hashes[:-1], proof().note), ORIGIN, known),
        ]:
            with pytest.raises(BrokenChainError):
                proofs.proven(entry, shown, origin, trusted)

    def test_refuse_a_witness_whose_signature_is_wrong(self):
        witness = key("w.example/x", "cosignature")
        wrong = witness.sign(Checkpoint(ORIGIN, 4, HEAD.root).text(), 5)
        with pytest.raises(BrokenChainError, match="does not verify"):
            proofs.proven(entries(5)[3], proof(3, wrong), ORIGIN, [key().verifier, witness.verifier])

    def test_refuse_extension_lines_that_no_key_of_the_log_signed(self):
        second = key(kind="ml-dsa-44")  # signs origin, size and root, and no line after them
        own = [key().verifier, second.verifier]
        longer = HEAD.text() + "closed from 2027 on\n"
        forged = Proof(3, proof().hashes, Note(longer, (second.sign(HEAD.text()),)))
        with pytest.raises(BrokenChainError, match="No key of the log signed the extension lines"):
            proofs.proven(entries(5)[3], forged, ORIGIN, own)
        both = Proof(3, proof().hashes, Note(longer, (second.sign(HEAD.text()), key().sign(longer))))
        assert set(proofs.proven(entries(5)[3], both, ORIGIN, own)) == set(own)

    def test_with_anything_behind_or_before_are_none(self):
        data = proof().written()
        for altered in (
            data + b"x",
            data + b"\n",
            b"x" + data,
            data.replace(b"index 3", b"index 03"),
            data.replace(b"index", b"Index"),
            data.replace(b"@v1", b"@v2"),
        ):
            with pytest.raises(EvidenceError):
                proofs.read(altered)

    def test_extra_data_is_passed_over(self):
        data = proof().written().replace(b"index", b"extra AAAA\nindex")
        assert proofs.read(data) == proof()
        with pytest.raises(MalformedError):
            proofs.read(data.replace(b"AAAA", b"A"))

    @given(st.integers(0, 10_000), st.integers(0, 7))
    def test_with_any_bit_flipped_prove_nothing(self, place, bit):
        data = bytearray(proof().written())
        data[place % len(data)] ^= 1 << bit
        with pytest.raises(EvidenceError):
            proofs.proven(entries(5)[3], proofs.read(bytes(data)), ORIGIN, [key().verifier])
