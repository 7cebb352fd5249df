// Pictures of the pages for the documentation: node tests/browser/shots.mjs FOLDER OUTPUT
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { launch, serve } from "./serve.mjs";

const [folder, output] = process.argv.slice(2).map((path) => resolve(path));
const SHOTS = [
  ["front", "index.html", "light", 1280], ["front", "index.html", "dark", 1280],
  ["agreement", "id/agreement/2009-international-information-security.html", "light", 1280],
  ["agreement", "id/agreement/2009-international-information-security.html", "dark", 1280],
  ["passage", "source/unidir-sco-2021-03/passage/14.html", "light", 1280],
  ["passage", "source/unidir-sco-2021-03/passage/14.html", "dark", 1280],
  ["map", "map.html", "light", 1280], ["map", "map.html", "dark", 1280],
  ["timeline", "timeline.html", "light", 1280], ["timeline", "timeline.html", "dark", 1280],
  ["parties", "parties.html", "light", 1280], ["parties", "parties.html", "dark", 1280],
  ["state-zh", "zh/id/state/kaz.html", "light", 1280], ["front-ru-narrow", "ru/index.html", "dark", 320],
];

mkdirSync(output, { recursive: true });
const site = await serve(folder);
const browser = await launch();
const page = await browser.newPage();
for (const [name, path, scheme, width] of SHOTS) {
  await page.emulateMedia({ colorScheme: scheme });
  await page.setViewportSize({ width, height: width < 500 ? 900 : 860 });
  await page.goto(`${site.origin}/${path}`);
  await page.screenshot({ path: join(output, `${name}-${scheme}.png`) });
}
await browser.close();
site.close();
