"""The outcome of an IDS check as plain data 校验结果: what JSON, page and issues are made from; ``docs/spec/ids.md`` documents it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qingzhu.collectors.ids import IdsFile, Specification
from qingzhu.schemes.ids_check import Failure, Outcome, Requirement
from qingzhu.schemes.ids_words import facet_words, requirement_words, words
from qingzhu.terms.readings import Remark

FORMAT = "qingzhu-ids-check/1"


@dataclass(frozen=True)
class CheckedModel:
    """A model and what came of it 已校验模型: ``outcomes`` None where it could not be read, ``remarks`` say why."""

    file: str
    facts: Mapping[str, Any]
    remarks: Sequence[Remark]
    outcomes: Sequence[Outcome] | None


def check_result(ids: IdsFile, models: Sequence[CheckedModel], audit: Mapping[str, int]) -> dict[str, Any]:
    """The whole check 校验结果 as one object for JSON; ``audit`` counts findings by severity."""
    told = [_model(model) for model in models]
    met = bool(told) and all(model["outcome"] == "met" for model in told)
    return {
        "format": FORMAT,
        "ids": {"file": ids.name, "sha256": ids.sha256, **{"info": ids.info}, "specifications": len(ids.specifications)},
        "audit": dict(audit),
        "outcome": "met" if met else "not_met",
        "models": told,
    }


def _model(model: CheckedModel) -> dict[str, Any]:
    remarks = [remark.as_dict() for remark in model.remarks]
    base = {"file": model.file, **{key: model.facts.get(key) for key in ("schema", "application", "size")}, "remarks": remarks}
    if model.outcomes is None:
        return {**base, "outcome": "unread", "counts": {}, "specifications": []}
    schema = str(model.facts.get("schema"))
    counts = Counter(outcome.outcome for outcome in model.outcomes)
    return {
        **base,
        "outcome": "not_met" if counts["not_met"] else "met",
        "counts": {key: counts[key] for key in ("met", "not_met", "not_applicable")},
        "specifications": [_outcome(outcome, schema) for outcome in model.outcomes],
    }


def _outcome(outcome: Outcome, schema: str) -> dict[str, Any]:
    given = outcome.specification
    notes = [words("outcome", "other_version", wanted=" ".join(given.versions), found=schema)] if outcome.other_version else []
    notes += [words("outcome", "broken", count=outcome.broken)] if outcome.broken else []
    return {
        **_head(given),
        "outcome": outcome.outcome,
        "reason": _why(outcome),
        "notes": notes,
        "applicable": outcome.applicable,
        "passed": outcome.passed,
        "failed": outcome.failed,
        "requirements": [_requirement(number, each) for number, each in enumerate(outcome.requirements, 1)],
        "unwanted": [_failure(each) for each in outcome.unwanted],
    }


def _head(given: Specification) -> dict[str, Any]:
    return {
        "number": given.number,
        "name": given.name,
        "identifier": given.identifier,
        "usage": given.usage,
        "ifc_versions": list(given.versions),
        "description": given.description,
        "instructions": given.instructions,
        "applies_to": [facet_words(facet) for facet in given.applicability],
    }


def _why(outcome: Outcome) -> dict[str, str]:
    if outcome.code:
        return words("outcome", outcome.code)
    return words("outcome", "some_failed" if outcome.failed else "all_met", failed=outcome.failed)


def _requirement(number: int, given: Requirement) -> dict[str, Any]:
    return {
        "number": number,
        "facet": given.facet.kind,
        "cardinality": given.facet.cardinality,
        "asks": requirement_words(given.facet),
        "instructions": given.facet.instructions,
        "uri": given.facet.uri,
        "outcome": "met" if given.met else "not_met",
        "passed": given.passed,
        "failed": len(given.failures),
        "failures": [_failure(failure) for failure in given.failures],
    }


def _failure(failure: Failure) -> dict[str, Any]:
    return {
        "global_id": failure.global_id,
        "step_id": failure.step_id,
        "ifc_class": failure.ifc_class,
        "name": failure.name,
        "code": failure.reason.code,
        "found": failure.reason.found,
        "reason": words("reason", failure.reason.code, found=failure.reason.found),
    }
