"""``qingzhu witness`` 见证人: keys of a new one, and its service."""

from __future__ import annotations

import contextlib
import secrets
import sys
import time
from pathlib import Path

from qingzhu.cli.ledger import keys_of
from qingzhu.cli.outcome import DONE, show_json
from qingzhu.ledger.files import write_secret
from qingzhu.ledger.keys import Kind, Signer, made, signer_of
from qingzhu.ledger.witness import Witness
from qingzhu.ledger.witness_server import server
from qingzhu.terms.errors import MissingError, RefusedError

KINDS: tuple[Kind, ...] = ("ml-dsa-44", "cosignature")
"""What a witness signs with: the one c2sp.org/tlog-cosignature recommends, and the one every client knows."""


def key(file: Path, name: str, *, lang: str, json: bool) -> int:
    """Draw the keys of a witness; a file that is there is left alone."""
    if file.exists():
        zh, en = f"{file} 已存在，未改动。", f"{file} is there already and was left alone."
        raise RefusedError("file_exists", zh, en, file=str(file))
    new = [made(name, kind, secrets.token_bytes(32)) for kind in KINDS]
    write_secret(file, "".join(f"{one.line()}\n" for one in new))
    if json:
        show_json({"file": str(file), "keys": [one.verifier.line() for one in new]})
    else:
        print({"zh": f"私钥写在 {file}，请妥善保管。公钥：", "en": f"The private keys are in {file}: keep them safe. Public keys:"}[lang])
        print("\n".join(one.verifier.line() for one in new))
    return DONE


def serve(file: Path, logs: list[str], state: Path, host: str, port: int, *, lang: str, json: bool) -> int:
    """Answer logs until stopped."""
    known = [one for given in logs for one in keys_of(given)]
    witness = Witness(signers_in(file), known, state, lambda: int(time.time()))
    with server(witness, host, port) as serving:
        address = f"http://{host}:{serving.server_address[1]}"
        if json:
            show_json({"address": address, "logs": sorted(witness.logs)})
        else:
            names = ", ".join(sorted(witness.logs))
            print(
                {"zh": f"见证服务：{address}，账本：{names}。Ctrl-C 停止。", "en": f"Witness at {address} for {names}. Ctrl-C stops it."}[
                    lang
                ]
            )
        sys.stdout.flush()
        with contextlib.suppress(KeyboardInterrupt):
            serving.serve_forever()
    return DONE


def signers_in(file: Path) -> list[Signer]:
    """The private keys of a file. Raises ``MissingError``."""
    if not file.is_file():
        zh, en = f"没有密钥文件 {file}：用 qingzhu witness key 新建。", f"There is no file of keys {file}: qingzhu witness key makes one."
        raise MissingError("key_file_missing", zh, en, file=str(file))
    return [signer_of(line.strip()) for line in file.read_text("utf-8").splitlines() if line.strip()]
