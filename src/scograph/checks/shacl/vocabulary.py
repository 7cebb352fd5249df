"""The terms of the SHACL namespace: those that the engine evaluates, those that say nothing to it, and all others."""

from __future__ import annotations

CORE_PARAMETERS = [
    "and",
    "class",
    "closed",
    "datatype",
    "disjoint",
    "equals",
    "flags",
    "hasValue",
    "ignoredProperties",
    "in",
    "languageIn",
    "lessThan",
    "lessThanOrEquals",
    "maxCount",
    "maxExclusive",
    "maxInclusive",
    "maxLength",
    "minCount",
    "minExclusive",
    "minInclusive",
    "minLength",
    "node",
    "nodeKind",
    "not",
    "or",
    "pattern",
    "property",
    "qualifiedMaxCount",
    "qualifiedMinCount",
    "qualifiedValueShape",
    "qualifiedValueShapesDisjoint",
    "sparql",
    "uniqueLang",
    "xone",
]
"""The parameters of SHACL Core's constraint components, and of sh:sparql (SHACL, clauses 4 and 5)."""

_CORE, _EXPRESSIONS, _SPARQL, _RULES = (
    f"SHACL 1.2 {name}, a draft" for name in ("Core", "Node Expressions", "SPARQL", "Rules")
)
DRAFT_PARAMETERS = (
    "maxListLength",
    "memberShape",
    "minListLength",
    "rootClass",
    "singleLine",
    "someValue",
    "subsetOf",
    "uniqueMembers",
)
"""The parameters of constraint components of SHACL 1.2 Core, a draft, that the engine evaluates."""
DRAFT_CONSTRAINTS = {
    "reifierShape": _CORE,
    "reificationRequired": _CORE,
    "uniqueValuesFor": _CORE,
    "nodeByExpression": _EXPRESSIONS,
}
"""Parameters of constraints of drafts that it does not evaluate, with the draft."""
DRAFT_TARGETS = {"targetWhere": _CORE}
"""Targets of drafts that it does not use."""
DRAFT_OTHERS = {
    name: draft
    for draft, names in {
        _RULES: "RuleSet RulesEntailment SPARQLRuleTemplate expectedPredicate hasRule includesRuleSet layer "
        "ruleProcessor runOnce sourceRule tempTriple",
        _EXPRESSIONS: "ListParameterExpression ListParameterExpressionFunction NamedParameterExpression "
        "NamedParameterExpressionFunction NodeExpression NodeExpressionFunction bodyExpression",
        _SPARQL: "SPARQLDescribeExecutable SPARQLExprExpression SelectExpression describe sparqlExpr",
    }.items()
    for name in names.split()
}
"""Other terms of drafts that say nothing to the engine."""
DRAFT_SILENT = [
    "Graph",
    "DataGraph",
    "ShapesGraph",
    "RulesGraph",
    "ShapeClass",
    "ProcessorConfiguration",
    "conformsToShapesGraph",
    "TripleTerm",
    "conformanceDisallows",
    "usedShapesGraph",
    "usedDataGraph",
    "usedConfiguration",
    "Trace",
    "Debug",
    "agentInstruction",
    "codeIdentifier",
    "formalized",
    "intent",
    "unit",
    "keyParameter",
    "incomplete",
    "incompleteURIStart",
    "shape",
    "ByTypes",
    "ReifierShapeConstraintComponent",
    "UniqueValuesForConstraintComponent",
    "NodeByExpressionConstraintComponent",
]
"""Terms of SHACL 1.2 Core that shapes may use and that are no constraint."""

TARGETS = ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf")
PATHS = ("alternativePath", "inversePath", "oneOrMorePath", "zeroOrMorePath", "zeroOrOnePath")
SPARQL = [
    "ask",
    "select",
    "prefixes",
    "declare",
    "prefix",
    "namespace",
    "validator",
    "nodeValidator",
    "propertyValidator",
    "parameter",
    "optional",
    "labelTemplate",
]
SEVERITIES = ("Violation", "Warning", "Info")
NODE_KINDS = ("BlankNode", "IRI", "Literal", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRIOrLiteral")

SILENT = [
    "name",
    "description",
    "order",
    "group",
    "defaultValue",
    "deactivated",
    "message",
    "severity",
    "path",
    "shapesGraph",
    "suggestedShapesGraph",
    "entailment",
    "conforms",
    "result",
    "detail",
    "focusNode",
    "resultMessage",
    "resultPath",
    "resultSeverity",
    "sourceConstraint",
    "sourceConstraintComponent",
    "sourceShape",
    "value",
    "shapesGraphWellFormed",
]
"""Terms that shapes may use and that are no constraint."""

PROPERTY_SHAPE_ONLY = {
    "name": "use rdfs:label for the name",
    "description": "use rdfs:comment for the description",
    "group": "leave the group to its property shapes",
    "defaultValue": "leave the default to its property shapes",
}
"""Properties whose domain is sh:PropertyShape in the SHACL vocabulary, each with what node shapes do instead."""

CLASSES = [
    "Shape",
    "NodeShape",
    "PropertyShape",
    "PropertyGroup",
    "ConstraintComponent",
    "Parameter",
    "Parameterizable",
    "PrefixDeclaration",
    "SPARQLExecutable",
    "SPARQLAskExecutable",
    "SPARQLSelectExecutable",
    "SPARQLConstraint",
    "SPARQLAskValidator",
    "SPARQLSelectValidator",
    "SPARQLConstructExecutable",
    "SPARQLUpdateExecutable",
    "Validator",
    "ValidationReport",
    "ValidationResult",
    "AbstractResult",
    "Severity",
    "NodeKind",
    "SPARQLConstraintComponent",
    "JSConstraintComponent",
]

NOT_IMPLEMENTED: dict[str, str] = {
    name: feature
    for feature, names in {
        "SHACL rules": "rule Rule SPARQLRule TripleRule JSRule condition construct subject predicate object",
        "custom targets": "target Target SPARQLTarget TargetType SPARQLTargetType JSTarget JSTargetType",
        "SHACL functions": "Function SPARQLFunction JSFunction returnType",
        "node expressions": "ExpressionConstraintComponent expression values filterShape nodes intersection union",
        "SHACL-JS": "js JSConstraint JSValidator JSExecutable JSLibrary jsLibrary jsLibraryURL jsFunctionName",
        "annotation properties of results": "resultAnnotation ResultAnnotation annotationProperty annotationVarName "
        "annotationValue",
    }.items()
    for name in names.split()
}
"""Terms of SHACL Advanced Features and SHACL-JS, with the feature they belong to."""

WITHOUT = {
    "SHACL rules": "SHACL rules are not applied, so the data are validated as they stand",
    "custom targets": "custom targets are not used",
    "SHACL functions": "SHACL functions are not known to queries",
    "node expressions": "node expressions are not evaluated",
    "SHACL-JS": "SHACL-JS is not evaluated",
    "annotation properties of results": "results are not annotated",
}
"""For each of these features, what it means that our engine lacks it."""

UNEVALUATED_CONSTRAINTS = ("expression", "js")
"""The parameters of constraints among these terms: a shape with one lacks a constraint."""

TERMS = frozenset(
    (*CORE_PARAMETERS, *TARGETS, *PATHS, *SPARQL, *SEVERITIES, *NODE_KINDS, *SILENT, *CLASSES, *NOT_IMPLEMENTED)
) | frozenset((*DRAFT_PARAMETERS, *DRAFT_CONSTRAINTS, *DRAFT_TARGETS, *DRAFT_SILENT))
"""The terms of SHACL and of its drafts, but for the components of SHACL Core, which `components.COMPONENTS` names."""
