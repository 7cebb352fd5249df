// The page for queries: an editor, and the answer that a worker computes in this browser, as a table, CSV and JSON.
"use strict";

const settings = JSON.parse(document.getElementById("settings").textContent);
const { words } = settings;
const [editor, runs, stops, said, failed, section, holder, facets, useNames] = [
  "query", "run", "stop", "said", "failed", "answer", "rows", "facets", "names",
].map((id) => document.getElementById(id));
const MAX_VALUES = 40; // different values of a column up to which it can be narrowed down
const XSD = "http://www.w3.org/2001/XMLSchema#";
const NUMERIC = /^(?:integer|decimal|double|float|(?:un)?signed\w+|\w+Integer|int|long|short|byte)$/;
const collator = new Intl.Collator(document.documentElement.lang, { numeric: true, sensitivity: "base" });
const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const number = (value) => value.toLocaleString(document.documentElement.lang);
const element = (name, properties = {}, ...content) => {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...content);
  return made;
};

// The worker, with what was loaded into it; there is none before the first query, nor after one that was stopped.
let worker = null;
let names = {};
let timer = 0;
let found = null; // the answer: {vars, bindings}, and what is shown of it

const ask = (message) => new Promise((resolve) => {
  worker.onmessage = ({ data }) => resolve(data);
  worker.onerror = (event) => {
    event.preventDefault();
    resolve({ failed: event.message || words.unsupported, isEngine: true });
  };
  worker.postMessage(message);
});

function end() {
  clearTimeout(timer);
  worker?.terminate();
  worker = null;
}

function tell(text, fault = "") {
  said.textContent = text;
  failed.textContent = fault;
}

function busy(isBusy) {
  runs.disabled = isBusy;
  stops.disabled = !isBusy;
}

// What of a query is no string, IRI or comment.
const bare = (text) => text.replace(/"""[^]*?"""|'''[^]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|<[^<>"{}|^`\\\s]*>|#[^\n]*/g, (all) => " ".repeat(all.length));

// The declarations that a query needs and has not, on a line that it begins with, and the prefixes that nobody declares.
function prologue(text) {
  const rest = bare(text);
  const declared = new Set([...rest.matchAll(/\bPREFIX\s+([^\s:]*):/gi)].map((match) => match[1]));
  const used = new Set([...rest.matchAll(/(?<![\w:?$@-])([\p{L}][\p{L}\p{N}_.-]*|):(?=[\p{L}\p{N}_:%\\]|[\s;,.)}\]]|$)/gu)].map((match) => match[1]));
  const wanted = [...used].filter((prefix) => !declared.has(prefix));
  return {
    line: wanted.filter((prefix) => prefix in settings.prefixes).map((prefix) => `PREFIX ${prefix}: <${settings.prefixes[prefix]}> `).join(""),
    unknown: wanted.filter((prefix) => !(prefix in settings.prefixes)),
  };
}

// What the engine says of a query that does not parse, with the place in the text of the editor.
function fault(message, before, unknown) {
  const place = /error at (\d+):(\d+)/.exec(message);
  if (!place) return message;
  const [line, column] = [Number(place[1]), Number(place[2]) - (place[1] === "1" ? before : 0)];
  const rest = (editor.value.split("\n")[line - 1] ?? "").slice(Math.max(0, column - 1)).trim().slice(0, 40);
  const text = filled(rest ? words.fault : words["fault.end"], { line, column, rest });
  return unknown.length ? `${text} ${filled(words["fault.prefix"], { names: unknown.map((name) => `${name}:`).join(" ") })}` : text;
}

async function run() {
  if (runs.disabled) return;
  busy(true);
  section.hidden = true; // it is not the answer to this query
  const text = editor.value;
  const { line, unknown } = prologue(text);
  if (!worker) {
    tell(words.loading);
    worker = new Worker(settings.worker, { type: "module" });
    const absolute = (address) => new URL(address, location.href).href;
    const files = ["engine", "module", "data", "names"].map((key) => [key, absolute(settings[key])]);
    const loaded = await ask({ load: Object.fromEntries(files) });
    if (loaded.failed !== undefined) {
      end();
      busy(false);
      return tell("", filled(words["failed.load"], { reason: loaded.failed }));
    }
    names = loaded.names;
  }
  tell(words.running);
  timer = setTimeout(() => halt(filled(words["failed.time"], { seconds: settings.seconds })), settings.seconds * 1000);
  const begun = performance.now();
  const answered = await ask({ query: line + text, base: settings.base, bytes: settings.bytes });
  clearTimeout(timer);
  busy(false);
  if (answered.tooLarge) return tell("", filled(words["failed.large"], { n: number(settings.bytes >> 20) }));
  if (answered.failed !== undefined) {
    if (answered.isEngine) end(); // what it held may be broken
    return tell("", answered.isEngine ? words["failed.engine"] : fault(answered.failed, line.length, unknown));
  }
  take(JSON.parse(answered.json), text);
  tell(filled(words.done, { seconds: ((performance.now() - begun) / 1000).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 2 }) }));
}

function halt(text) {
  end();
  busy(false);
  tell("", text);
}

// The columns of SELECT * in the order in which the query names them: an engine may have any.
function ordered(vars, text) {
  const rest = bare(text);
  if (!/\bSELECT\s+(?:DISTINCT\s+|REDUCED\s+)?\*/i.test(rest)) return vars;
  const at = (name) => new RegExp(`[?$]${name}(?![\\p{L}\\p{N}_])`, "u").exec(rest)?.index ?? rest.length;
  return [...vars].sort((a, b) => at(a) - at(b));
}

function take(result, text) {
  const isYesOrNo = "boolean" in result;
  const vars = isYesOrNo ? [] : ordered(result.head.vars, text);
  found = { vars, bindings: isYesOrNo ? [] : result.results.bindings, chosen: new Map(), sorted: null, result };
  section.hidden = false;
  document.getElementById("csv").hidden = isYesOrNo; // CSV has no form of a yes or no
  const address = `#query=${encodeURIComponent(text)}`;
  document.getElementById("link").href = address;
  history.replaceState(null, "", location.pathname + address);
  offer();
  show();
}

// Where a thing or a claim is described on this site; nothing if it is not.
function page(iri) {
  if (Object.hasOwn(names, iri)) return settings.home + names[iri][0];
  const [before, fragment] = iri.split("#");
  return fragment && Object.hasOwn(names, before) ? `${settings.home}${names[before][0]}#${fragment}` : "";
}

function short(iri) {
  let best = iri;
  for (const [prefix, space] of Object.entries(settings.prefixes)) {
    const name = `${prefix}:${iri.slice(space.length)}`;
    if (iri.startsWith(space) && iri.length > space.length && name.length < best.length) best = name;
  }
  return best;
}

function shown(term) {
  if (!term) return "";
  if (term.type === "uri") return (useNames.checked && Object.hasOwn(names, term.value) && names[term.value][1]) || short(term.value);
  if (term.type === "literal") return term.value;
  return term.type === "bnode" ? `_:${term.value}` : JSON.stringify(term.value);
}

function cell(term) {
  const text = shown(term);
  if (!term) return "";
  if (term.type === "uri") {
    const address = page(term.value);
    if (address) return element("a", { href: address, textContent: text });
    if (/^https?:/.test(term.value)) return element("a", { href: term.value, rel: "external", textContent: text });
    return element("code", { textContent: text });
  }
  if (term.type !== "literal") return element("code", { textContent: text });
  if (term.datatype === `${XSD}anyURI` && /^https?:/.test(text)) return element("a", { href: text, rel: "external", textContent: text });
  return element("bdi", { textContent: text, lang: term["xml:lang"] ?? "" });
}

const isNumber = (term) => term?.datatype?.startsWith(XSD) && NUMERIC.test(term.datatype.slice(XSD.length));

function rowsNow() {
  const chosen = [...found.chosen].filter(([, value]) => value);
  const rows = found.bindings.filter((row) => chosen.every(([name, value]) => JSON.stringify(row[name] ?? null) === value));
  if (!found.sorted) return rows;
  const { name, sign } = found.sorted;
  return rows.sort((a, b) => {
    const [x, y] = [a[name], b[name]];
    if (!x || !y) return (x ? -1 : 0) + (y ? 1 : 0); // what is empty stays last
    return sign * (isNumber(x) && isNumber(y) ? Number(x.value) - Number(y.value) : collator.compare(shown(x), shown(y)));
  });
}

// A choice for each column that has few different values.
function offer() {
  const kept = found.chosen;
  const choices = found.bindings.length < 4 ? [] : found.vars.flatMap((name, at) => {
    const counts = new Map();
    for (const row of found.bindings) {
      const key = JSON.stringify(row[name] ?? null);
      counts.set(key, (counts.get(key) ?? 0) + 1);
      if (counts.size > MAX_VALUES) return [];
    }
    if (counts.size < 2 || counts.size === found.bindings.length) return [];
    const select = element("select", { id: `facet-${at}` }, element("option", { value: "", textContent: words.all }));
    for (const [key, count] of [...counts].sort((a, b) => b[1] - a[1])) {
      select.append(element("option", { value: key, textContent: `${shown(JSON.parse(key)) || words.empty} (${number(count)})`, selected: kept.get(name) === key }));
    }
    select.addEventListener("change", () => {
      found.chosen.set(name, select.value);
      show();
    });
    return [element("span", { className: "facet" }, element("label", { htmlFor: select.id, textContent: name }), select)];
  });
  facets.hidden = !choices.length;
  facets.replaceChildren(facets.querySelector("legend"), ...choices);
}

function show() {
  if ("boolean" in found.result) {
    document.getElementById("count").textContent = "";
    holder.replaceChildren(element("p", { className: "lead", textContent: found.result.boolean ? words.yes : words.no }));
    return;
  }
  const rows = rowsNow();
  const count = { n: number(Math.min(rows.length, settings.rows)), all: number(found.bindings.length) };
  document.getElementById("count").textContent = filled(rows.length > settings.rows || rows.length < found.bindings.length ? words["rows.some"] : words.rows, count);
  const head = element("tr", {}, ...found.vars.map((name) => {
    const button = element("button", { type: "button", textContent: name });
    const cell = element("th", { scope: "col" }, button);
    if (found.sorted?.name === name) cell.setAttribute("aria-sort", found.sorted.sign > 0 ? "ascending" : "descending");
    button.addEventListener("click", () => {
      found.sorted = { name, sign: found.sorted?.name === name ? -found.sorted.sign : 1 };
      show();
      holder.querySelectorAll("thead button")[found.vars.indexOf(name)].focus();
    });
    return cell;
  }));
  const lines = rows.slice(0, settings.rows).map((row) => element("tr", {}, ...found.vars.map((name) => element("td", {}, cell(row[name])))));
  const caption = element("caption", { className: "vh", textContent: document.getElementById("answer-head").textContent });
  holder.replaceChildren(found.vars.length ? element("table", {}, caption, element("thead", {}, head), element("tbody", {}, ...lines)) : "");
}

function save(name, type, text) {
  const address = URL.createObjectURL(new Blob([text], { type }));
  element("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

// SPARQL 1.1 Query Results CSV, clause 3: IRIs and literals by their text alone.
function csv() {
  const field = (term) => {
    const text = !term ? "" : term.type === "bnode" ? `_:${term.value}` : typeof term.value === "string" ? term.value : JSON.stringify(term.value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [found.vars, ...rowsNow().map((row) => found.vars.map((name) => field(row[name])))].map((row) => `${row.join(",")}\r\n`).join("");
}

function json() {
  const { result, vars } = found;
  return JSON.stringify("boolean" in result ? result : { head: { vars }, results: { bindings: rowsNow() } }, null, 1);
}

// The query of the address: its text after #query=, or the name of a question after ?question=.
async function given() {
  const text = new URLSearchParams(location.hash.slice(1)).get("query");
  if (text !== null) editor.value = text;
  else await begin(new URLSearchParams(location.search).get("question") ?? "");
}

async function begin(name) {
  if (!/^[a-z0-9-]+$/.test(name)) return;
  const response = await fetch(`${settings.questions}${name}.rq`).catch(() => null);
  if (response?.ok) editor.value = await response.text();
  else tell("", filled(words["failed.load"], { reason: name }));
}

const isFile = location.protocol === "file:";
const isAble = "WebAssembly" in window && "DecompressionStream" in window;
if (isFile || !isAble) {
  runs.disabled = true;
  const note = document.getElementById("not-here");
  note.textContent = isFile ? words.disk : words.unsupported;
  note.hidden = false;
} else {
  document.querySelector("form.ask").addEventListener("submit", (event) => {
    event.preventDefault();
    run();
  });
  editor.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      run();
    }
  });
  stops.addEventListener("click", () => halt(words.stopped));
  document.getElementById("csv").addEventListener("click", () => save("answer.csv", "text/csv", csv()));
  document.getElementById("json").addEventListener("click", () => save("answer.json", "application/sparql-results+json", json()));
  document.getElementById("example")?.addEventListener("change", (event) => begin(event.target.value));
  useNames.addEventListener("change", () => {
    offer();
    show();
  });
  addEventListener("hashchange", given);
  given();
}
