// Conveniences on top of pages that are whole without them: tables that sort and filter, and buttons that copy.
"use strict";

for (const table of document.querySelectorAll("table.sortable")) {
  const body = table.tBodies[0];
  const rows = [...body.rows];
  if (rows.length < 4) continue;
  const value = (row, column) => {
    const cell = row.cells[column];
    const machine = cell.querySelector("time[datetime], [data-value]");
    return machine ? machine.getAttribute("datetime") || machine.dataset.value : cell.textContent.trim();
  };
  const compare = new Intl.Collator(document.documentElement.lang, { numeric: true, sensitivity: "base" }).compare;
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const direction = head.getAttribute("aria-sort") === "ascending" ? "descending" : "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", direction);
      const sign = direction === "ascending" ? 1 : -1;
      rows.sort((a, b) => {
        const [x, y] = [value(a, column), value(b, column)];
        return x && y ? sign * compare(x, y) : (x ? -1 : 0) + (y ? 1 : 0); // what is empty stays last
      });
      body.append(...rows);
    });
  });
  const label = document.createElement("label");
  const input = document.createElement("input");
  const left = document.createElement("span");
  label.className = "filter";
  left.setAttribute("role", "status");
  input.type = "search";
  label.append(table.dataset.filter, input, left);
  table.closest(".wide").before(label);
  const texts = new Map(rows.map((row) => [row, row.textContent.normalize("NFC").toLowerCase()]));
  input.addEventListener("input", () => {
    const wanted = input.value.normalize("NFC").toLowerCase().trim();
    let shown = 0;
    for (const [row, text] of texts) {
      row.hidden = !text.includes(wanted);
      shown += row.hidden ? 0 : 1;
    }
    left.textContent = wanted ? table.dataset.left.replace("{n}", shown) : "";
  });
}

const copyButton = (text, copy, copied) => {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy-button";
  button.textContent = copy;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(text);
    button.textContent = copied;
  });
  return button;
};
if (navigator.clipboard) {
  for (const code of document.querySelectorAll("code.copy")) {
    code.after(copyButton(code.textContent, code.dataset.copy, code.dataset.copied));
  }
}

// The evidence of a fact, opened where its mark stands: what the list of sources below says, the basis, a link to the
// fact itself, and citations of it. Without a script a mark leads to that list.
const evidence = document.querySelector("section.evidence");
if (evidence) {
  const said = evidence.dataset;
  let open = null;
  const element = (name, properties, ...content) => {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...content);
    return made;
  };
  const close = (isFocused) => {
    if (!open) return;
    const { mark, card } = open;
    open = null;
    card.remove();
    mark.setAttribute("aria-expanded", "false");
    if (isFocused) mark.focus();
  };
  const factAddress = (source, mark) => {
    const address = new URL(source.querySelector(".open a").href);
    address.hash = mark.dataset.claim;
    return address.href;
  };
  const citations = (source, fact) => {
    const title = source.dataset.title ?? source.querySelector("a, bdi")?.textContent ?? "";
    const publisher = source.querySelector(".publisher")?.textContent ?? "";
    const date = source.querySelector("time")?.dateTime ?? "";
    const url = source.querySelector("a.original")?.href ?? "";
    const year = date.slice(0, 4);
    const bibtex = [["title", `{${title}}`], ["author", publisher && `{${publisher}}`], ["date", date], ["url", url], ["note", fact]]
      .filter(([, value]) => value)
      .map(([key, value]) => `  ${key} = {${value.replace(/[\\&%$#_]/g, key === "url" || key === "note" ? "$&" : "\\$&")}}`);
    const key = `${publisher.split(/\s/)[0] || "source"}${year}`.replace(/[^\p{L}\p{N}]/gu, "");
    const ris = [["TY", "ELEC"], ["TI", title], ["AU", publisher && `${publisher},`], ["PY", year], ["DA", date.replaceAll("-", "/")], ["UR", url], ["N1", fact], ["ER", ""]]
      .filter(([name, value]) => value || name === "ER")
      .map(([name, value]) => `${name}  - ${value}`);
    const csl = {
      id: key, type: "webpage", title, URL: url || fact, note: fact,
      ...(publisher && { author: [{ literal: publisher }] }),
      ...(date && { issued: { "date-parts": [date.split("-").map(Number)] } }),
    };
    return [
      [said.plain, `${[publisher, `“${title}”`, date].filter(Boolean).join(". ")}. ${url} (${fact})`],
      ["BibTeX", `@online{${key},\n${bibtex.join(",\n")}\n}`],
      ["RIS", ris.join("\n")],
      ["CSL-JSON", JSON.stringify([csl], null, 1)],
    ];
  };
  const cardOf = (mark, source) => {
    const card = element("div", { className: "card-of-evidence", tabIndex: -1 });
    card.setAttribute("role", "group");
    card.setAttribute("aria-label", mark.textContent);
    for (const child of source.childNodes) card.append(child.cloneNode(true));
    const basis = [...mark.classList].find((name) => name.startsWith("m-"))?.slice(2);
    const meaning = basis && evidence.querySelector(`dd[data-basis="${basis}"]`);
    if (meaning) {
      const name = meaning.previousElementSibling.cloneNode(true);
      name.querySelector(".m").remove();
      card.append(element("p", { className: "quiet" }, `${said.basis}: `, ...name.childNodes, " – ", ...meaning.cloneNode(true).childNodes));
    }
    const fact = `${source.dataset.iri}#${mark.dataset.claim}`;
    const cite = element("details", {}, element("summary", { textContent: said.cite }));
    for (const [name, text] of citations(source, fact)) {
      const shown = element("pre", { tabIndex: 0 }, element("code", { textContent: text }));
      shown.setAttribute("aria-label", name);
      cite.append(element("p", { className: "quiet" }, name, navigator.clipboard ? copyButton(text, said.copy, said.copied) : ""), shown);
    }
    const end = element("button", { type: "button", className: "copy-button", textContent: said.close });
    end.addEventListener("click", () => close(true));
    const report = document.querySelector("a.report")?.cloneNode(true) ?? "";
    card.append(element("p", { className: "open" }, element("a", { href: factAddress(source, mark), textContent: said.fact }), " ", report, " ", end), cite);
    return card;
  };
  document.addEventListener("click", (event) => {
    const mark = event.target.closest?.("a.m");
    if (!mark || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const source = document.getElementById(mark.hash.slice(1));
    if (!source || mark.closest(".card-of-evidence")) return;
    event.preventDefault();
    const isSame = open?.mark === mark;
    close(false);
    if (isSame) return;
    const card = cardOf(mark, source);
    const place = mark.closest("li, td, th, dd");
    if (place) place.append(card);
    else (mark.closest("p, h1, h2") ?? mark).after(card);
    mark.setAttribute("aria-expanded", "true");
    open = { mark, card };
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "nearest" });
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close(true);
  });
  for (const mark of document.querySelectorAll("a.m")) {
    mark.setAttribute("role", "button");
    mark.setAttribute("aria-expanded", "false");
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === " " && event.target.matches?.("a.m")) {
      event.preventDefault();
      event.target.click();
    }
  });
}
