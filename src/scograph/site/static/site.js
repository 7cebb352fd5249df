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

if (navigator.clipboard) {
  for (const code of document.querySelectorAll("code.copy")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy-button";
    button.textContent = code.dataset.copy;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = code.dataset.copied;
    });
    code.after(button);
  }
}
