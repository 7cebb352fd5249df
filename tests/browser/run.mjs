// The site in a real browser: node tests/browser/run.mjs FOLDER [--every]
// Prints what it visited as JSON and ends with 1 if anything is wrong. With --every each page of the first language is
// opened, not one of each kind.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { axe, stepper, TAGS } from "./checks.mjs";
import { launch, serve } from "./serve.mjs";

const folder = resolve(process.argv[2]);
const every = process.argv.includes("--every");
const WIDTHS = [320, 1280];
const problems = [];
const seen = { pages: 0, links: 0, axe: 0, steps: 0 };

const files = new Set(JSON.parse(readFileSync(join(folder, "manifest.json"))).files.map((file) => file.path));
const pages = [...files].filter((path) => path.endsWith(".html"));
const languages = ["ru/", "zh/"].filter((tree) => files.has(`${tree}index.html`));
const first = pages.filter((path) => !languages.some((tree) => path.startsWith(tree)));

// One page of each kind, the largest: those at the root, but of those that are numbered one, and one of each folder; of
// things three.
function kinds() {
  const chosen = new Map();
  for (const path of first) {
    const [top, ...rest] = path.split("/");
    const kind = !rest.length ? path.replace(/[.-]\d+\.html$/, "-N") : top === "source" ? `source ${rest.length > 1 ? rest[1] : ""}` : top === "id" ? `id ${rest[0].length % 3}` : top;
    const size = readFileSync(join(folder, path)).length;
    if (!chosen.has(kind) || chosen.get(kind)[0] < size) chosen.set(kind, [size, path]);
  }
  return [...chosen.values()].map(([, path]) => path);
}

const site = await serve(folder);
const browser = await launch();
const page = await browser.newPage();
let here = "";
page.on("console", (message) => message.type() === "error" && !here.startsWith("nothing") && problems.push(`${here}: console: ${message.text()}`));
page.on("pageerror", (error) => problems.push(`${here}: ${error.message}`));
page.on("request", (request) => {
  if (!request.url().startsWith(site.origin) && !request.url().startsWith("data:")) problems.push(`${here}: asks ${request.url()}`);
});

async function open(path) {
  here = path;
  const response = await page.goto(`${site.origin}/${path}`);
  seen.pages += 1;
  if (!response.ok() && !path.startsWith("nothing")) problems.push(`${path}: ${response.status()}`);
}

// Every link of the page that is open leads to a file, and to an element where it has a fragment.
const targets = new Map();
async function follow() {
  const links = await page.$$eval("a[href], link[href], script[src], img[src], image", (nodes) =>
    nodes.map((node) => [node.href?.baseVal ?? node.href ?? node.src, node.tagName]).filter(([link]) => typeof link === "string")
      .map(([link, tag]) => [new URL(link, document.baseURI).href, tag]));
  for (const [link, tag] of links) {
    if (!/^(https?:|mailto:)/.test(link)) problems.push(`${here}: a link to ${link.slice(0, 80)}`);
    if (!link.startsWith(site.origin)) {
      if (!["A", "a", "LINK"].includes(tag)) problems.push(`${here}: <${tag}> from ${link}`);
      continue;
    }
    seen.links += 1;
    const url = new URL(link);
    const path = decodeURIComponent(url.pathname.slice(1)) || "index.html";
    if (path !== "manifest.json" && !files.has(path)) { problems.push(`${here}: no file ${path}`); continue; }
    if (url.hash && path.endsWith(".html") && !url.hash.startsWith("#:~:")) {
      if (!targets.has(path)) targets.set(path, new Set([...readFileSync(join(folder, path), "utf8").matchAll(/ id="([^"]*)"/g)].map((m) => m[1])));
      if (!targets.get(path).has(decodeURIComponent(url.hash.slice(1)))) problems.push(`${here}: no ${url.hash} on ${path}`);
    }
  }
}

// Colours and width change under a page that is open, as they do for a reader; it is loaded once. In the dark the
// elements are the same ones: what is held again is what looks at their colours.
async function hold(path, settings) {
  await open(path);
  await page.evaluate(axe);
  for (const [scheme, width] of settings) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: 800 });
    const found = await page.evaluate(([tags, dark]) => {
      const colours = axe.getRules(["cat.color"]).filter((rule) => rule.tags.some((tag) => tags.includes(tag)));
      const only = dark ? { type: "rule", values: colours.map((rule) => rule.ruleId) } : { type: "tag", values: tags };
      return axe.run(document, { runOnly: only, resultTypes: ["violations"] });
    }, [TAGS, scheme === "dark"]);
    seen.axe += 1;
    for (const violation of found.violations) {
      const node = violation.nodes[0];
      problems.push(`${path} ${scheme} ${width}: axe ${violation.id} ×${violation.nodes.length}: ${node.html.slice(0, 160)} ${node.any[0]?.message ?? ""}`);
    }
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (wide > 0) problems.push(`${path} ${scheme} ${width}: ${wide} pixels wider than the window`);
  }
}

const step = stepper(seen, problems);

await page.setViewportSize({ width: 1280, height: 800 });
const sample = kinds();
for (const path of every ? first : sample) { await open(path); await follow(); }
for (const tree of languages) for (const path of sample) { await open(tree + path); await follow(); }
for (const path of sample) await hold(path, ["light", "dark"].flatMap((scheme) => WIDTHS.map((width) => [scheme, width])));
for (const tree of languages) await hold(`${tree}index.html`, [["light", 1280]]);
await page.emulateMedia({ colorScheme: "light" });
await page.setViewportSize({ width: 1280, height: 800 });

await step("a page that is not there says so, and its links work", async () => {
  await open("nothing/at/all");
  await page.waitForSelector("h1");
  for (const link of await page.$$eval("main a[href]", (nodes) => nodes.map((node) => new URL(node.href).pathname.slice(1)))) {
    if (!files.has(link)) return `it links ${link}`;
  }
});
await step("the page's own data is its JSON-LD twin", async () => {
  const path = sample.find((name) => files.has(name.replace(/html$/, "jsonld")) && readFileSync(join(folder, name), "utf8").includes('id="data"'));
  await open(path);
  const own = await page.$eval("#data", (node) => JSON.parse(node.textContent));
  const twin = JSON.parse(readFileSync(join(folder, path.replace(/html$/, "jsonld")), "utf8"));
  if (JSON.stringify(own) !== JSON.stringify(twin)) return "they differ";
});
// A mark opens the evidence where it stands, and Escape leads back to it. Pages by a fixed stride, so that each run has
// the same ones.
await step("the keyboard opens the evidence of facts and closes it", async () => {
  const marked = first.filter((path) => readFileSync(join(folder, path), "utf8").includes('class="m'));
  const stride = Math.max(1, Math.floor(marked.length / 50));
  for (const path of marked.filter((_, at) => at % stride === 0).slice(0, 50)) {
    await open(path);
    const marks = page.locator("a.m");
    seen.pages -= 1;
    for (const at of new Set([0, (await marks.count()) - 1])) {
      const mark = marks.nth(at);
      await mark.focus();
      await page.keyboard.press(at ? "Enter" : " ");
      const card = page.locator(".card-of-evidence");
      if ((await card.count()) !== 1) return `${path}: mark ${at} opens ${await card.count()} cards`;
      const wanted = await page.locator((await mark.getAttribute("href"))).locator("a").first().innerText();
      if (!(await card.innerText()).includes(wanted)) return `${path}: the card does not name ${wanted}`;
      if ((await mark.getAttribute("aria-expanded")) !== "true") return `${path}: the mark does not say that it is open`;
      const fact = new URL(await card.locator("p.open a").getAttribute("href"));
      const target = decodeURIComponent(fact.pathname.slice(1));
      if (!files.has(target) || !readFileSync(join(folder, target), "utf8").includes(`id="${fact.hash.slice(1)}"`)) return `${path}: no fact at ${fact}`;
      await page.keyboard.press("Escape");
      if (await card.count()) return `${path}: Escape does not close it`;
      if (!(await mark.evaluate((node) => node === document.activeElement))) return `${path}: Escape does not lead back`;
      seen.evidence = (seen.evidence ?? 0) + 1;
    }
  }
});
await step("an open card of evidence has no fault of accessibility, and cites in four formats", async () => {
  const path = sample.find((name) => readFileSync(join(folder, name), "utf8").includes('class="m'));
  if (!path) return;
  for (const [scheme, width] of [["light", 1280], ["dark", 320]]) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: 800 });
    await open(path);
    await page.evaluate(axe);
    await page.locator("a.m").first().press("Enter");
    await page.locator(".card-of-evidence summary").press("Enter");
    const count = await page.locator(".card-of-evidence pre").count();
    if (count !== 4) return `${count} formats`;
    JSON.parse(await page.locator(".card-of-evidence pre").last().innerText());
    const found = await page.evaluate((tags) => axe.run(document, { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] }), TAGS);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    for (const violation of found.violations) problems.push(`${path} ${width}: card: axe ${violation.id}: ${violation.nodes[0].html.slice(0, 160)}`);
    if (wide > 0) return `${width}: ${wide} pixels wider than the window`;
  }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 1280, height: 800 });
});
await step("a list is filtered and sorted", async () => {
  await open("classes.html");
  const rows = await page.$$eval("tbody tr", (nodes) => nodes.length);
  if (rows < 4) return;
  const head = page.locator("thead th").nth(1);
  await head.locator("button").press("Enter");
  const counts = await page.$$eval("tbody tr td:nth-child(2)", (nodes) => nodes.map((node) => Number(node.textContent)));
  if (counts.some((count, i) => i && count < counts[i - 1])) return `not sorted: ${counts}`;
  await page.fill(".filter input", await page.locator("tbody th").first().innerText());
  const left = await page.$$eval("tbody tr:not([hidden])", (nodes) => nodes.length);
  if (!left || left === rows) return `${left} of ${rows} rows are left`;
});
await step("the skip link is the first stop of the keyboard", async () => {
  await open("index.html");
  await page.keyboard.press("Tab");
  if (!(await page.evaluate(() => document.activeElement.matches(".skip")))) return "it is not";
  await page.keyboard.press("Enter");
  if (!(await page.evaluate(() => document.activeElement.matches("main")))) return "it does not lead to the content";
});
for (const tree of languages) {
  await step(`the language ${tree} is kept while walking`, async () => {
    await open("classes.html");
    await page.click(`.languages a[hreflang="${tree.slice(0, -1)}"]`);
    await page.click("tbody th a");
    const [language, address] = await page.evaluate(() => [document.documentElement.lang, location.pathname]);
    if (language !== tree.slice(0, -1) || !address.startsWith(`/${tree}`)) return `${language} at ${address}`;
  });
}
const index = readFileSync(join(folder, "assets/search-0.js"), "utf8"); // passages are not in it
const entity = first.find((path) => /^(id|thing)\//.test(path) && index.includes(`"p":"${path}"`));
if (entity) {
  await step("a thing is found by its name, with the keyboard", async () => {
    await open(entity);
    const [name, title] = [(await page.innerText("h1")).slice(0, 60), await page.title()];
    await open("search.html");
    await page.focus("#q");
    await page.keyboard.type(name.split(" ").slice(0, 4).join(" "));
    await page.waitForSelector("#results a");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.waitForURL((url) => !url.pathname.endsWith("search.html"));
    seen.found = { name, title: await page.title(), wanted: title };
  });
}
await step("a mark opens its evidence, which leads to the claim", async () => {
  const path = sample.find((name) => readFileSync(join(folder, name), "utf8").includes('class="m"'));
  if (!path) return;
  await open(path);
  await page.click("main a.m >> nth=0");
  await page.click(".card-of-evidence p.open a");
  await page.waitForSelector("tr:target", { timeout: 10_000 });
});
if (process.argv.includes("--walk")) {
  await step("three clicks from the front page: party to the 2009 agreement, its signature, where that is written", async () => {
    await open("index.html");
    const agreement = { name: "2009 agreement on international information security", exact: true }; // questions name it too
    await page.getByRole("link", agreement).first().click(); // the first click
    const text = await page.innerText("main");
    for (const name of ["China", "Kazakhstan", "Kyrgyzstan", "Russian Federation", "Tajikistan", "Uzbekistan"]) {
      if (!(await page.locator("section[aria-labelledby=involved]").getByRole("link", { name, exact: true }).count())) return `no ${name} among the parties`;
    }
    const signed = page.locator("tr", { has: page.locator("th", { hasText: /^signed on$/ }) });
    if (!(await signed.innerText()).includes("16 June 2009")) return `signed: ${text.slice(0, 80)}`;
    await signed.locator("a.m").first().click(); // the second
    const card = page.locator(".card-of-evidence");
    if (!(await card.locator("q").count())) return "the card has no words of the source";
    const original = await card.locator("a.original").getAttribute("href"); // the third would leave the site
    if (!original?.startsWith("https://")) return `the original is ${original}`;
  });
}

await browser.close();
site.close();
console.log(JSON.stringify({ ...seen, kinds: sample.length, problems: problems.length }));
for (const problem of problems.slice(0, 60)) console.error(problem);
process.exit(problems.length ? 1 : 0);
