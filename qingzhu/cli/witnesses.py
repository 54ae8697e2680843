"""Asking witnesses when a command is done 请求见证: nothing waits for them long, and what they don't answer shows as pending."""

from __future__ import annotations

from qingzhu.ledger.store import Store
from qingzhu.ledger.witnessing import cosigned


def ask_witnesses(store: Store) -> bool:
    """Ask the witnesses of the store's policy, if it names any, to cosign the newest checkpoint; whether any were to be asked."""
    if not store.writable or not store.has_log:
        return False
    log = store.log()
    if log.signers:
        cosigned(log, store.policy)
    return True
