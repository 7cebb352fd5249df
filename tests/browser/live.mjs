// The page for queries of a built site: node tests/browser/live.mjs FOLDER [ORIGIN]
// Asks every published question there, and compares the answers with those published. Prints what it did as JSON and
// ends with 1 if anything is wrong. With ORIGIN another server is asked, else the folder below a path, twice: with the
// strictest policies, and from a plain host of files.
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { hold as holds, stepper } from "./checks.mjs";
import { launch, serve } from "./serve.mjs";

const folder = resolve(process.argv[2]);
const problems = [];
const seen = { steps: 0, axe: 0, questions: 0, rows: 0 };
const own = process.argv[3] ? null : await serve(folder, { below: "/some/where" });
const origin = process.argv[3] ?? own.origin;
const browser = await launch({ acceptDownloads: true });
const page = await browser.newPage();
const asked = [];
page.on("console", (message) => message.type() === "error" && problems.push(`console: ${message.text()}`));
page.on("pageerror", (error) => problems.push(error.message));
browser.on("request", (request) => {
  asked.push(request.url());
  if (!/^(?:blob|data):/.test(request.url()) && !request.url().startsWith(`${origin}/`)) problems.push(`asks ${request.url()}`);
});
const step = stepper(seen, problems);

const open = (address) => page.goto(`${origin}/${address}`);
const settled = () => page.waitForFunction(() => !document.getElementById("run").disabled && (document.getElementById("said").textContent || document.getElementById("failed").textContent), null, { timeout: 120_000 });
async function run(text) {
  await page.fill("#query", text);
  await page.click("#run");
  await settled();
  return page.textContent("#failed");
}
async function saved(id) {
  const [download] = await Promise.all([page.waitForEvent("download"), page.click(id)]);
  return readFileSync(await download.path(), "utf8");
}
async function hold(what) {
  await holds(page, what, seen, problems);
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 1280, height: 900 });
}

// An answer as text that is the same where the answers are: rows of a query without ORDER BY in any order.
function canonical(answer, isOrdered) {
  if ("boolean" in answer) return String(answer.boolean);
  const { vars } = answer.head;
  const rows = answer.results.bindings.map((row) => JSON.stringify(vars.map((name) => row[name] && [row[name].type, row[name].value, row[name]["xml:lang"] ?? "", row[name].datatype ?? ""])));
  return [JSON.stringify(vars), ...(isOrdered ? rows : rows.sort())].join("\n");
}

const questions = readdirSync(join(folder, "question")).filter((name) => name.endsWith(".rq")).map((name) => name.slice(0, -3));

await step("nothing is loaded before a query is asked", async () => {
  await open("query.html");
  await page.waitForLoadState("networkidle");
  const early = asked.filter((address) => /oxigraph|query-data|query-names|query-worker/.test(address));
  if (early.length) return `${early}`;
});
await step("the query of a question is changed and run from its page, with the keyboard", async () => {
  await open(`question/${questions[0]}.html`);
  await page.click(`a[href*="query.html?question="]`);
  await page.waitForFunction((text) => document.getElementById("query").value === text, readFileSync(join(folder, `question/${questions[0]}.rq`), "utf8"));
  await page.focus("#query");
  await page.keyboard.press("Control+Enter");
  await settled();
  if (await page.textContent("#failed")) return await page.textContent("#failed");
  if (!(await page.locator("#rows tbody a").count())) return "no links to things";
});
await step("the answer to every question is the one that is published", async () => {
  for (const name of questions) {
    const text = readFileSync(join(folder, `question/${name}.rq`), "utf8");
    const wanted = JSON.parse(readFileSync(join(folder, `question/${name}.json`), "utf8"));
    const fault = await run(text);
    if (fault) { problems.push(`${name}: ${fault}`); continue; }
    const got = await page.evaluate(() => found.result);
    const isOrdered = /ORDER\s+BY/i.test(text);
    if (canonical({ ...got, head: { vars: await page.evaluate(() => found.vars) } }, isOrdered) !== canonical(wanted, isOrdered)) problems.push(`${name}: another answer`);
    seen.questions += 1;
    seen.rows += got.results?.bindings.length ?? 0;
  }
});
await step("CSV and JSON are those published", async () => {
  const name = questions[0];
  await run(readFileSync(join(folder, `question/${name}.rq`), "utf8"));
  if ((await saved("#csv")) !== readFileSync(join(folder, `question/${name}.csv`), "utf8")) return "another CSV";
  const [got, wanted] = [await saved("#json"), readFileSync(join(folder, `question/${name}.json`), "utf8")].map((text) => canonical(JSON.parse(text), true));
  if (got !== wanted) return "another JSON";
});
await step("the links of things, claims and terms lead to their pages", async () => {
  await run("SELECT * { ?claim scog:claimSubject ?thing ; scog:claimPredicate ?term ; scog:isSupportedBy ?passage FILTER(STRSTARTS(STR(?term), STR(scog:))) } ORDER BY ?claim LIMIT 20");
  const fault = await page.textContent("#failed");
  if (fault) return fault;
  for (const link of new Set(await page.$$eval("#rows tbody a", (nodes) => nodes.map((node) => node.href)))) {
    if (!link.startsWith(`${origin}/`)) return `${link} is elsewhere`;
    const response = await page.request.get(link);
    const fragment = decodeURIComponent(new URL(link).hash.slice(1));
    if (!response.ok()) return `${link}: ${response.status()}`;
    if (fragment && !(await response.text()).includes(`id="${fragment}"`)) return `no ${link}`;
    seen.links = (seen.links ?? 0) + 1;
  }
});
await step("the address carries the query", async () => {
  const text = 'ASK { ?s ?p "a+b & c#d%20é" }';
  await run(text);
  await page.goto("about:blank");
  await page.goto(`${origin}/query.html#query=${encodeURIComponent(text)}`);
  if ((await page.inputValue("#query")) !== text) return await page.inputValue("#query");
});
await step("ASK, CONSTRUCT and SELECT * in the order of the query", async () => {
  await run("ASK {}");
  if ((await page.textContent("#rows")) !== "Yes") return await page.textContent("#rows");
  await run("CONSTRUCT { ?s a ?t } WHERE { ?s a ?t } LIMIT 3");
  if ((await page.locator("#rows tbody tr").count()) !== 3) return "not three triples";
  await run("SELECT * { ?zebra a ?apple } LIMIT 1");
  const heads = await page.locator("#rows thead th").allTextContents();
  if (heads.join() !== "zebra,apple") return heads.join();
});
await step("rows are sorted, narrowed down, and shown up to a limit", async () => {
  await run("SELECT ?type ?thing { ?thing a ?type }");
  if ((await page.locator("#rows tbody tr").count()) !== 500) return "not 500 rows";
  const said = await page.textContent("#count");
  if (!said.includes("500")) return said;
  await page.selectOption("#facets select", { index: 1 });
  const first = await page.locator("#rows tbody tr td:first-child").allTextContents();
  if (new Set(first).size !== 1) return "not one type";
  const option = await page.locator("#facets select option").nth(1).textContent();
  const lines = (await saved("#csv")).trim().split("\r\n").length - 1;
  if (!option.includes(`(${lines.toLocaleString("en")})`)) return `${option}: ${lines} lines`;
  await run("SELECT ?n { VALUES ?n { 10 9 100 } }");
  await page.press("#rows thead button", "Enter");
  const sorted = await page.locator("#rows tbody td").allTextContents();
  if (sorted.join() !== "9,10,100") return sorted.join();
  await hold("an answer of numbers");
});
await step("faults are said with their place, and nobody is asked for SERVICE", async () => {
  const of = async (text) => run(text);
  const open_ = await of("SELECT * {\n  ?s ?p");
  if (!open_.includes("line 2, column") ) return open_;
  const prefix = await of("SELECT * { rdfs:label nowhere:a ?o }");
  if (!prefix.includes("nowhere:") || prefix.includes("rdfs:")) return prefix;
  const place = await of("SELECT * { ?s rdfs:label ?l } ORDER ME");
  if (!place.includes("line 1, column 39,")) return place; // the declaration that was put before it does not count
  const service = await of("SELECT * { SERVICE <http://127.0.0.1:9/x> { ?s ?p ?o } }");
  if (!service.includes("not supported")) return service;
  if (asked.some((address) => address.includes(":9/"))) return "it was asked";
  const update = await of("DELETE WHERE { ?s ?p ?o }");
  if (!update) return "an update ran";
});
await step("a query is stopped, and the next one runs", async () => {
  await page.fill("#query", "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }");
  await page.click("#run");
  await page.waitForTimeout(500);
  await page.click("#stop");
  if ((await page.textContent("#failed")) !== "Stopped.") return await page.textContent("#failed");
  const next = await run("ASK {}");
  if (next) return next;
});
await step("a query that takes too long is stopped", async () => {
  await page.evaluate(() => { settings.seconds = 1; });
  const fault = await run("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }");
  await page.evaluate(() => { settings.seconds = 60; });
  if (!fault.includes("longer than 1 second")) return fault;
  const next = await run("ASK {}");
  if (next) return next;
});
await step("an engine that is out of memory, and an answer that is too large, are said", async () => {
  const doubling = Array.from({ length: 34 }, (_, n) => `BIND(CONCAT(?x${n}, ?x${n}) AS ?x${n + 1})`).join(" ");
  const fault = await run(`SELECT (STRLEN(?x34) AS ?n) { BIND("0123456789" AS ?x0) ${doubling} }`);
  if (!fault.includes("1 GiB")) return fault;
  await page.evaluate(() => { settings.bytes = 1000; });
  const large = await run("SELECT * { ?s ?p ?o }");
  await page.evaluate(() => { settings.bytes = 64 << 20; });
  if (!large.includes("larger than")) return large;
  const next = await run("ASK {}");
  if (next) return next;
});
await step("the page and an answer are accessible, in each language", async () => {
  await open("query.html");
  await hold("the page");
  await run("SELECT ?thing ?type ?label { ?thing a ?type ; rdfs:label ?label } ORDER BY ?type ?thing ?label LIMIT 30");
  await hold("an answer");
  await run("SELEC");
  await hold("a fault");
  for (const tree of ["ru/", "zh/"]) {
    await open(`${tree}query.html`);
    if (await run("SELECT ?thing ?type { ?thing a ?type } ORDER BY ?type ?thing LIMIT 5")) return tree;
    const link = await page.locator("#rows tbody a").first().getAttribute("href");
    if (!(await page.request.get(new URL(link, page.url()).href)).ok()) return link;
    await hold(`an answer ${tree.slice(0, 2)}`);
  }
});
await step("without a script it says what else there is", async () => {
  const bare = await launch({ javaScriptEnabled: false });
  const plain = await bare.newPage();
  await plain.goto(`${origin}/query.html`);
  const text = await plain.innerText("main");
  if (!text.includes("needs a script") || !text.includes("/sparql") || !text.includes("scograph query")) return text.slice(0, 200);
  await bare.close();
});
if (own) {
  await step("a plain host of files below a path", async () => {
    const host = await serve(folder, { below: "/x", isPlain: true });
    const other = await browser.newPage();
    await other.goto(`${host.origin}/query.html`);
    await other.fill("#query", "ASK {}");
    await other.click("#run");
    await other.waitForSelector("#rows p", { timeout: 60_000 });
    await other.close();
    host.close();
    for (let at = problems.length - 1; at >= 0; at -= 1) if (problems[at].startsWith(`asks ${host.origin}/`)) problems.splice(at, 1);
  });
  await step("a page from the disk says that it cannot run", async () => {
    const other = await browser.newPage();
    await other.goto(`file://${folder}/query.html`);
    const said = await other.innerText("#not-here");
    if (!said.includes("HTTP") || !(await other.isDisabled("#run"))) return said;
    await other.close();
    for (let at = problems.length - 1; at >= 0; at -= 1) if (problems[at].startsWith("asks file:")) problems.splice(at, 1);
  });
}

await browser.close();
own?.close();
console.log(JSON.stringify({ ...seen, problems: problems.length }));
for (const problem of problems.slice(0, 40)) console.error(problem);
process.exit(problems.length ? 1 : 0);
