// Check pages against the rules of HTML: node validate.mjs FOLDER PAGE... prints how many, or what is wrong on which line.
import path from "node:path";
import { FileSystemConfigLoader, HtmlValidate } from "html-validate";

const [folder, ...pages] = process.argv.slice(2);
const validator = new HtmlValidate(new FileSystemConfigLoader({ root: true, extends: ["html-validate:standard"] }));
let wrong = 0;
for (const page of pages) {
  const report = await validator.validateFile(path.join(folder, page));
  for (const message of report.results.flatMap((result) => result.messages)) {
    console.error(`${page}:${message.line}:${message.column}: ${message.message} (${message.ruleId})`);
    wrong += 1;
  }
}
console.log(JSON.stringify({ pages: pages.length, wrong }));
process.exitCode = wrong ? 1 : 0;
