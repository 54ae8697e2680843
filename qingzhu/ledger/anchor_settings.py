"""Anchor settings 锚定设置: ``keys/anchors.toml`` names the sinks; the witnesses of ``keys/policy`` are one without being named."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from qingzhu.ledger.anchors import AnchorSink, Witnesses, is_name
from qingzhu.ledger.chains import Chain, is_address
from qingzhu.ledger.log import Log
from qingzhu.ledger.policies import Policy
from qingzhu.ledger.time_stamps import TimeStamps
from qingzhu.terms.errors import MalformedError

SETTINGS = "anchors.toml"
"""The file of sinks, beside the keys."""

_KINDS: dict[str, tuple[dict[str, type], dict[str, type]]] = {
    "rfc3161": ({"url": str, "roots": str}, {}),
    "evm": ({"url": str, "chain": int, "contract": str, "account": str}, {"since": int, "key": str}),
}
"""What a sink of each kind must and may have beside ``name`` and ``kind``."""


def sinks_of(keys: Path, log: Log, policy: Policy) -> list[AnchorSink]:
    """The sinks of a store 锚定方, witnesses first. Raises ``MalformedError`` with the sink and the setting that is wrong."""
    found: list[AnchorSink] = [Witnesses(log, policy)] if policy.witnesses else []
    path = keys / SETTINGS
    if not path.is_file():
        return found
    try:
        settings = tomllib.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise _wrong(path, f"不是 TOML（{error}）", f"it is no TOML ({error})") from error
    given = settings.pop("sink", [])
    if settings or not isinstance(given, list) or not all(isinstance(one, dict) for one in given):
        raise _wrong(path, "只应有 [[sink]]", "it has [[sink]] tables only")
    for one in given:
        found.append(_sink(path, one, [sink.name for sink in found]))
    return found


def _sink(path: Path, given: Mapping[str, Any], taken: Collection[str]) -> AnchorSink:
    settings = dict(given)
    name, kind = settings.pop("name", None), settings.pop("kind", None)
    if not is_name(name) or name in taken:
        zh, en = f"name {name!r} 不成立或重复（小写字母、数字、连字符）", f"the name {name!r} is wrong or there twice (a-z, 0-9, hyphens)"
        raise _wrong(path, zh, en)
    if kind not in _KINDS:
        raise _wrong(path, f"{name} 的 kind 应为 {'、'.join(_KINDS)}", f"the kind of {name} is one of {', '.join(_KINDS)}")
    must, may = _KINDS[kind]
    for key in (*must, *settings):
        wanted: type | None = must.get(key, may.get(key))
        if wanted is None or key not in settings or type(settings[key]) is not wanted or settings[key] in ("", -1):
            raise _wrong(path, f"{name} 的 {key} 缺失、多余或类型不对", f"{key} of {name} is missing, unknown or of a wrong type")
    if not settings["url"].startswith(("http://", "https://")):
        raise _wrong(path, f"{name} 的 url 应以 http:// 或 https:// 开头", f"the url of {name} begins with http:// or https://")
    if kind == "rfc3161":
        return TimeStamps(name, settings["url"], path.parent / settings["roots"])
    for key in ("contract", "account"):
        settings[key] = settings[key].lower()
        if not is_address(settings[key]):
            raise _wrong(path, f"{name} 的 {key} 应为 0x 加 40 位十六进制", f"{key} of {name} is 0x and 40 hexadecimal digits")
    key_file = settings.pop("key", None)
    return Chain(name, key=path.parent / key_file if key_file else None, **settings)


def _wrong(path: Path, zh: str, en: str) -> MalformedError:
    return MalformedError(
        "anchors_malformed", f"{path}：{zh}（docs/spec/anchor.md）。", f"{path}: {en} (docs/spec/anchor.md).", file=str(path)
    )
