// Two clients on JavaScript: node ask.mjs ORIGIN PATH SELECT CONSTRUCT
// Each says on a line: its name, then the triples of the document, the rows and the triples that it got.
import { QueryEngine } from "@comunica/query-sparql";
import jsonld from "jsonld";

const [origin, path, select, construct] = process.argv.slice(2);
const engine = new QueryEngine();
const length = async (found) => (await found.toArray()).length;
const endpoint = { sources: [{ type: "sparql", value: `${origin}/sparql` }] };
const document = await length(await engine.queryQuads("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", { sources: [origin + path] }));
const rows = await length(await engine.queryBindings(select, endpoint));
console.log(["Comunica", document, rows, await length(await engine.queryQuads(construct, endpoint))].join("\t"));

const lines = async (given) => (await jsonld.toRDF(given, { format: "application/n-quads" })).split("\n").filter(Boolean).length;
const asked = await fetch(`${origin}/sparql?query=${encodeURIComponent(construct)}`, { headers: { Accept: "application/ld+json" } });
console.log(["jsonld.js", await lines(origin + path), "-", await lines(await asked.json())].join("\t"));
