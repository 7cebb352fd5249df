// What the scripts that check pages share: axe with the rules that pages are held to, and steps of which none ends a run.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
export const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

// Runs a step and counts it; what it answers, or throws, is a problem.
export function stepper(seen, problems) {
  return async function step(what, run) {
    seen.steps += 1;
    try {
      const wrong = await run();
      if (wrong) problems.push(`${what}: ${wrong}`);
    } catch (error) {
      problems.push(`${what}: ${error.message.split("\n")[0]}`);
    }
  };
}

// What a page has to be as it stands, light and dark, narrow and wide: without violations, and no wider than the window.
export async function hold(page, what, seen, problems) {
  await page.evaluate(axe);
  for (const scheme of ["light", "dark"]) for (const width of [320, 1280]) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.setViewportSize({ width, height: 900 });
    const found = await page.evaluate((tags) => axe.run(document, { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] }), TAGS);
    seen.axe += 1;
    for (const violation of found.violations) {
      problems.push(`${what} ${scheme} ${width}: axe ${violation.id}: ${violation.nodes[0].html.slice(0, 160)} ${violation.nodes[0].any[0]?.message ?? ""}`);
    }
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (wide > 0) problems.push(`${what} ${scheme} ${width}: ${wide} pixels wider than the window`);
    if (process.env.SHOTS) await page.screenshot({ path: join(process.env.SHOTS, `${what.replaceAll(" ", "-")}-${scheme}-${width}.png`), fullPage: true });
  }
}
