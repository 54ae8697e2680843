"""A model with one of everything that is read, and mutants of it: one parameter or two of another kind than the schema's."""

from __future__ import annotations

import random
import re
from pathlib import Path

from polars.testing import assert_frame_equal

from qingzhu.collectors import models
from qingzhu.collectors.model_files import model_text
from qingzhu.collectors.step_model import NotColumnarError
from qingzhu.terms.errors import MalformedError
from tests.collectors.model_makers import guid, properties, quantities, step, wall

EVERYTHING = step(
    f"#10=IFCBUILDINGSTOREY('{guid(10)}',$,'1F',$,$,$,$,$,.ELEMENT.,3600.);",
    wall(11, "W1"),
    wall(12, "W2"),
    f"#13=IFCRELCONTAINEDINSPATIALSTRUCTURE('{guid(13)}',$,$,$,(#11,#12),#10);",
    f"#14=IFCOPENINGELEMENT('{guid(14)}',$,'O',$,$,$,$,$,.OPENING.);",
    f"#15=IFCRELVOIDSELEMENT('{guid(15)}',$,$,$,#11,#14);",
    f"#70=IFCWALLTYPE('{guid(70)}',$,'W200',$,$,(#30),$,$,$,.STANDARD.);",
    f"#71=IFCRELDEFINESBYTYPE('{guid(71)}',$,$,$,(#11),#70);",
    *properties(
        30,
        [12],
        "IFCPROPERTYSINGLEVALUE('x',$,IFCLABEL('a'),$)",
        "IFCPROPERTYSINGLEVALUE('y',$,IFCREAL(1.5),#1)",
        "IFCPROPERTYBOUNDEDVALUE('b',$,IFCREAL(1.),IFCREAL(0.),$,$)",
        "IFCPROPERTYLISTVALUE('l',$,(IFCLABEL('p'),IFCLABEL('q')),$)",
        "IFCPROPERTYENUMERATEDVALUE('e',$,(IFCLABEL('p')),$)",
        "IFCPROPERTYTABLEVALUE('t',$,(IFCREAL(1.)),(IFCREAL(2.)),$,$,$,$)",
        "IFCCOMPLEXPROPERTY('c',$,'u',(#32,#33))",
    ),
    *quantities(
        50,
        [11, 12],
        "IFCQUANTITYVOLUME('NetVolume',$,$,8.,$)",
        "IFCQUANTITYLENGTH('Length',$,#1,8.,$)",
        "IFCQUANTITYLENGTH('Width',$,#85,8.,$)",
        "IFCQUANTITYVOLUME('GrossVolume',$,#87,8.,$)",
        "IFCQUANTITYCOUNT('Count',$,$,8.,$)",
        "IFCPHYSICALCOMPLEXQUANTITY('c',$,(#52),'d',$,$)",
    ),
    "#90=IFCMATERIAL('C30',$,$);",
    "#92=IFCMATERIALLAYER(#90,200.,.F.,$,$,'Core',$);",
    "#94=IFCMATERIALLAYERSET((#92),$,$);",
    f"#91=IFCRELASSOCIATESMATERIAL('{guid(91)}',$,$,$,(#11),#94);",
    "#95=IFCMATERIALCONSTITUENT('k',$,#90,1.,$);",
    "#96=IFCMATERIALCONSTITUENTSET($,$,(#95));",
    f"#97=IFCRELASSOCIATESMATERIAL('{guid(97)}',$,$,$,(#12),#96);",
    "#98=IFCMATERIALPROPERTIES('mp',$,(#32),#90);",
    "#80=IFCCLASSIFICATION($,$,$,'U',$,$,$);",
    "#81=IFCCLASSIFICATIONREFERENCE($,'A1','n',#80,$,$);",
    f"#82=IFCRELASSOCIATESCLASSIFICATION('{guid(82)}',$,$,$,(#11),#81);",
    "#83=IFCDIMENSIONALEXPONENTS(1,0,0,0,0,0,0);",
    "#84=IFCMEASUREWITHUNIT(IFCREAL(0.3),#1);",
    "#85=IFCCONVERSIONBASEDUNIT(#83,.LENGTHUNIT.,'foot',#84);",
    "#86=IFCDERIVEDUNITELEMENT(#1,3);",
    "#87=IFCDERIVEDUNIT((#86),.USERDEFINED.,'m');",
)

INSTANCE = re.compile(r"(#\d+=\w+\()(.*)(\);)")
HUGE = "1" + "0" * 400
VALUES = [
    *("$", "*", "''", "'a'", "'\\X2\\D83D\\X0\\'", "5", HUGE, "1.E400", "1.E300", "-1.", "0", "-0.", "1.0E+5"),
    *("#1", "#99", "#10", "#36", "#38", "#85", "#87", "#98", "#12345678901234567890123"),
    *("()", "(#1)", "(#36)", "(#38)", "(#11,#12)", "(#32,#32)", "(($))", "(IFCREAL(1.))", "('a')"),
    *(".T.", ".U.", ".foo.", ".FOO.", '"0F"', '""'),
    *(
        "IFCLABEL('a')",
        "IFCLABEL(1)",
        "IFCLABEL(.FOO.)",
        "IFCREAL(1)",
        "IFCREAL($)",
        f"IFCREAL({HUGE})",
        "IFCREAL((1.,2.))",
        "IFCREAL('x')",
    ),
    *("IFCFOO(1)", "IFCBOOLEAN(.U.)", "IFCPROPERTYSETDEFINITIONSET((#30,#50))"),
]
"""What a parameter becomes."""


def mutant(chance: random.Random) -> str:
    """The model with one parameter, or two, that are of another kind."""
    lines = EVERYTHING.split("\n")
    first = next(at for at, line in enumerate(lines) if line.startswith("#1="))
    for _ in range(chance.choice((1, 1, 1, 2))):
        at = chance.randrange(first, len(lines) - 3)
        head, held, tail = INSTANCE.fullmatch(lines[at]).groups()  # type: ignore[union-attr]
        parts = parameters(held)
        parts[chance.randrange(len(parts))] = chance.choice(VALUES)
        lines[at] = head + ",".join(parts) + tail
    return "\n".join(lines)


def parameters(held: str) -> list[str]:
    """What stands between the commas outside parentheses; no string of the model holds either."""
    found, depth = [""], 0
    for sign in held:
        depth += (sign == "(") - (sign == ")")
        if sign == "," and not depth:
            found.append("")
        else:
            found[-1] += sign
    return found


def differences(text: str, folder: Path) -> list[str]:
    """What the columns read otherwise than IfcOpenShell 差异, by table, where both read the mutant; raises what ``read_model`` raises."""
    path = folder / "mutant.ifc"
    path.write_text(text, "ascii")
    models.read_model(path, "mutant.ifc", "P", ())
    given = model_text(path, "mutant.ifc")
    try:
        columns, parser = models.by_columns(given, "P", ()), models.by_parser(given, "P", (), "")
    except (NotColumnarError, MalformedError):
        return []
    found = []
    for table, frame in parser.tables.items():
        named = {"unit", "given_unit"} & set(frame.columns)  # of what is no unit IfcOpenShell knows less of a name
        try:
            assert_frame_equal(columns.tables[table].drop(named), frame.drop(named), check_exact=True)
        except AssertionError as error:
            found.append(f"{table}: {error}")
    return found
