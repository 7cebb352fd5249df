// Comunica asks a running server: node tests/browser/comunica.mjs ORIGIN, with the queries as JSON on standard input.
// Each has its text, its source (a kind and a path) and is answered with its rows, its triples or a boolean.
import { readFileSync } from "node:fs";
import { QueryEngine } from "@comunica/query-sparql";

const origin = process.argv[2];
const engine = new QueryEngine();
const asked = [];
const fetchHere = (input, init) => {
  const address = typeof input === "string" ? input : input.url;
  asked.push(address);
  if (!address.startsWith(origin)) throw new Error(`it asks ${address}`);
  return fetch(input, init);
};
const answers = [];
for (const { query, kind, path } of JSON.parse(readFileSync(0, "utf8"))) {
  asked.length = 0;
  const source = { value: origin + path, ...(kind ? { type: kind } : {}) };
  const result = await engine.query(query, { sources: [source], fetch: fetchHere });
  let found = await result.execute();
  if (result.resultType === "bindings") {
    found = (await found.toArray()).map((row) => Object.fromEntries([...row].map(([name, term]) => [name.value, term.value])));
  } else if (result.resultType === "quads") {
    found = (await found.toArray()).map((quad) => [quad.subject.value, quad.predicate.value, quad.object.value]);
  }
  answers.push({ type: result.resultType, found, asked: [...new Set(asked)].map((address) => address.slice(origin.length)) });
}
console.log(JSON.stringify(answers));
