// The first hit of each query of a CSV in the pages of a folder: node tests/browser/search.mjs FOLDER QUERIES
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { launch, serve } from "./serve.mjs";

const [folder, queries] = process.argv.slice(2);
const asked = JSON.parse(await readFile(queries, "utf8")); // [{ query, language }]
const site = await serve(resolve(folder));
const browser = await launch();
const page = await browser.newPage();
const first = [];
let at = "";
for (const { query, language } of asked) {
  if (language !== at) {
    at = language;
    await page.goto(`${site.origin}/${language === "en" ? "" : `${language}/`}search.html`);
  }
  await page.fill("#q", query);
  await page.waitForFunction((wanted) => document.getElementById("status").textContent.includes(wanted.trim()), query);
  const href = await page.evaluate(() => document.querySelector("#results a")?.getAttribute("href") ?? "");
  first.push(href);
}
await browser.close();
site.close();
console.log(JSON.stringify(first));
