// Pictures of the pages for the documentation: node tests/browser/shots.mjs FOLDER OUTPUT
import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { launch, serve } from "./serve.mjs";

const [folder, output] = process.argv.slice(2).map((path) => resolve(path));
const AGREEMENT = "id/agreement/2009-international-information-security.html";
const PAGES = [ // one of each kind
  ["front", "index.html"], ["agreement", AGREEMENT], ["list", "class/agreement.html"], ["sources", "sources.html"],
  ["source", "source/unidir-sco-2021-03.html"], ["passage", "source/unidir-sco-2021-03/passage/14.html"],
  ["question", "question/01-parties-to-the-2009-agreement.html"], ["ontology", "ontology.html"], ["map", "map.html"],
  ["timeline", "timeline.html"], ["structure", "structure.html"], ["parties", "parties.html"],
  ["downloads", "downloads.html"], ["about", "about.html"], ["search", "search.html"], ["query", "query.html"],
];
const SHOTS = [
  ...PAGES.flatMap(([name, path]) => ["light", "dark"].map((scheme) => [name, path, scheme, 1280])),
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
