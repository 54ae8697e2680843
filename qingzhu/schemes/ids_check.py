"""Models held against an IDS 模型校验: each specification met, not met or not applicable, with the elements that fail and why.

Plan 三（四）; buildingSMART IDS 1.0. A specification is judged in each model by itself. The version it is written for is told
where the model has another, and changes nothing, as the documentation of IDS has it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from qingzhu.collectors.ids import Facet, IdsFile, Specification
from qingzhu.collectors.ids_facts import Facts
from qingzhu.schemes.ids_facets import Reason, judge, look
from qingzhu.schemes.ids_values import meets

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Failure:
    """An element that fails 未满足的图元, with what finds it again and the reason."""

    global_id: str | None
    step_id: int
    ifc_class: str
    name: str | None
    reason: Reason


@dataclass
class Requirement:
    """One requirement and how many applicable elements meet it 一项要求的结果."""

    facet: Facet
    passed: int = 0
    failures: list[Failure] = field(default_factory=list)

    @property
    def met(self) -> bool:
        """True where no applicable element fails."""
        return not self.failures


@dataclass
class Outcome:
    """A specification in one model 一条规范的结果: ``outcome`` is met, not_met or not_applicable, ``code`` why where no element says so.

    ``broken`` elements may be meant too: what tells it is not what IFC allows.
    """

    specification: Specification
    outcome: str
    code: str
    applicable: int
    passed: int
    requirements: list[Requirement]
    unwanted: list[Failure] = field(default_factory=list)
    other_version: bool = False
    broken: int = 0

    @property
    def failed(self) -> int:
        """Applicable elements that fail at least one requirement, or that should not be there."""
        return self.applicable - self.passed


def check(ids: IdsFile, model: Any, tell: Tell | None = None) -> list[Outcome]:
    """Every specification of an IDS against one IfcOpenShell model 校验一个模型, in the order of the file."""
    facts = Facts(model)
    outcomes = []
    for specification in ids.specifications:
        if tell:
            tell(f"{specification.number}/{len(ids.specifications)} {specification.name}")
        outcomes.append(_outcome(specification, facts))
    return outcomes


def applicable(specification: Specification, facts: Facts) -> list[Any]:
    """The elements a specification applies to 适用图元, in the order of the file; without a condition it applies to none."""
    rest = [facet for facet in specification.applicability if facet.kind != "entity"]
    candidates = {int(entity.id()): entity for entity in _candidates(specification.applicability, facts)}  # some come by class and by type
    facets = [*(facet for facet in _entities(specification.applicability) if "predefinedType" in facet.values), *rest]
    return [entity for _, entity in sorted(candidates.items()) if all(look(facet, entity, facts).met for facet in facets)]


def _outcome(specification: Specification, facts: Facts) -> Outcome:
    facts.broken.clear()
    elements = applicable(specification, facts)
    broken = len(facts.broken - {int(entity.id()) for entity in elements})
    other = facts.schema.version not in specification.versions
    if specification.usage == "prohibited":
        unwanted = [_failure(entity, Reason("unwanted")) for entity in elements]
        outcome, code = ("not_met", "unwanted") if elements else ("met", "none_and_none_wanted")
        return Outcome(specification, outcome, code, len(elements), 0, [], unwanted, other, broken)
    requirements = [Requirement(facet) for facet in specification.requirements]
    passed = sum(_judge_all(entity, requirements, facts) for entity in elements)
    if elements:
        outcome, code = ("met", "") if passed == len(elements) else ("not_met", "")
    else:
        outcome, code = ("not_met", "none_found") if specification.usage == "required" else ("not_applicable", "none_applicable")
    return Outcome(specification, outcome, code, len(elements), passed, requirements, [], other, broken)


def _judge_all(entity: Any, requirements: Sequence[Requirement], facts: Facts) -> bool:
    passed = True
    for requirement in requirements:
        reason = judge(requirement.facet, entity, facts)
        if reason is None:
            requirement.passed += 1
        else:
            passed = False
            requirement.failures.append(_failure(entity, reason))
    return passed


def _failure(entity: Any, reason: Reason) -> Failure:
    name = getattr(entity, "Name", None)
    return Failure(getattr(entity, "GlobalId", None), entity.id(), entity.is_a(), name if isinstance(name, str) else None, reason)


def _entities(facets: Sequence[Facet]) -> list[Facet]:
    return [facet for facet in facets if facet.kind == "entity"]


def _candidates(facets: Sequence[Facet], facts: Facts) -> Iterator[Any]:
    """Elements worth a look: those of the classes named, of classes with the attribute asked for, or all that can hold the rest."""
    if not facets:
        return
    model, schema = facts.model, facts.schema
    present = {name.upper(): name for name in model.types()}
    classes = [name for name in present if name in schema.entities]
    named = _entities(facets)
    if named:
        wanted = named[0].values.get("name")
        stand_ins = [schema.entities[kind.upper()].name() for name, kind in schema.stand_ins.items() if meets(wanted, name)]
        for kind in stand_ins:
            for element_type in model.by_type(kind) if kind.upper() in present else ():
                yield from _occurrences(element_type)
        classes = [name for name in classes if meets(wanted, name)]
    elif attribute := next((facet for facet in facets if facet.kind == "attribute"), None):
        classes = [name for name in classes if any(meets(attribute.values.get("name"), each.name) for each in schema.attributes(name))]
    else:
        holders = ("IFCOBJECTDEFINITION", "IFCMATERIALDEFINITION", "IFCMATERIAL", "IFCPROFILEDEF")
        classes = [name for name in classes if any(schema.is_a(name, holder) for holder in holders)]
    for name in classes:
        yield from model.by_type(present[name], include_subtypes=False)


def _occurrences(element_type: Any) -> Iterator[Any]:
    for relation in getattr(element_type, "ObjectTypeOf", None) or getattr(element_type, "Types", None) or ():
        yield from relation.RelatedObjects
