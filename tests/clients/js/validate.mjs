// One validation by an engine on JavaScript: node validate.mjs ENGINE SHAPES[,SHAPES] DATA... says how many results.
import { readFileSync } from "node:fs";
import { Parser } from "n3";
import SHACLValidator from "rdf-validate-shacl";
import rdf from "rdf-validate-shacl/src/defaultEnv.js";
import { Validator } from "shacl-engine";

const [engine, shapesFiles, ...dataFiles] = process.argv.slice(2);
const read = (files) =>
  rdf.dataset(files.flatMap((file, n) => new Parser({ factory: rdf, blankNodePrefix: `f${n}` }).parse(readFileSync(file, "utf8"))));
const [shapes, data] = [read(shapesFiles.split(",")), read(dataFiles)];
const report =
  engine === "rdf-validate-shacl"
    ? await new SHACLValidator(shapes, { factory: rdf }).validate(data)
    : await new Validator(shapes, { factory: rdf }).validate({ dataset: data });
console.log(report.conforms ? "conforms" : `${report.results.length} results`);
