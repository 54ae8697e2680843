"""The contract and the sink on another's EVM: eth-tester with py-evm, and transactions signed by eth-account. ``make chain`` runs it.

Run as a program: ``python -m tests.ledger.chain_drill FOLDER``. It prints what it did as JSON and ends with 1 when something is wrong.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

from eth_tester import EthereumTester, PyEVMBackend
from eth_tester.exceptions import TransactionFailed

from qingzhu.ledger.anchors import anchored, files, strays, verified
from qingzhu.ledger.chains import Chain
from tests.ledger.chain_makers import ACCOUNT, CALLS, GOOD, PlainChain, init_code, node
from tests.ledger.log_makers import entries, key, log_at

GAS = 1_000_000


class TesterChain:
    """eth-tester behind the methods of JSON-RPC that the sink calls."""

    def __init__(self) -> None:
        self.tester = EthereumTester(PyEVMBackend())

    def eth_chainId(self) -> str:
        return hex(self.tester.backend.chain.chain_id)

    def eth_gasPrice(self) -> str:
        return hex(10**10)

    def eth_getTransactionCount(self, account: str, block: str) -> str:
        return hex(self.tester.get_nonce(account, block))

    def eth_sendTransaction(self, sent: dict[str, str]) -> str:
        numbers = {name: int(sent[name], 16) for name in ("gas", "value") if name in sent}
        return self.tester.send_transaction({**sent, **numbers})

    def eth_sendRawTransaction(self, raw: str) -> str:
        return self.tester.send_raw_transaction(raw)

    def eth_getTransactionReceipt(self, transaction: str) -> dict[str, Any]:
        found = self.tester.get_transaction_receipt(transaction)
        return {
            "status": hex(found["status"]),
            "blockNumber": hex(found["block_number"]),
            "gasUsed": hex(found["gas_used"]),
            "contractAddress": found["contract_address"],
        }

    def eth_getBlockByHash(self, block: str, whole: bool) -> dict[str, Any]:
        return {"timestamp": hex(self.tester.get_block_by_hash(block)["timestamp"])}

    def eth_getLogs(self, wanted: dict[str, Any]) -> list[dict[str, Any]]:
        last = wanted["toBlock"] if wanted["toBlock"] == "latest" else int(wanted["toBlock"], 16)
        found = self.tester.get_logs(
            from_block=int(wanted["fromBlock"], 16), to_block=last, address=wanted["address"], topics=wanted["topics"]
        )
        return [
            {"address": one["address"], "topics": list(one["topics"]), "data": one["data"], "blockNumber": hex(one["block_number"]),
             "blockHash": one["block_hash"], "transactionHash": one["transaction_hash"], "removed": False}
            for one in found
        ]  # fmt: skip

    def made(self) -> str:
        """The address of a new contract."""
        sent = self.eth_sendTransaction({"from": ACCOUNT, "data": f"0x{init_code()}", "gas": hex(GAS)})
        return self.eth_getTransactionReceipt(sent)["contractAddress"].lower()

    def outcome(self, contract: str, data: str, value: int) -> tuple[list[Any], int]:
        """Topics and data of the events of one call, and its gas; no events where it was refused."""
        sent = {"from": ACCOUNT, "to": contract, "data": data, "gas": hex(GAS), "value": hex(value)}
        try:
            receipt = self.tester.get_transaction_receipt(self.eth_sendTransaction(sent))
        except TransactionFailed:
            return [], 0
        return [[list(one["topics"]), one["data"]] for one in receipt["logs"]], receipt["gas_used"]


def plain(data: str, value: int) -> list[Any]:
    """The same call on the small machine of the tests."""
    chain = PlainChain()
    contract = chain.receipts[chain.send(ACCOUNT, None, init_code())]["contractAddress"]
    return [[one["topics"], one["data"]] for one in chain.receipts[chain.send(ACCOUNT, contract, data, value)]["logs"]]


def main(folder: Path) -> int:
    chain = TesterChain()
    called, contract = chain.made(), chain.made()
    calls = {name: chain.outcome(called, data, value)[0] == plain(data, value) for name, data, value, _ in CALLS}
    secret = folder / "chain.key"
    secret.write_text(f"{1:064x}\n", "ascii")
    log = log_at(folder)
    keys, states, seconds = [key().verifier], [], []
    with node(chain) as address:
        for count, kept in ((5, None), (300, None), (7, secret), (1, secret)):
            log.append(entries(count, log.size))
            sink = Chain("chain", address, int(chain.eth_chainId(), 16), contract, ACCOUNT, key=kept)
            begun = time.perf_counter()
            states += [one.finding.state if one.finding else one.en for one in anchored(log, [sink], keys)]
            seconds.append(round(time.perf_counter() - begun, 3))
        asked = [verified(log, keys, [sink], path, ask=True).state for path in files(log)]
        forked = len(list(strays(log, [sink])))
        chain.outcome(contract, GOOD, 0)
        found = len(list(strays(log, [sink])))
    told = {
        "calls as on the small machine": calls, "gas of an anchor": chain.outcome(contract, GOOD, 0)[1], "anchored": states, "asked": asked,
        "seconds": seconds, "strays": [forked, found],
    }  # fmt: skip
    sys.stdout.write(f"{json.dumps(told, indent=1)}\n")
    return int(not all(calls.values()) or states != ["told"] * 4 or asked != ["holds"] * 4 or (forked, found) != (0, 1))


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
