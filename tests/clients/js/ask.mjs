// Two clients on JavaScript: node ask.mjs ORIGIN PATH SELECT CONSTRUCT
// Each says on a line: its name, then the triples of the document, the rows and the triples that it got. Without queries
// ("") only the document is asked for.
import { QueryEngine } from "@comunica/query-sparql";
import jsonld from "jsonld";

const [origin, path, select, construct] = process.argv.slice(2);
const engine = new QueryEngine();
const length = async (found) => (await found.toArray()).length;
const lines = async (given) => (await jsonld.toRDF(given, { format: "application/n-quads" })).split("\n").filter(Boolean).length;
const endpoint = { sources: [{ type: "sparql", value: `${origin}/sparql` }] };

const found = [await length(await engine.queryQuads("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", { sources: [origin + path] }))];
const read = [await lines(origin + path)];
if (select) {
  found.push(await length(await engine.queryBindings(select, endpoint)));
  found.push(await length(await engine.queryQuads(construct, endpoint)));
  const asked = await fetch(`${origin}/sparql?query=${encodeURIComponent(construct)}`, { headers: { Accept: "application/ld+json" } });
  read.push("-", await lines(await asked.json()));
}
console.log(["Comunica", ...found].join("\t"));
console.log(["jsonld.js", ...read].join("\t"));
