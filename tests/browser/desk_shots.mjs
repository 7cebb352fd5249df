// Pictures of the desk for the documentation: node desk_shots.mjs ADDRESS OUTPUT, of the project of desk_shots.py.
import { join, resolve } from "node:path";
import { launch } from "./serve.mjs";

const [address, folder] = process.argv.slice(2);
const output = resolve(folder);
const origin = new URL(address).origin;
const PAGES = [
  ["desk", "/source/commission?passage=03"],
  ["desk-form", "/source/commission/thing?passage=03&thing=Water+Agreement"],
];

const context = await launch({ viewport: { width: 1280, height: 860 } });
const page = await context.newPage();
await page.goto(address);
for (const [name, path] of PAGES) {
  for (const scheme of ["light", "dark"]) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.goto(origin + path);
    await page.screenshot({ path: join(output, `${name}-${scheme}.png`) });
  }
}
await context.close();
