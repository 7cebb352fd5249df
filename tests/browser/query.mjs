// The query page of a running server: node tests/browser/query.mjs ORIGIN
// Prints what it did as JSON and ends with 1 if anything is wrong.
import { hold as holds, stepper } from "./checks.mjs";
import { launch } from "./serve.mjs";

const origin = process.argv[2];
const problems = [];
const seen = { steps: 0, axe: 0 };
const browser = await launch();
const page = await browser.newPage();
let here = "";
page.on("console", (message) => message.type() === "error" && !here.startsWith("a fault") && problems.push(`${here}: console: ${message.text()}`));
page.on("pageerror", (error) => problems.push(`${here}: ${error.message}`));
page.on("request", (request) => request.url().startsWith(origin) || problems.push(`${here}: asks ${request.url()}`));

const counted = stepper(seen, problems);
async function step(what, run) {
  here = what;
  await counted(what, run);
}

const hold = (what) => holds(page, what, seen, problems);

const options = () => page.$$eval("#completions [role=option] code", (nodes) => nodes.map((node) => node.textContent));
const text = () => page.inputValue("#query");
async function fresh() {
  await page.goto(`${origin}/sparql`);
  await page.fill("#query", "");
  await page.focus("#query");
}

await step("a keyword is completed with the keyboard", async () => {
  await fresh();
  await page.keyboard.type("sel");
  if (!(await options()).includes("SELECT")) return `offered: ${await options()}`;
  if (await page.getAttribute("#query", "aria-activedescendant")) return "one is chosen before anybody chose";
  await page.keyboard.press("ArrowDown");
  const active = await page.getAttribute("#query", "aria-activedescendant");
  if ((await page.getAttribute(`#${active}`, "aria-selected")) !== "true") return "the one that is chosen is not told";
  await page.keyboard.press("Enter");
  if ((await text()) !== "SELECT") return await text();
  if (await page.isVisible("#completions")) return "the list stays";
});
await step("a term is found by its label, and its prefix is declared", async () => {
  await page.keyboard.type(" * { ?thing a State");
  if (!(await options()).includes("scog:State")) return `offered: ${await options()}`;
  while (!(await page.$eval("[aria-selected=true]", (node) => node.textContent).catch(() => "")).startsWith("scog:State ")) await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Tab");
  if ((await text()) !== "PREFIX scog: <https://w3id.org/scograph/ontology#>\nSELECT * { ?thing a scog:State") return await text();
});
await step("a variable is completed, and Enter alone ends a line", async () => {
  await page.keyboard.type(" .\n?th");
  if ((await options()).join() !== "?thing") return `offered: ${await options()}`;
  await page.keyboard.press("Enter");
  if (!(await text()).endsWith("?th\n")) return await text();
  await page.keyboard.type("?th");
  await page.click("#completions [role=option]");
  if (!(await text()).endsWith("?thing")) return await text();
});
await step("a prefix is completed where it is declared", async () => {
  await fresh();
  await page.keyboard.type("prefix sko");
  await page.keyboard.press("Control+Space");
  await page.keyboard.press("Enter");
  if ((await text()) !== "prefix skos: <http://www.w3.org/2004/02/skos/core#>") return await text();
});
await step("nothing is completed in a string, an IRI or a comment, and Escape closes", async () => {
  for (const begun of ['SELECT * { ?s ?p "sel', "SELECT * { <http://example.org/sel", "# sel", "SELECT * { ?s ?p 'a' } # sel"]) {
    await fresh();
    await page.keyboard.type(begun);
    if (await page.isVisible("#completions")) return `in ${begun}: ${await options()}`;
  }
  await fresh();
  await page.keyboard.type('SELECT * { ?s ?p "whole" } ord');
  if (!(await options()).includes("ORDER")) return `after a string: ${await options()}`;
  await page.keyboard.press("Escape");
  if (await page.isVisible("#completions")) return "Escape leaves it open";
});
await step("with the list open the page is accessible", async () => {
  await fresh();
  await page.keyboard.type("st");
  await page.keyboard.press("ArrowDown");
  if (!(await page.textContent("#completion-status")).includes("completion")) return "nothing is said to who does not see it";
  await hold("the list");
});
await step("what was completed runs, and the result is accessible", async () => {
  await fresh();
  await page.keyboard.type("SELECT ?label { ?thing a Stat");
  while (!(await page.$eval("[aria-selected=true]", (node) => node.textContent).catch(() => "")).startsWith("scog:State ")) await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.keyboard.type(" ; rdfs:lab");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.keyboard.type(' ?label FILTER(LANG(?label) = "en") }');
  await page.keyboard.press("Control+Enter");
  await page.waitForSelector("#result");
  const cells = await page.$$eval("tbody td", (nodes) => nodes.map((node) => node.textContent.trim()));
  if (!cells.includes("Kazakhstan")) return `rows: ${cells.slice(0, 5)}`;
  await hold("the result");
});
await step("a fault is told and the page stays accessible", async () => {
  here = "a fault";
  await page.goto(`${origin}/sparql?query=SELEC`);
  await hold("the fault");
});
await step("without script the form runs a query", async () => {
  const bare = await launch({ javaScriptEnabled: false });
  const plain = await bare.newPage();
  await plain.goto(`${origin}/sparql`);
  await plain.fill("#query", "ASK {}");
  await plain.click("button[type=submit]");
  if (!(await plain.textContent("main")).includes("Yes")) return "no answer";
  await bare.close();
});

await browser.close();
console.log(JSON.stringify({ ...seen, problems: problems.length }));
for (const problem of problems.slice(0, 40)) console.error(problem);
process.exit(problems.length ? 1 : 0);
