// The timeline of a built site, as of a day: node tests/browser/days.mjs FOLDER
// Prints what it did as JSON and ends with 1 if anything is wrong.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { hold, stepper } from "./checks.mjs";
import { launch, serve } from "./serve.mjs";

const folder = resolve(process.argv[2]);
const problems = [];
const seen = { steps: 0, axe: 0, held: 0 };
const site = await serve(folder, { below: "/x" });
const browser = await launch();
const page = await browser.newPage();
page.on("console", (message) => message.type() === "error" && problems.push(`console: ${message.text()}`));
page.on("pageerror", (error) => problems.push(error.message));
const step = stepper(seen, problems);

// What one row says of a day, by the function of the page.
const of = (span, day) => page.evaluate(([one, on]) => holds({ start: null, end: null, seen: [], on: [], open: false, ...one }, on), [span, day]);

await page.goto(`${site.origin}/timeline.html`);
await step("a beginning, an end, what goes on, what was seen, and dates that are not exact", async () => {
  const cases = JSON.parse(readFileSync(new URL("days.json", import.meta.url)));
  for (const [span, day, wanted] of cases) {
    const got = await of(span, day);
    if (got !== wanted) problems.push(`${JSON.stringify(span)} on ${day}: ${got}, not ${wanted}`);
  }
  seen.cases = cases.length;
});
await step("a day is chosen: rows, counts, the lines of the pictures and the address follow", async () => {
  const all = await page.locator("tbody tr:visible").count();
  await page.fill("#as-of-day", "2021-03-31");
  await page.dispatchEvent("#as-of-day", "change");
  const held = await page.locator("tbody tr:visible").count();
  if (!(held > 20 && held < all)) return `${held} of ${all}`;
  seen.held = held;
  if (!(await page.textContent("#as-of-told")).includes("March 31, 2021")) return await page.textContent("#as-of-told");
  if (!(await page.locator("svg .day[visibility=visible]").count())) return "no line in any picture";
  if (!page.url().endsWith("#on=2021-03-31")) return page.url();
  await page.reload();
  if ((await page.locator("tbody tr:visible").count()) !== held) return "the address does not carry the day";
  await page.focus("#as-of-month");
  await page.keyboard.press("ArrowLeft");
  if ((await page.inputValue("#as-of-day")) !== "2021-02-01") return await page.inputValue("#as-of-day");
  await page.click("#as-of-all");
  if ((await page.locator("tbody tr:visible").count()) !== all) return "not all come back";
});
await step("the certain members on a day are those of question 28", async () => {
  const [, ...wanted] = readFileSync(join(folder, "question/28-members-on-a-date.csv"), "utf8").trim().split(/\r?\n/);
  await page.goto(`${site.origin}/timeline.html#on=2021-03-31`);
  const rows = await page.locator("tbody tr:visible").evaluateAll((nodes) => nodes.filter((row) => !row.querySelector(".perhaps")).map((row) => row.querySelector("th").textContent));
  const members = rows.filter((name) => /as a member of the SCO\b/.test(name));
  if (members.length !== wanted.length || !wanted.length) return `${members.length} and ${wanted.length}: ${members}`;
});
await step("it is accessible", async () => {
  await hold(page, "the timeline", seen, problems);
});

await browser.close();
site.close();
console.log(JSON.stringify({ ...seen, problems: problems.length }));
for (const problem of problems.slice(0, 40)) console.error(problem);
process.exit(problems.length ? 1 : 0);
