// Answers SPARQL queries over the dataset of the site, beside the page, which can end it at any time.
// In: {load: {engine, module, data, names}}, then {query, base, bytes}. Out: {statements, names}, then {json}; or {failed, isEngine}.

const PIECE = 1 << 16; // bytes that are given to the engine at once: it keeps no second copy of all
let store;

async function read(address) {
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status} ${response.statusText}`);
  const data = new Uint8Array(await response.arrayBuffer());
  if (data[0] !== 0x1f || data[1] !== 0x8b) return data; // a host that names the coding has the browser decode it
  const decoded = new Blob([data]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(decoded).arrayBuffer());
}

function* pieces(data) {
  for (let at = 0; at < data.length; at += PIECE) yield data.slice(at, at + PIECE);
}

async function load({ engine, module, data, names }) {
  const [{ default: init, Store }, ...files] = await Promise.all([import(engine), ...[module, data, names].map(read)]);
  const [code, quads, named] = files;
  await init({ module_or_path: code });
  store = new Store();
  store.load(pieces(quads), { format: "application/n-quads", lenient: true });
  return { statements: store.size, names: JSON.parse(new TextDecoder().decode(named)) };
}

function term(value) {
  if (value.termType === "NamedNode") return { type: "uri", value: value.value };
  if (value.termType === "BlankNode") return { type: "bnode", value: value.value };
  const plain = { type: "literal", value: value.value };
  if (value.language) return { ...plain, "xml:lang": value.language };
  return value.datatype.value.endsWith("XMLSchema#string") ? plain : { ...plain, datatype: value.datatype.value };
}

// The form of a query is its first word after the prologue (SPARQL 1.1, 19.8, rules 2 to 5).
const FORM = /^(?:\s|#[^\n\r]*|BASE\s*<[^>]*>|PREFIX\s*[^:\s]*:\s*<[^>]*>)*([A-Z]+)/i;

function answer({ query, base, bytes }) {
  const options = base ? { base_iri: base } : {};
  const isGraph = /^(?:CONSTRUCT|DESCRIBE)$/i.test(FORM.exec(query)?.[1] ?? "");
  let json;
  if (isGraph) {
    const lines = new Map(store.query(query, options).map((quad) => [quad.toString(), quad]));
    const bindings = [...lines.keys()].sort().map((line) => {
      const { subject, predicate, object } = lines.get(line);
      return { subject: term(subject), predicate: term(predicate), object: term(object) };
    });
    json = JSON.stringify({ head: { vars: ["subject", "predicate", "object"] }, results: { bindings } });
  } else {
    json = store.query(query, { ...options, results_format: "json" });
  }
  return json.length > bytes ? { tooLarge: true } : { json };
}

self.onmessage = async ({ data }) => {
  try {
    self.postMessage(data.load ? await load(data.load) : answer(data));
  } catch (error) {
    const isEngine = error instanceof WebAssembly.RuntimeError || error instanceof RangeError;
    self.postMessage({ failed: String(error?.message ?? error), isEngine });
  }
};
