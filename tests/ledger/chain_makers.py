"""Chains for the tests: the contract from its page, a small EVM that runs it, and a JSON-RPC node before either that or another's EVM.

The machine knows the opcodes of the contract only, each as the Yellow Paper has it; ``chain_drill`` holds it to py-evm.
"""

from __future__ import annotations

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

PAGE = (Path(__file__).resolve().parents[2] / "docs/spec/anchor.md").read_text("utf-8")
CHAIN = 20_200
ACCOUNT = "0x7e5f4552091a69125d5dfcb7b8c2659029395bdf"
"""The address of the private key 1."""

OTHER = "0x2b5ad5c4795c026514f8317c7a215e218dccd6cf"
START = 1_772_323_200
NAMES = {
    0x00: "STOP", 0x10: "LT", 0x14: "EQ", 0x15: "ISZERO", 0x33: "CALLER", 0x34: "CALLVALUE", 0x35: "CALLDATALOAD", 0x36: "CALLDATASIZE",
    0x37: "CALLDATACOPY", 0x39: "CODECOPY", 0x51: "MLOAD", 0x57: "JUMPI", 0x5B: "JUMPDEST", 0x80: "DUP1", 0xA3: "LOG3", 0xF3: "RETURN",
    0xFD: "REVERT", **{0x5F + width: f"PUSH{width}" for width in range(1, 33)},
}  # fmt: skip


def opcodes() -> list[tuple[int, str, str]]:
    """The listing of the page: offset, name, operand."""
    listing = PAGE.split("```evm\n")[1].split("```")[0]
    return [
        (int(at, 16), name, word or "") for at, name, word in re.findall(r"^([0-9a-f]{2})  ([A-Z]+[0-9]*)(?: ([0-9a-f]+))?", listing, re.M)
    ]


def init_code() -> str:
    """The bytes of the page that make the contract."""
    return "".join(PAGE.split("```hex\n")[1].split("```")[0].split())


class RevertedError(Exception):
    """The contract refused."""


def run(code: bytes, data: bytes, caller: str, value: int) -> tuple[bytes, list[tuple[list[str], str]]]:
    """Run code: what it returns, and the events it left. Raises ``RevertedError``."""
    stack: list[int] = []
    memory, events, at = bytearray(256), [], 0
    while at < len(code):
        name = NAMES[code[at]]
        at += 1
        if name.startswith("PUSH"):
            width = int(name[4:])
            stack.append(int.from_bytes(code[at : at + width]))
            at += width
        elif name == "STOP":
            return b"", events
        elif name in ("LT", "EQ"):
            top, second = stack.pop(), stack.pop()
            stack.append(int(top < second if name == "LT" else top == second))
        elif name == "ISZERO":
            stack.append(int(stack.pop() == 0))
        elif name in ("CALLER", "CALLVALUE", "CALLDATASIZE"):
            stack.append({"CALLER": int(caller, 16), "CALLVALUE": value, "CALLDATASIZE": len(data)}[name])
        elif name == "CALLDATALOAD":
            start = stack.pop()
            stack.append(int.from_bytes(data[start : start + 32].ljust(32, b"\0")))
        elif name in ("CALLDATACOPY", "CODECOPY"):
            to, start, length = stack.pop(), stack.pop(), stack.pop()
            memory[to : to + length] = (data if name == "CALLDATACOPY" else code)[start : start + length].ljust(length, b"\0")
        elif name == "MLOAD":
            start = stack.pop()
            stack.append(int.from_bytes(memory[start : start + 32]))
        elif name == "JUMPI":
            to, condition = stack.pop(), stack.pop()
            if condition:
                assert NAMES[code[to]] == "JUMPDEST"
                at = to
        elif name == "DUP1":
            stack.append(stack[-1])
        elif name == "LOG3":
            start, length, *topics = (stack.pop() for _ in range(5))
            events.append(([f"0x{topic:064x}" for topic in topics], f"0x{memory[start : start + length].hex()}"))
        elif name == "RETURN":
            start, length = stack.pop(), stack.pop()
            return bytes(memory[start : start + length]), events
        elif name == "REVERT":
            raise RevertedError
    return b"", events


class PlainChain:
    """A chain in memory whose blocks hold one transaction each."""

    def __init__(self) -> None:
        self.receipts: dict[str, dict[str, Any]] = {}
        self.codes: dict[str, bytes] = {}
        self.stands = True
        self.times = 1

    def send(self, sender: str, to: str | None, data: str, value: int = 0) -> str:
        number = len(self.receipts) + 1
        transaction, block = (f"0x{hashlib.sha256(f'{kind} {number}'.encode()).hexdigest()}" for kind in ("transaction", "block"))
        receipt = {"transactionHash": transaction, "blockHash": block, "blockNumber": hex(number), "status": "0x1", "logs": []}
        payload = bytes.fromhex(data.removeprefix("0x"))
        try:
            if to is None:
                receipt["contractAddress"] = f"0x{number:040x}"
                self.codes[f"0x{number:040x}"], _ = run(payload, b"", sender, value)
            else:
                _, events = run(self.codes.get(to, b""), payload, sender, value)
                receipt["logs"] = [
                    {"address": to, "topics": topics, "data": words, "transactionHash": transaction, "blockHash": block,
                     "blockNumber": hex(number), "logIndex": "0x0", "removed": False}
                    for topics, words in events
                ]  # fmt: skip
        except RevertedError:
            receipt["status"] = "0x0"
        self.receipts[transaction] = receipt
        return transaction

    def undo(self) -> None:
        """Take the newest block out."""
        self.receipts.popitem()

    def eth_chainId(self) -> str:
        return hex(CHAIN)

    def eth_sendTransaction(self, sent: dict[str, str]) -> str:
        return self.send(sent["from"], sent.get("to"), sent["data"], int(sent.get("value", "0x0"), 16))

    def eth_getTransactionReceipt(self, transaction: str) -> dict[str, Any] | None:
        return self.receipts.get(transaction) if self.stands else None

    def eth_getBlockByHash(self, block: str, whole: bool) -> dict[str, Any]:
        number = next(int(one["blockNumber"], 16) for one in self.receipts.values() if one["blockHash"] == block)
        return {"number": hex(number), "timestamp": hex((START + number) * self.times)}

    def eth_getLogs(self, wanted: dict[str, Any]) -> list[dict[str, Any]]:
        found = [event for receipt in self.receipts.values() for event in receipt["logs"]]
        return [
            event for event in found
            if event["address"] == wanted["address"] and event["topics"] == wanted["topics"]
            and int(event["blockNumber"], 16) >= int(wanted["fromBlock"], 16)
            and wanted["toBlock"] in ("latest", event["blockNumber"])
        ]  # fmt: skip


@contextmanager
def node(chain: Any) -> Iterator[str]:
    """A JSON-RPC node on this machine: each method is one of the chain's, errors are answered as errors."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answer = {"jsonrpc": "2.0", "id": asked["id"]}
            try:
                answer["result"] = getattr(chain, asked["method"])(*asked["params"])
            except Exception as error:
                answer["error"] = {"code": -32000, "message": f"{type(error).__name__} {error}"}
            body = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *words: Any) -> None:
            pass

    with serving(Handler) as address:
        yield address


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """Any HTTP service on this machine, while it is asked."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


WORD = hashlib.sha256(b"log.example/tests").hexdigest()
GOOD = f"0x70c127c6{WORD}{5:064x}{'ab' * 32}"
CALLS = [
    ("a checkpoint", GOOD, 0, 5),
    ("the largest size", GOOD.replace(f"{5:064x}", f"{2**64 - 1:064x}"), 0, 2**64 - 1),
    ("bytes behind it", f"{GOOD}00", 0, 5),
    ("a size of 65 bits", GOOD.replace(f"{5:064x}", f"{2**64:064x}"), 0, None),
    ("a byte too few", GOOD[:-2], 0, None),
    ("nothing", "0x", 0, None),
    ("another function", GOOD.replace("70c1", "70c2"), 0, None),
    ("money", GOOD, 1, None),
]
"""Calls of the contract: what is sent, with which value, the size its event has, None where it must refuse."""
