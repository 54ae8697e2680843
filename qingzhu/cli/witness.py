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
from qingzhu.ledger.witness import Witness, begin
from qingzhu.ledger.witness_server import Tell, WitnessServer, server
from qingzhu.terms.errors import MissingError, RefusedError

KINDS: tuple[Kind, ...] = ("ml-dsa-44", "cosignature")
"""What a witness signs with: the one c2sp.org/tlog-cosignature recommends, and the one every client knows."""


def key(file: Path, name: str, state: Path | None, *, lang: str, json: bool) -> int:
    """Draw the keys of a witness and begin its state; files that are there are left alone."""
    state = state or beside(file)
    if file == state:
        raise RefusedError("state_is_key", "密钥和状态须是两个文件。", "The key and the state are two files.", file=str(file))
    if file.exists():
        zh, en = f"{file} 已存在，未改动。", f"{file} is there already and was left alone."
        raise RefusedError("file_exists", zh, en, file=str(file))
    new = [made(name, kind, secrets.token_bytes(32)) for kind in KINDS]
    begin(new, state)  # first: a key without a state is one that lost it
    write_secret(file, "".join(f"{one.line()}\n" for one in new))
    if json:
        show_json({"file": str(file), "state": str(state), "keys": [one.verifier.line() for one in new]})
    else:
        zh = f"私钥写在 {file}，请妥善保管；{state} 记着它见证过什么，切勿用备份恢复。公钥："
        en = f"The private keys are in {file}: keep them safe. {state} holds what they cosigned: never restore it from a copy. Public keys:"
        print({"zh": zh, "en": en}[lang])
        print("\n".join(one.verifier.line() for one in new))
    return DONE


def serve(file: Path, logs: list[str], state: Path | None, host: str, port: int, *, lang: str, json: bool) -> int:
    """Answer logs until stopped; on standard error, why the witness itself failed to."""
    known = [one for given in logs for one in keys_of(given)]
    witness = Witness(signers_in(file), known, state or beside(file), lambda: int(time.time()))

    def tell(zh: str, en: str) -> None:
        print({"zh": zh, "en": en}[lang], file=sys.stderr, flush=True)

    with _listening(witness, host, port, tell) as serving:
        address = f"http://{host}:{serving.server_address[1]}"
        if json:
            show_json({"address": address, "logs": sorted(witness.logs)})
        else:
            names = ", ".join(sorted(witness.logs))
            zh, en = f"见证服务：{address}，账本：{names}。Ctrl-C 停止。", f"Witness at {address} for {names}. Ctrl-C stops it."
            print({"zh": zh, "en": en}[lang])
        sys.stdout.flush()
        with contextlib.suppress(KeyboardInterrupt):
            serving.serve_forever()
    return DONE


def _listening(witness: Witness, host: str, port: int, tell: Tell) -> WitnessServer:
    try:
        return server(witness, host, port, tell)
    except OSError as error:
        zh = f"不能在 {host}:{port} 上提供服务（{error.strerror}）：请换 --port 或 --host。"
        en = f"It cannot listen at {host}:{port} ({error.strerror}): choose another --port or --host."
        raise RefusedError("address_refused", zh, en, host=host, port=port) from error


def beside(file: Path) -> Path:
    """Where the state of a witness lies unless said otherwise: beside its keys, ``witness.sqlite`` for ``witness.key``."""
    return file.with_suffix(".sqlite")


def signers_in(file: Path) -> list[Signer]:
    """The private keys of a file. Raises ``MissingError``."""
    if not file.is_file():
        zh, en = f"没有密钥文件 {file}：用 qingzhu witness key 新建。", f"There is no file of keys {file}: qingzhu witness key makes one."
        raise MissingError("key_file_missing", zh, en, file=str(file))
    return [signer_of(line.strip()) for line in file.read_text("utf-8").splitlines() if line.strip()]
