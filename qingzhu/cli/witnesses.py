"""Asking witnesses when a command is done 请求见证: nothing waits for them long, and what they don't answer shows as pending."""

from __future__ import annotations

import time
from typing import Any

from qingzhu.ledger.store import Store
from qingzhu.ledger.witnessing import cosigned, state_of


def ask_witnesses(store: Store) -> dict[str, Any] | None:
    """Ask the witnesses of the store's policy, if it names any, to cosign the newest checkpoint; who has; None where none may be asked."""
    if not store.writable or not store.has_log:
        return None
    policy, log = store.policy, store.log()
    if log.signers:
        cosigned(log, policy)
    return state_of(log, policy, int(time.time()))
