"""The query of a measure is held to the vocabulary 指标查询检查: what it reads, what it calls, how it divides, what it gives.

Everything not named here is refused: the list of allowed parts of a query is short, so that the same text means the same on every engine.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import sqlglot
from sqlglot import exp
from sqlglot.errors import OptimizeError, ParseError, SqlglotError
from sqlglot.optimizer.qualify import qualify

from qingzhu.measures.tables import Columns, evidence, gaps
from qingzhu.measures.vocabulary import DIALECT, parsed, vocabulary, word
from qingzhu.terms.errors import MeasureError

if TYPE_CHECKING:
    from qingzhu.measures.load import Measure

_PARTS = {
    *(
        "Select",
        "With",
        "CTE",
        "Table",
        "TableAlias",
        "Subquery",
        "Identifier",
        "Column",
        "Alias",
        "From",
        "Join",
        "Where",
        "Group",
        "Having",
    ),
    *("Union", "Literal", "Boolean", "Null", "And", "Or", "Not", "EQ", "NEQ", "GT", "GTE", "LT", "LTE", "Is", "In", "Between", "Like"),
    *("Case", "If", "Add", "Sub", "Mul", "Div", "Neg", "Paren", "Window", "WindowSpec", "Order", "Ordered", "Filter", "Distinct", "Exists"),
    *("DPipe", "Tuple", "Star", "Cast", "DataType", "DataTypeParam"),
}
"""Parts of a query that need no word of the vocabulary."""

_ROUNDING = {"round", "floor", "ceil", "ceiling", "trunc", "truncate", "int", "integer"}

_CHANCE = {
    "random",
    "rand",
    "uuid",
    "gen_random_uuid",
    "now",
    "current_timestamp",
    "current_date",
    "today",
    "first",
    "last",
    "any_value",
    "arbitrary",
}


def check(measure: Measure, known: dict[str, Columns], parameters: dict[str, Columns]) -> None:
    """Refuse a measure whose paper or query leaves the vocabulary 检查: raises ``MeasureError`` with file, place, what was wanted."""
    schema = {**_declared(measure, measure.inputs, known), **_declared(measure, measure.parameters, parameters)}
    if measure.function:
        return
    tree = _parsed(measure)
    _check_tables(measure, tree, schema)
    _check_parts(measure, tree)
    _check_divisions(measure, tree)
    _check_columns(measure, tree, schema)
    _check_results(measure, tree)
    _check_gaps(measure, tree)
    _check_rows(measure, known)


def _declared(measure: Measure, wanted: dict[str, list[str]], known: dict[str, Columns]) -> dict[str, Columns]:
    for table, columns in wanted.items():
        if table not in known:
            raise _refusal(measure, "measure_table_unknown", f"没有表 {table}", f"there is no table {table}", table=table)
        if missing := [column for column in columns if column not in known[table]]:
            raise _refusal(
                measure,
                "measure_column_unknown",
                f"表 {table} 没有列 {missing[0]}",
                f"table {table} has no column {missing[0]}; it has {', '.join(known[table])}",
                table=table,
                column=missing[0],
            )
    return {table: {column: known[table][column] for column in columns} for table, columns in wanted.items()}


def _parsed(measure: Measure) -> exp.Expression:
    try:
        statements = parsed(measure.sql)
    except (ParseError, SqlglotError) as error:
        text = str(error).split("\n")[0]
        raise _refusal(measure, "measure_sql_malformed", f"SQL 无法解析：{text}", f"the SQL can't be parsed: {text}") from error
    if len(statements) != 1:
        raise _refusal(
            measure,
            "measure_statements",
            f"应只有一条查询，现有 {len(statements)} 条",
            f"one query is wanted, {len(statements)} statements were found",
        )
    if not isinstance(statements[0], exp.Select | exp.Union):
        raise _refusal(
            measure,
            "measure_writes",
            f"只允许查询，现为 {statements[0].key.upper()}",
            f"only a query may stand here, not {statements[0].key.upper()}: a measure never writes",
        )
    return statements[0]


def _check_parts(measure: Measure, tree: exp.Expression) -> None:
    for node in tree.walk():
        if isinstance(node, exp.Cast):
            _check_cast(measure, node)
        elif type(node).__name__ not in _PARTS and word(node) is None:
            raise _strange(measure, node)
        if (isinstance(node, exp.Group) and node.args.get("all")) or (isinstance(node, exp.With) and node.args.get("recursive")):
            raise _strange(measure, node)
        if isinstance(node, exp.Star) and not isinstance(node.parent, exp.Count):
            raise _refusal(measure, "measure_star", "不允许 SELECT *，请写明列", "SELECT * is not allowed: name the columns")


def _strange(measure: Measure, node: exp.Expression) -> MeasureError:
    node = node.this if isinstance(node, exp.IgnoreNulls) else node
    name = (node.name if isinstance(node, exp.Anonymous) else node.sql_names()[0] if isinstance(node, exp.Func) else node.key).lower()
    if name in _CHANCE or node.key in {
        "rand",
        "currenttimestamp",
        "currentdate",
        "anyvalue",
        "uuid",
        "first",
        "last",
        "limit",
        "tablesample",
    }:
        return _refusal(
            measure,
            "measure_not_determined",
            f"{name} 每次结果可能不同，指标中不允许",
            f"{name} may give another answer next time: not in a measure",
            found=name,
        )
    if name in _ROUNDING or node.key in {"round", "floor", "ceil", "trunc", "intdiv", "casttostrtype"}:
        return _refusal(
            measure,
            "measure_rounds",
            f"指标不取整（{name}）；取整属于规则",
            f"a measure never rounds ({name}): rounding belongs to a rule",
            found=name,
        )
    return _refusal(
        measure,
        "measure_function_unknown",
        f"{name} 不在词汇表中",
        f"{name} is not in the vocabulary; it has {', '.join(sorted(vocabulary()))}",
        found=name,
    )


def _check_cast(measure: Measure, node: exp.Cast) -> None:
    if isinstance(node, exp.TryCast) or node.to.this not in (exp.DataType.Type.DOUBLE, exp.DataType.Type.VARCHAR, exp.DataType.Type.TEXT):
        raise _refusal(
            measure,
            "measure_casts",
            f"不允许转换为 {node.to.sql()}：引擎取整方式不同",
            f"no cast to {node.to.sql()}: engines round differently; only DOUBLE and VARCHAR",
            found=node.to.sql(),
        )


def _check_tables(measure: Measure, tree: exp.Expression, schema: dict[str, Columns]) -> None:
    named = {cte.alias for cte in tree.find_all(exp.CTE)}
    if taken := sorted(named & set(schema)):
        raise _refusal(
            measure, "measure_name_taken", f"{taken[0]} 已是表名", f"WITH {taken[0]}: that is the name of a table", table=taken[0]
        )
    for table in tree.find_all(exp.Table):
        if not isinstance(table.this, exp.Identifier) or table.args.get("db") or table.name not in named | set(schema):
            raise _refusal(
                measure,
                "measure_table_undeclared",
                f"说明的 inputs 与 parameters 中没有 {table.sql()}",
                f"{table.sql()} is not among the inputs and parameters of the paper",
                table=table.sql(),
            )


def _check_divisions(measure: Measure, tree: exp.Expression) -> None:
    for node in tree.find_all(exp.Div):
        below = node.expression.unnest()
        if not (isinstance(below, exp.Nullif) and isinstance(below.expression, exp.Literal) and below.expression.name == "0"):
            raise _refusal(
                measure,
                "measure_divides",
                f"除数应写作 nullif(x, 0)，现为 {below.sql()}",
                f"divide only by nullif(x, 0), found {below.sql()}: engines differ in 1/0",
                found=node.sql(),
            )


def _check_columns(measure: Measure, tree: exp.Expression, schema: dict[str, Columns]) -> None:
    types = {"string": "VARCHAR", "int64": "BIGINT", "float64": "DOUBLE", "bool": "BOOLEAN", "date": "DATE", "timestamp": "TIMESTAMPTZ"}
    mapping: dict[str, Any] = {table: {column: types[kind] for column, kind in columns.items()} for table, columns in schema.items()}
    try:
        qualify(tree.copy(), schema=mapping, dialect=DIALECT, quote_identifiers=False)
    except OptimizeError as error:
        raise _refusal(
            measure,
            "measure_column_undeclared",
            f"引用了说明中没有的列：{error}",
            f"a column is not among those the paper declares: {error}",
            found=str(error),
        ) from error


def _check_results(measure: Measure, tree: exp.Expression) -> None:
    for select in _outermost(tree):
        found = [column.alias_or_name for column in select.expressions]
        wanted = list(measure.columns) if measure.derived else [*measure.grain, "value", "gap"]
        allowed = wanted if measure.derived else [*wanted, "coverage", "high"]
        if (
            [name for name in wanted if name not in found]
            or [name for name in found if name not in allowed]
            or len(set(found)) < len(found)
        ):
            raise _refusal(
                measure,
                "measure_results",
                f"结果列应为 {', '.join(allowed)}，现为 {', '.join(found)}",
                f"the result has the columns {', '.join(found)}; wanted: {', '.join(wanted)}"
                + ("" if measure.derived else ", and, if it has them, coverage and high"),
                found=found,
            )


def _outermost(tree: exp.Expression) -> Iterator[exp.Select]:
    if isinstance(tree, exp.Union):
        yield from _outermost(tree.this)
        return
    yield tree.unnest() if isinstance(tree, exp.Subquery) else tree


def _check_gaps(measure: Measure, tree: exp.Expression) -> None:
    for expression in tree.find_all(exp.Alias):
        if expression.alias != "gap" or measure.derived:
            continue
        for literal in expression.find_all(exp.Literal):
            if (
                literal.is_string
                and isinstance(literal.parent, exp.If | exp.Case | exp.Alias)
                and literal.arg_key in {"true", "default", "this"}
            ):
                _check_gap(measure, literal.name)


def _check_gap(measure: Measure, key: str) -> None:
    if key not in gaps():
        raise _refusal(measure, "measure_gap_unknown", f"gaps.toml 中没有缺口 {key}", f"gap {key} has no words in gaps.toml", gap=key)


def _check_rows(measure: Measure, known: dict[str, Columns]) -> None:
    for table, predicate in measure.rows.items():
        through_derived = table in known and any(name not in evidence() for name in measure.inputs)
        if table not in measure.inputs and not through_derived:
            raise _refusal(
                measure, "measure_table_undeclared", f"rows 中的 {table} 不是输入表", f"rows names {table}, which is no input", table=table
            )
        try:
            tree = sqlglot.parse_one(f'SELECT 1 AS one FROM "{table}" WHERE {predicate}', read=DIALECT)
            _check_parts(measure, tree)
            qualify(tree, schema={table: dict.fromkeys(known[table], "VARCHAR")}, dialect=DIALECT, quote_identifiers=False)
        except SqlglotError as error:
            raise _refusal(
                measure, "measure_rows", f"rows 中 {table} 的条件有误：{error}", f"the predicate of {table} in rows: {error}"
            ) from error


def _refusal(measure: Measure, code: str, zh: str, en: str, **facts: object) -> MeasureError:
    return MeasureError(
        code, f"指标 {measure.path.name}：{zh}。", f"{measure.path.name}: {en}.", file=measure.path.name, measure=measure.name, **facts
    )
