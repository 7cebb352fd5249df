// What the browser tests share: a plain static server for a folder, and Chromium that asks nothing of other hosts.
import { createServer } from "node:http";
import { readFile, stat } from "node:fs/promises";
import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { chromium } from "playwright-core";

const TYPES = {
  ".html": "text/html; charset=utf-8", ".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml", ".json": "application/json", ".xml": "application/xml", ".txt": "text/plain; charset=utf-8",
  ".ttl": "text/turtle; charset=utf-8", ".nt": "application/n-triples", ".jsonld": "application/ld+json",
  ".rdf": "application/rdf+xml", ".csv": "text/csv; charset=utf-8", ".rq": "application/sparql-query",
};
export const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; font-src 'self'; " +
  "base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
const WORKER = /^\/assets\/query-worker\.[0-9a-f]{12}\.js$/;
const WORKER_POLICY = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";

// Serve a folder on a free port of this machine, with the strictest policy that the pages are made for; below a path if
// one is given, and without any policy of the server's if it is to be a plain host of files.
export async function serve(folder, { below = "", isPlain = false } = {}) {
  const server = createServer(async (request, response) => {
    const asked = decodeURIComponent(new URL(request.url, "http://x").pathname);
    const path = asked.startsWith(`${below}/`) ? asked.slice(below.length) : "/none";
    const file = join(folder, normalize(path === "/" ? "/index.html" : path));
    const found = file.startsWith(folder) && existsSync(file) && (await stat(file)).isFile();
    const body = found ? await readFile(file) : await readFile(join(folder, "404.html")).catch(() => "");
    response.writeHead(found ? 200 : 404, {
      "Content-Type": found ? TYPES[extname(file)] ?? "application/octet-stream" : TYPES[".html"],
      "X-Content-Type-Options": "nosniff",
      ...(!isPlain && { "Content-Security-Policy": WORKER.test(path) ? WORKER_POLICY : POLICY }),
    });
    response.end(body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { origin: `http://127.0.0.1:${server.address().port}${below}`, close: () => server.close() };
}

export async function launch(settings = {}) {
  return chromium.launchPersistentContext(mkdtempSync(join(tmpdir(), "chromium-")), {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    headless: true,
    ...settings,
    args: [
      "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
      "--disable-component-update", "--disable-sync", "--disable-default-apps",
    ],
  });
}
