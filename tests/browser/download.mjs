// The results of a running server, downloaded: node tests/browser/download.mjs ORIGIN < QUERIES
// Each query is opened on its page, and each link to a result is followed twice: as a reader clicks it, and saved.
import { readFileSync } from "node:fs";
import { launch } from "./serve.mjs";

const origin = process.argv[2];
const queries = JSON.parse(readFileSync(0, "utf8"));
const browser = await launch({ acceptDownloads: true });
const page = await browser.newPage();
const found = [];

for (const query of queries) {
  const address = `${origin}/sparql?query=${encodeURIComponent(query)}`;
  await page.goto(address);
  const links = await page.$$eval("a[href*='format=']", (nodes) => nodes.map((node) => node.href));
  for (const link of links) {
    const expected = await (await browser.request.get(link)).body();
    const format = new URL(link).searchParams.get("format");
    const row = { query, format, bytes: expected.length };
    const saved = page.waitForEvent("download");
    await page.evaluate((href) => Object.assign(document.createElement("a"), { href, download: "" }).click(), link);
    const file = await saved;
    row.failure = await file.failure();
    row.name = file.suggestedFilename();
    row.same = !row.failure && readFileSync(await file.path()).equals(expected);
    const opened = await Promise.race([
      page.waitForEvent("download").then((download) => download.suggestedFilename()),
      page.goto(link).then((response) => response.status(), () => new Promise(() => {})), // a download ends a visit
      page.waitForTimeout(20_000).then(() => "neither a page nor a download"),
    ]);
    row.opened = opened;
    found.push(row);
    await page.goto(address);
  }
}

await browser.close();
console.log(JSON.stringify(found));
