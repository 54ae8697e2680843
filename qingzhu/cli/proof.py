"""``qingzhu prove`` and ``qingzhu verify`` 证明与核对: a figure with all it rests on, and the check of such a bundle by anybody."""

from __future__ import annotations

import hashlib
from collections import Counter
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

from qingzhu.cli.figures import known_project, region_of
from qingzhu.cli.ledger import keys_of
from qingzhu.cli.outcome import DONE, REFUSED, show_json
from qingzhu.cli.places import existing_store, opened
from qingzhu.cli.words import rulebook
from qingzhu.ledger import policies
from qingzhu.ledger.journal import Record
from qingzhu.ledger.policies import Policy
from qingzhu.ledger.store_log import verifiers
from qingzhu.measures.engines import open_engine
from qingzhu.measures.load import order, papers_of_house
from qingzhu.reports.html import verify_html
from qingzhu.schemes.bundle_checks import checked
from qingzhu.schemes.bundle_findings import NEVER, Finding
from qingzhu.schemes.bundles import bundle
from qingzhu.schemes.evaluate import Session, open_session
from qingzhu.schemes.runs import recorded, run_for
from qingzhu.terms.errors import BrokenChainError, MissingError, RefusedError
from qingzhu.terms.figures import split_id
from qingzhu.terms.lines import clean

MARKS = {"holds": "✓", "fails": "✗", "not_checked": "–"}


def prove(id: str, store: Path | None, out: Path, *, on: date, originals: bool, by: str, lang: str, json: bool) -> int:
    """A figure as a proof bundle; it is computed and logged first where no run has given it yet."""
    name, grain = split_id(id)
    measure = papers_of_house().get(name)
    if measure is None or measure.derived or not grain:
        zh = f"“{id}”不是数值编号：证明包只为数值而作，例如 waste_intensity:P01（结论请逐个证明其数值）。"
        en = f"{id!r} is no id of a figure: a bundle proves a figure, e.g. waste_intensity:P01 (of a verdict prove its figures)."
        raise RefusedError("not_a_figure", zh, en, id=id)
    if "other_project" in measure.grain:
        zh = f"{name} 比较不同项目，证明它须公开其他项目的数据，因此不作证明包。"
        en = f"{name} compares projects: to prove it the rows of others would have to be shown, so there is no bundle of it."
        raise RefusedError("figure_compares", zh, en, id=id)
    kept = opened(existing_store(store), create=False)
    known_project(kept, grain[0])
    engine = open_engine()
    try:
        session = open_session(kept, rulebook(), region_of(kept, grain[0]), on, engine, [grain[0]], [name])
        given = partial(run_for, kept, grain[0], on.isoformat(), session.pin.position, id, partial(of_these_rules, session, name))
        record = given()
        if record is None:
            figures = [figure for figure in session.figures([name]) if figure.grain["project"] == grain[0]]
            recorded(session, grain[0], figures, [], by, datetime.now(UTC))
            record = given()
        if record is None:
            zh = f"{kept.path} 不能写入（只读或没有密钥），且尚无这次计算的存证：请在原证据库中证明。"
            en = f"{kept.path} cannot be written (read only, or without keys) and holds no run of this: prove it in the original store."
            raise MissingError("run_missing", zh, en, id=id)
        data = bundle(session, id, record, originals=originals)
        own = verifiers(kept.keys)  # a store that was handed on without its keys cannot be held to them
        wrong = [one for one in checked(data, policies.any_of(own, [], 0), rulebook()) if one.state == "fails"] if own else []
        if wrong:
            zh = f"证据库与账本不符，未写出证明包：{wrong[0].zh}。请运行 qingzhu ledger check --deep。"
            en = f"Store and log do not agree, so no bundle was written: {wrong[0].en}. Run qingzhu ledger check --deep."
            raise BrokenChainError("bundle_fails", zh, en, id=id)
    finally:
        engine.close()
    out.write_bytes(data)
    if json:
        show_json({"figure": id, "bundle": str(out), "size": len(data), "entry": record["position"] - 1, "origin": kept.log().origin})
    else:
        print(
            {
                "zh": f"已写出 {out}（{len(data):,} 字节），存证第 {record['position'] - 1} 条。",
                "en": f"Written: {out} ({len(data):,} bytes), entry {record['position'] - 1}.",
            }[lang]
        )
        print({"zh": "核对：", "en": "Check it by: "}[lang] + f"qingzhu verify {out} --key {kept.keys / 'log.pub'}")
    return DONE


def write_page(out: Path, file: Path | None, *, lang: str, json: bool) -> int:
    """Write the page that checks bundles in a browser 核对页, and tell its SHA-256: two people's pages are the same or not."""
    if file is not None:
        zh = f"--page 只写出网页，不核对 {file}：请分两次运行，或在网页里打开它。"
        en = f"--page only writes the page and does not check {file}: call twice, or open it in the page."
        raise RefusedError("page_and_bundle", zh, en, file=str(file))
    data = verify_html().encode()
    out.write_bytes(data)
    sha256 = hashlib.sha256(data).hexdigest()
    if json:
        show_json({"page": str(out), "size": len(data), "sha256": sha256})
    else:
        zh = f"已写出 {out}（{len(data):,} 字节，SHA-256 {sha256}）。用浏览器打开，不需要网络；请勿放进证明包：包里的页面只会替自己作证。"
        en = f"Written: {out} ({len(data):,} bytes, SHA-256 {sha256}). Open it in a browser, no network is needed; "
        en += "keep it out of bundles, where it would vouch for itself."
        print({"zh": zh, "en": en}[lang])
    return DONE


def verify(
    file: Path | None, keys: list[str], witnesses: list[str], quorum: int | None, policy: Path | None, *, lang: str, json: bool
) -> int:
    """Check a bundle: what holds, what does not, what was not checked."""
    if file is None:
        zh = "请给出证明包，或用 --page 写出在浏览器里核对的页面。"
        en = "Give a bundle, or --page to write the page that checks bundles in a browser."
        raise MissingError("bundle_missing", zh, en)
    if not file.is_file():
        zh, en = f"找不到文件 {file}。", f"There is no file {file}."
        raise MissingError("file_missing", zh, en, file=str(file))
    findings = checked(file.read_bytes(), policy_of(keys, witnesses, quorum, policy), rulebook())
    holds = outcome(findings)
    if json:
        show_json(
            {
                "bundle": str(file),
                "holds": holds,
                "findings": [one.as_dict() for one in findings],
                "never": dict(zip(("zh", "en"), NEVER, strict=True)),
            }
        )
        return DONE if holds is True else REFUSED
    for one in findings:
        print(f"{MARKS[one.state]} {clean(one.words(lang))}")
    count = Counter(one.state for one in findings)
    told = {
        "zh": f"{OUTCOMES[holds][0]}：{count['holds']} 项成立，{count['fails']} 项不成立，{count['not_checked']} 项未核对。",
        "en": f"{OUTCOMES[holds][1]}: {count['holds']} hold, {count['fails']} do not, {count['not_checked']} were not checked.",
    }
    print(f"\n{told[lang]}")
    print({"zh": f"证明包不能表明：{NEVER[0]}。", "en": f"No bundle shows {NEVER[1]}."}[lang])
    return DONE if holds is True else REFUSED


def of_these_rules(session: Session, name: str, record: Record) -> bool:
    """Whether a run was of the rules of this program and region: measures, vocabulary, parameter tables; else its figure is another's."""
    told, pinned = record["run"], session.pinned()
    same = all(told["measures"].get(one) == session.measures[one].sha256 for one in order(session.measures, [name]))
    return same and told["region"] == session.region and all(told[key] == pinned[key] for key in ("vocabulary", "parameters"))


OUTCOMES = {True: ("成立", "Holds"), False: ("不成立", "Does not hold"), None: ("未能证明", "Not proven")}


def outcome(findings: list[Finding]) -> bool | None:
    """Whether a bundle holds; None where nothing fails and the figure was not computed again, so that nothing is proven."""
    states = {one.key: one.state for one in findings}
    if "fails" in states.values():
        return False
    return True if states["recomputed"] == "holds" else None


def policy_of(keys: list[str], witnesses: list[str], quorum: int | None, policy: Path | None) -> Policy:
    """The trust policy of a call: a file of c2sp.org/tlog-policy, or keys and a number of witnesses (all of them, where none is said)."""
    if policy is not None:
        if keys or witnesses or quorum is not None:
            zh = "--policy 已说明公钥、见证人和法定数：请不要同时给出 --key、--witness、--quorum。"
            en = "--policy names keys, witnesses and quorum: give it without --key, --witness and --quorum."
            raise RefusedError("policy_and_keys", zh, en)
        return policies.read(policy.read_text("utf-8"))
    logs = [key for given in keys for key in keys_of(given)]
    if not logs:
        zh = "请用 --key 给出账本公钥（qingzhu ledger show），或用 --policy 给出信任策略：没有可信的公钥，什么也核对不了。"
        en = (
            "Give the log's public key by --key (qingzhu ledger show), or a policy by --policy: nothing is checked without a key you trust."
        )
        raise RefusedError("key_missing", zh, en)
    known = [key for given in witnesses for key in keys_of(given)]
    names = {key.name for key in known}
    return policies.any_of(logs, known, len(names) if quorum is None else quorum)
