// What the scripts that check pages share: axe with the rules that pages are held to, and steps of which none ends a run.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

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
