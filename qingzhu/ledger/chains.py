"""Chains 区块链锚定: a checkpoint recorded by a contract on an EVM chain, through plain JSON-RPC.

``docs/spec/anchor.md`` has the contract: ``anchor(bytes32 originHash, uint64 size, bytes32 root)`` leaves one event. Whoever asks a node
for the events of a log sees every checkpoint its account ever anchored, in one order: a second, forked log cannot hide there.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qingzhu.ledger.anchors import Finding, Receipt, malformed
from qingzhu.ledger.checkpoints import Checkpoint
from qingzhu.ledger.notes import Note
from qingzhu.ledger.witnessing import post
from qingzhu.terms.errors import BrokenChainError, EvidenceError, MissingError
from qingzhu.terms.lines import clean

SELECTOR = "70c127c6"
"""First four bytes of Keccak-256 of ``anchor(bytes32,uint64,bytes32)``."""

EVENT = "0x969e3a440e8d07c3b6d58e32cc30d7f6360260b7c6a5ea49345e77217e2cb4c8"
"""Keccak-256 of ``Anchored(bytes32,address,uint64,bytes32)``, the first topic of the event."""

GAS = 100_000
"""At most so much is spent on a transaction; it takes about a quarter. [gas]"""

LONGEST = 64 << 20
"""A longer answer is not read. [byte] An anchor an hour for ten years is about 50 MB of events."""

PATIENCE = 60.0
"""How long a transaction may wait for its block. [s]"""

_PAUSE = 0.2
_MILLISECONDS = 10**11
"""A block time above it is one in milliseconds, as some consortium chains have it: as seconds it would lie after the year 5000."""

_ADDRESS, _WORD = re.compile(r"0x[0-9a-f]{40}"), re.compile(r"0x[0-9a-f]{64}")
_QUANTITY = re.compile(r"0x[0-9a-f]{1,64}")


_HASH = re.compile("0x[0-9a-f]{64}")
_PROOF = {"account", "block", "block_hash", "chain", "contract", "time", "transaction"}


@dataclass(frozen=True)
class Event:
    """An event of the contract: which checkpoint (origin by its hash only), in which block and transaction."""

    size: int
    root: bytes
    block: int
    block_hash: str
    transaction: str


def _place(proof: Mapping[str, Any]) -> tuple[int, int]:
    """Block and time [s since 1970] of a receipt's proof, every part of which has its form. Raises ``MalformedError``."""
    block, at = proof.get("block"), proof.get("time")
    whole = all(isinstance(one, int) and not isinstance(one, bool) and one >= 0 for one in (block, at))
    hashes = all(isinstance(proof.get(key), str) and _HASH.fullmatch(proof[key]) for key in ("block_hash", "transaction"))
    if not (whole and hashes and proof.keys() == _PROOF):
        raise malformed("没有区块、交易和时间", "it does not say block, transaction and time")
    return int(block or 0), int(at or 0)


@dataclass(frozen=True)
class Chain:
    """A contract on a chain as a sink 区块链锚定.

    ``account`` sends the transactions: the node at ``url``, or a signer before it, holds its key; with ``key``, a file of the private key
    in hexadecimal, they are signed here. Events are looked for from block ``since`` on.
    """

    name: str
    url: str
    chain: int
    contract: str
    account: str
    since: int = 0
    key: Path | None = None
    kind: str = "evm"
    patience: float = PATIENCE

    def anchor(self, note: Note) -> Receipt:
        """Record the checkpoint, unless this account did already, and wait for the block. Raises ``EvidenceError`` and ``OSError``."""
        checkpoint = Checkpoint.of(note.text)
        self._check_chain()
        event = self._event(checkpoint)
        if event is None:
            sent = self._send(f"0x{SELECTOR}{_hash(checkpoint.origin)}{checkpoint.size:064x}{checkpoint.root.hex()}")
            event = self._event(checkpoint, self._wait(sent))
        if event is None:
            zh, en = "没有该检查点的事件：合约地址是否正确？", "it has no event of this checkpoint: is that the contract?"
            raise _silent(f"交易已执行，但合约 {self.contract} {zh}", f"the transaction was run, but the contract {self.contract}: {en}")
        proof = {
            "account": self.account,
            "block": event.block,
            "block_hash": event.block_hash,
            "chain": self.chain,
            "contract": self.contract,
            "time": self._time(event),
            "transaction": event.transaction,
        }
        return Receipt(self.name, self.kind, note, proof)

    def held(self, receipt: Receipt, *, ask: bool = False) -> Finding:
        """What the chain answered then, or, with ``ask``, what it answers now."""
        block, at = _place(receipt.proof)
        for key, own in (("chain", self.chain), ("contract", self.contract), ("account", self.account)):
            if receipt.proof.get(key) != own:
                zh, en = f"{key} 与 keys/anchors.toml 不同", f"its {key} is not that of keys/anchors.toml"
                raise BrokenChainError("anchor_elsewhere", f"回执属于另一合约或账户：{zh}。", f"The receipt is of another contract: {en}.")
        where = (f"链 {self.chain} 第 {block} 块", f"block {block} of chain {self.chain}")
        if not ask:
            return Finding("told", f"{where[0]}，为当时节点所答；--ask 再问", f"{where[1]}, as a node answered then; --ask asks again", at)
        self._check_chain()
        event = self._event(receipt.checkpoint, block) or self._event(receipt.checkpoint)  # a block undone may have come again
        if event is None:
            zh, en = f"链 {self.chain} 上没有此检查点", f"the chain {self.chain} does not have this checkpoint"
            raise BrokenChainError(
                "anchor_gone", f"{zh}：区块被撤销，或回执不实。", f"{en}: its block was undone, or the receipt is false."
            )
        now, then = self._time(event), [receipt.proof[key] for key in ("block_hash", "transaction", "time")]
        if event.block == block and [event.block_hash, event.transaction, now] != then:
            zh, en = f"第 {block} 块的哈希、交易或时间与回执不符", f"block {block} has another hash, transaction or time than the receipt"
            raise BrokenChainError("anchor_false", f"链 {self.chain} {zh}。", f"On chain {self.chain} {en}.")
        zh, en = (
            f"链 {self.chain} 第 {event.block} 块，节点现在也这样答",
            f"block {event.block} of chain {self.chain}, and a node says so now",
        )
        return Finding("holds", zh, en, now)

    def told(self, origin: str) -> list[Checkpoint]:
        """All checkpoints of a log that this account anchored, in the order of the chain."""
        self._check_chain()
        return [Checkpoint(origin, event.size, event.root) for event in self._events(origin)]

    # ---- events ---------------------------------------------------------------------------------------------------

    def _event(self, checkpoint: Checkpoint, block: int | None = None) -> Event | None:
        """The first event of a checkpoint, in one block or anywhere."""
        wanted = (checkpoint.size, checkpoint.root)
        return next((event for event in self._events(checkpoint.origin, block) if (event.size, event.root) == wanted), None)

    def _events(self, origin: str, block: int | None = None) -> list[Event]:
        topics = [EVENT, f"0x{_hash(origin)}", f"0x{self.account[2:]:0>64}"]
        first, last = (hex(self.since), "latest") if block is None else (hex(block), hex(block))
        found = self._call("eth_getLogs", [{"address": self.contract, "topics": topics, "fromBlock": first, "toBlock": last}])
        if not isinstance(found, list):
            raise _silent("事件不是列表", "its events are no list")
        return [self._read(one, topics) for one in found if not (isinstance(one, dict) and one.get("removed"))]

    def _read(self, event: Any, topics: list[str]) -> Event:
        """An event; a node that answers what was not asked for is not believed."""
        if not isinstance(event, dict) or event.get("topics") != topics or str(event.get("address")).lower() != self.contract:
            raise _silent("给出了没有问的事件", "it gave an event that was not asked for")
        data = event.get("data")
        if not isinstance(data, str) or not re.fullmatch(r"0x[0-9a-f]{128}", data):
            raise _silent("事件数据不对", "the data of an event are wrong")
        word, block = (_word(event.get(key)) for key in ("transactionHash", "blockHash"))
        return Event(int(data[2:66], 16), bytes.fromhex(data[66:]), _quantity(event.get("blockNumber")), block, word)

    def _time(self, event: Event) -> int:
        """The time of the block. [s since 1970]"""
        block = self._call("eth_getBlockByHash", [event.block_hash, False])
        at = _quantity(block.get("timestamp") if isinstance(block, dict) else None)
        return at // 1000 if at > _MILLISECONDS else at

    # ---- transactions ---------------------------------------------------------------------------------------------

    def _send(self, data: str) -> str:
        """Send a transaction to the contract; its hash."""
        if self.key is not None:
            return _sent(self._call("eth_sendRawTransaction", [self._signed(data, self.key)]))
        return _sent(self._call("eth_sendTransaction", [{"from": self.account, "to": self.contract, "gas": hex(GAS), "data": data}]))

    def _signed(self, data: str, key: Path) -> str:
        """The same signed here, as a legacy transaction of EIP-155, which every EVM chain takes."""
        secret = _secret(key)
        account = _library().from_key(secret)
        if account.address.lower() != self.account:
            zh, en = f"{key} 不是账户 {self.account} 的私钥。", f"{key} is not the private key of the account {self.account}."
            raise MissingError("chain_key_missing", zh, en, file=str(key))
        fields = {
            "chainId": self.chain,
            "nonce": _quantity(self._call("eth_getTransactionCount", [self.account, "latest"])),
            "gasPrice": _quantity(self._call("eth_gasPrice", [])),
            "gas": GAS,
            "to": bytes.fromhex(self.contract[2:]),
            "value": 0,
            "data": data,
        }
        return f"0x{bytes(account.sign_transaction(fields).raw_transaction).hex()}"

    def _wait(self, transaction: str) -> int:
        """Until a transaction stands in a block and was run; the block's number."""
        until = time.monotonic() + self.patience
        while True:
            answer = self._call("eth_getTransactionReceipt", [transaction])
            if isinstance(answer, dict):
                if _quantity(answer.get("status")) != 1:
                    raise _silent(f"合约未接受交易 {transaction}", f"the contract refused the transaction {transaction}")
                return _quantity(answer.get("blockNumber"))
            if time.monotonic() >= until:
                zh, en = f"{self.patience:g} 秒内交易 {transaction} 未入块", f"{transaction} was in no block within {self.patience:g} s"
                raise _silent(f"{zh}：稍后再锚定一次即可", f"{en}: anchor again later, it is not sent twice once it stands there")
            time.sleep(_PAUSE)

    # ---- JSON-RPC -------------------------------------------------------------------------------------------------

    def _check_chain(self) -> None:
        found = _quantity(self._call("eth_chainId", []))
        if found != self.chain:
            raise _silent(f"其链号为 {found}，应为 {self.chain}", f"it is of chain {found}, wanted {self.chain}")

    def _call(self, method: str, parameters: list[Any]) -> Any:
        """One call. Raises ``EvidenceError`` for an answer that is an error or none, ``OSError`` without an answer."""
        asked = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}).encode()
        answer = post(self.url, asked, "application/json", LONGEST)
        try:
            told = json.loads(answer.body)
        except (ValueError, RecursionError):
            told = None
        if not isinstance(told, dict) or "result" not in told:
            error = told.get("error") if isinstance(told, dict) else None
            said = clean(str(error.get("message") if isinstance(error, dict) else error or answer.status)[:200])
            raise _silent(f"{method} 答复 {said}", f"it answered {method} with {said}")
        return told["result"]


def is_address(text: object) -> bool:
    """Whether a text is an address in lower case."""
    return isinstance(text, str) and _ADDRESS.fullmatch(text) is not None


def _hash(origin: str) -> str:
    return hashlib.sha256(origin.encode()).hexdigest()


def _sent(answer: object) -> str:
    """The hash of a transaction; a node that keeps no accounts may answer zeros."""
    if not int(_word(answer), 16):
        zh = "节点没有执行 eth_sendTransaction（不保管账户）：请在 keys/anchors.toml 中用 key 指明私钥文件，或改用签名服务的地址"
        en = "it does not run eth_sendTransaction (it keeps no accounts): name a key file in keys/anchors.toml, or the address of a signer"
        raise _silent(zh, en)
    return _word(answer)


def _quantity(value: object) -> int:
    if not isinstance(value, str) or not _QUANTITY.fullmatch(value):
        raise _silent(f"{value!r:.80} 不是数", f"{value!r:.80} is no number")
    return int(value, 16)


def _word(value: object) -> str:
    if not isinstance(value, str) or not _WORD.fullmatch(value):
        raise _silent(f"{value!r:.80} 不是哈希", f"{value!r:.80} is no hash")
    return value


def _secret(key: Path) -> bytes:
    try:
        return bytes.fromhex(key.read_text("ascii").strip().removeprefix("0x"))
    except (OSError, ValueError):
        zh, en = f"没有私钥文件 {key}（十六进制）。", f"There is no file of a private key {key} (hexadecimal)."
        raise MissingError("chain_key_missing", zh, en, file=str(key)) from None


def _library() -> Any:
    try:
        from eth_account import Account
    except ImportError:
        raise MissingError(
            "extra_missing",
            "在本机签署交易需要 eth-account：请执行 pip install qingzhu[chain]。",
            "Signing transactions here needs eth-account: pip install qingzhu[chain]",
        ) from None
    return Account


def _silent(zh: str, en: str) -> EvidenceError:
    return EvidenceError("chain_silent", f"区块链节点：{zh}。", f"Node of the chain: {en}.")
