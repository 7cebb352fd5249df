// The desk in Chromium: with the mouse, and by the keyboard alone; each page is held to axe.
// node desk.mjs ADDRESS, as `scograph desk` prints it, of the project that tests/test_browser_desk.py makes.
import { launch } from "./serve.mjs";
import { hold, stepper } from "./checks.mjs";

const address = process.argv[2];
const origin = new URL(address).origin;
const seen = { steps: 0, axe: 0, requests: 0 };
const problems = [];
const step = stepper(seen, problems);

const context = await launch({ viewport: { width: 1280, height: 900 }, reducedMotion: "reduce" });
const page = await context.newPage();
page.on("console", (message) => {
  if (message.type() === "error" && !message.text().includes("status of 4")) problems.push(`console: ${message.text()}`);
});
page.on("pageerror", (error) => problems.push(`script: ${error.message}`));
context.on("request", (request) => {
  seen.requests += 1;
  if (!request.url().startsWith(origin)) problems.push(`a request to ${request.url()}`);
});

const wide = () => page.setViewportSize({ width: 1280, height: 900 });
const held = (what) => step(what, async () => { await hold(page, what, seen, problems); await wide(); });
const told = async () => (await page.locator(".told").innerText()).trim();
const chosen = () => page.evaluate(() => {
  const form = document.getElementById("selection");
  return [document.getElementById("selected").value, form.elements.start.value, form.elements.end.value];
});
// Go on with Tab until what has the focus fits.
async function tabTo(selector) {
  for (let count = 0; count < 200; count += 1) {
    if (await page.evaluate((one) => document.activeElement.matches(one), selector)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab does not lead to ${selector}`);
}
const submitted = (run) => Promise.all([page.waitForNavigation(), run()]);
// Select words of the text as a hand does it: press, move, let go.
async function drag(words) {
  const box = await page.evaluate((wanted) => {
    const walker = document.createTreeWalker(document.getElementById("text"), NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      const at = node.data.indexOf(wanted);
      if (at < 0 || !node.parentElement.closest(".words")) continue;
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + wanted.length);
      node.parentElement.scrollIntoView({ block: "center" });
      const { left, right, top, bottom } = range.getBoundingClientRect();
      return { left, right, middle: (top + bottom) / 2 };
    }
    return null;
  }, words);
  await page.mouse.move(box.left + 0.5, box.middle);
  await page.mouse.down();
  await page.mouse.move((box.left + box.right) / 2, box.middle);
  await page.mouse.move(box.right - 0.5, box.middle);
  await page.mouse.up();
  await page.waitForTimeout(50);
}

await page.goto(address);
await step("the address leads on without the key", async () => page.url() === `${origin}/` ? "" : page.url());
await held("front");
await page.goto(`${origin}/findings`);
await held("findings");
await page.goto(`${origin}/source/paper`);
await held("without-text");
await page.goto(`${origin}/add`);
await held("add");

await step("a file that is dropped is taken", async () => {
  await page.evaluate(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(["Minutes 🚢\n\nThe 🚢 council met in May. It met again in June.\n\nPrinted on grey paper."], "minutes.txt", { type: "text/plain" }));
    document.dispatchEvent(new DragEvent("drop", { dataTransfer: transfer, bubbles: true, cancelable: true }));
  });
  await submitted(() => page.locator("form.ask button").click());
  return (await told()).includes("3 passages") ? "" : await told();
});
await held("source");

await step("words that are selected with the mouse are the place that they have, in code points", async () => {
  await drag("It met again in June.");
  const [words, start, end] = await chosen();
  const right = words === "It met again in June." && start === "37" && end === "58";
  return right ? "" : JSON.stringify([words, start, end]);
});
await step("and become a passage", async () => {
  await page.goto(`${origin}/source/minutes?passage=02`);
  await drag("It met again in June.");
  await submitted(() => page.locator('[formaction$="/part"]').click());
  const text = await page.locator(".part.here .words").innerText();
  return text === "It met again in June." ? "" : text;
});
await step("a click takes a passage in hand", async () => {
  await submitted(() => page.locator("#p02 .words").click());
  return page.url().includes("passage=02") ? "" : page.url();
});
await step("a whole part that is selected has no marks in its words", async () => {
  await page.locator("#p02 .words").evaluate((one) => {
    const range = document.createRange();
    range.setStart(document.getElementById("p01"), 0);
    range.setEnd(one.parentElement, one.parentElement.childNodes.length);
    getSelection().removeAllRanges();
    getSelection().addRange(range);
    document.getElementById("text").dispatchEvent(new KeyboardEvent("keyup", { bubbles: true }));
  });
  const [words, start] = await chosen();
  return start === "0" && words === "Minutes 🚢\n\nThe 🚢 council met in May." ? "" : JSON.stringify([words, start]);
});

await step("by the keyboard: from mark to mark, into the words, and a part of its own", async () => {
  await page.goto(`${origin}/source/minutes?passage=01`);
  await page.keyboard.press("Tab");
  await tabTo("#p03 .mark");
  await submitted(() => page.keyboard.press("Enter"));
  await tabTo("#whole");
  await page.keyboard.press("Control+Home");
  for (let count = 0; count < "Printed".length; count += 1) await page.keyboard.press("Shift+ArrowRight");
  await tabTo('[formaction$="/part"]');
  await submitted(() => page.keyboard.press("Enter"));
  const text = await page.locator(".part.here .words").innerText();
  return text === "Printed" ? "" : text;
});
await step("by the keyboard: undone", async () => {
  await page.evaluate(() => document.activeElement.blur());
  await tabTo('form[action="/undo"] button');
  await submitted(() => page.keyboard.press("Enter"));
  return (await page.locator("#p03 .words").innerText()) === "Printed on grey paper." ? "" : await told();
});
await step("by the keyboard: left out with a reason", async () => {
  await page.goto(`${origin}/source/minutes?passage=03`);
  await tabTo("#because");
  await page.keyboard.type("A notice of the printer.");
  await tabTo('[formaction$="/ignore"]');
  await submitted(() => page.keyboard.press("Enter"));
  return (await page.locator(".hand").innerText()).includes("A notice of the printer.") ? "" : await told();
});
await held("left-out");
await step("by the keyboard: read with a heading", async () => {
  await page.goto(`${origin}/source/minutes?passage=02`);
  await tabTo(".hand details.more summary");
  if (!(await page.locator(".hand details.more").evaluate((one) => one.open))) await page.keyboard.press("Enter");
  await tabTo("#with");
  await page.keyboard.press("Control+a");
  await page.keyboard.type("01");
  await submitted(() => page.keyboard.press("Enter"));
  return (await page.locator(".hand details.more").innerText()).includes("Minutes") ? "" : await told();
});
await page.goto(`${origin}/steps`);
await held("steps");
await page.goto(`${origin}/source/minutes?passage=02`);
await step("what is refused says why, and keeps what was typed", async () => {
  await page.locator("#selected").fill("no such words");
  await submitted(() => page.locator('[formaction$="/split"]').click());
  const typed = await page.locator("#selected").inputValue();
  return typed === "no such words" && await page.locator("[role=alert]").count() === 1 ? "" : typed;
});
await held("refused");
await step("a page that another window left behind is refused with both versions", async () => {
  await page.goto(`${origin}/source/minutes?passage=02`);
  const other = await context.newPage();
  await other.goto(`${origin}/source/minutes?passage=02`);
  await other.locator("#because").fill("It states nothing.");
  await Promise.all([other.waitForNavigation(), other.locator('[formaction$="/ignore"]').click()]);
  await other.close();
  await page.locator("#selected").fill("council met");
  await submitted(() => page.locator('[formaction$="/part"]').click());
  return await page.locator(".difference ins").count() ? "" : await page.locator("main").innerText();
});
await held("stale");
await step("by the keyboard: the form of something new", async () => {
  await page.goto(`${origin}/source/minutes?passage=04`);
  await tabTo("#kind");
  await page.keyboard.type("item");
  await tabTo("#new");
  await page.keyboard.type("Second meeting");
  await submitted(() => page.keyboard.press("Enter"));
  return (await page.locator("h1").innerText()) === "Facts of Second meeting" ? "" : page.url();
});
await held("form");
await step("by the keyboard: its facts are added", async () => {
  await tabTo(".thing-form .acts button");
  await submitted(() => page.keyboard.press("Enter"));
  const shown = await page.locator("#facts").innerText();
  return shown.includes("Second meeting") ? "" : await page.locator("main").innerText();
});
await held("facts");
await page.goto(`${origin}/source/harbour/read`);
await held("reading");
for (const language of ["ru", "zh"]) {
  await page.goto(`${origin}/source/minutes`);
  await submitted(() => page.locator(`.languages [value=${language}]`).click());
  await held(`source-${language}`);
}

await context.close();
console.log(JSON.stringify(seen));
for (const problem of problems) console.log(problem);
process.exit(problems.length ? 1 : 0);
