"""One validation by rudof: python validate.py SHAPES DATA..., in the environment tests/clients/.venv."""

from __future__ import annotations

import sys

import pyrudof

if __name__ == "__main__":
    shapes, *data = sys.argv[1:]
    rudof = pyrudof.Rudof(pyrudof.RudofConfig())
    for number, path in enumerate(data):
        rudof.read_data(path, merge=number > 0)
    rudof.read_shacl(shapes)
    rudof.validate_shacl()
    report = rudof.serialize_shacl_validation_results(format=pyrudof.ResultShaclValidationFormat.Turtle)
    results = report.count("sh:ValidationResult ") + report.count("sh:ValidationResult;")
    print("conforms" if "sh:conforms true" in report else f"{results} results")
