// Turtle to JSON-LD with a context, as a stream: node compact.js DATA CONTEXT > OUT
const fs = require("fs");
const { StreamParser } = require("n3");
const { JsonLdSerializer } = require("jsonld-streaming-serializer");

const [data, contextFile] = process.argv.slice(2);
const context = JSON.parse(fs.readFileSync(contextFile, "utf8"));
fs.createReadStream(data)
  .pipe(new StreamParser())
  .pipe(new JsonLdSerializer({ context: context["@context"] }))
  .pipe(process.stdout);
