// What held on one day: the rows of the timeline that their dates put there, and the day as a line in each picture.
"use strict";

const form = document.getElementById("as-of");
const [day, month, told] = ["as-of-day", "as-of-month", "as-of-told"].map((id) => document.getElementById(id));
const said = form.dataset;
const language = document.documentElement.lang;
const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const earliest = (text) => `${text}-01-01`.slice(0, 10); // of a year, a month or a day
const latest = (text) => text + "-12-31".slice(text.length - 4);

// As `start;end;seen,seen;on,on;open`, each of them where it is known.
function spanOf(text) {
  const [start, end, seen, on, open] = text.split(";");
  const days = (list) => (list ? list.split(",") : []);
  return { start: start || null, end: end || null, seen: days(seen), on: days(on), open: Boolean(open) };
}

const rows = [...document.querySelectorAll("[data-span]")].map((cell) => ({ row: cell.closest("tr"), span: spanOf(cell.dataset.span), cell }));
const sections = [...new Set(rows.map(({ row }) => row.closest(".wide")))].map((table) => ({ table, count: document.createElement("p") }));
for (const { table, count } of sections) {
  count.className = "counts";
  table.before(count);
}

// How dates say that a thing held on a day: 2 if they say so, 1 if it may be, since one of them is a month, a year, or
// not known; 0 if they do not.
function holds({ start, end, seen, on, open }, on_) {
  const at = (text) => (earliest(text) <= on_ && on_ <= latest(text) ? (text.length === 10 ? 2 : 1) : 0);
  const known = Math.max(0, ...seen.map(at), ...on.map(at));
  if (known === 2 || (!start && !end)) return known;
  const since = start ?? seen.find((text) => latest(text) <= on_);
  if (start && on_ < earliest(start)) return known;
  if (end && on_ > latest(end)) return known;
  if (start && !end && !open) return Math.max(known, at(start));
  const isBegun = since !== undefined && latest(since) <= on_;
  return isBegun && (!end || on_ <= earliest(end)) ? 2 : 1;
}

function show(wanted) {
  const is = /^\d{4}-\d\d-\d\d$/.test(wanted);
  let [sure, perhaps] = [0, 0];
  for (const { row, span, cell } of rows) {
    const held = is ? holds(span, wanted) : 2;
    row.hidden = !held;
    sure += held === 2;
    perhaps += held === 1;
    cell.querySelector(".perhaps")?.remove();
    if (held === 1) cell.append(Object.assign(document.createElement("em"), { className: "perhaps record", textContent: ` ${said.perhaps}` }));
  }
  for (const { table, count } of sections) {
    const all = [...table.querySelectorAll("tbody tr")];
    const left = all.filter((row) => !row.hidden).length;
    table.hidden = !left;
    count.textContent = is ? filled(said.count, { n: left, all: all.length }) : "";
  }
  const [year, number, date] = is ? wanted.split("-").map(Number) : [];
  for (const line of document.querySelectorAll("svg .day")) {
    const { low, at, scale, right } = line.dataset;
    const x = Number(at) + (year + (number - 1) / 12 + (date - 1) / 372 - Number(low)) * Number(scale);
    const isIn = is && x >= Number(at) && x <= Number(right);
    line.setAttribute("visibility", isIn ? "visible" : "hidden");
    if (isIn) for (const name of ["x1", "x2"]) line.setAttribute(name, x.toFixed(1));
  }
  const name = is ? new Intl.DateTimeFormat(language, { dateStyle: "long", timeZone: "UTC" }).format(new Date(wanted)) : "";
  told.textContent = is ? filled(said.told, { day: name, n: sure, m: perhaps }) : "";
  day.value = is ? wanted : "";
  if (is) month.value = year * 12 + number - 1;
  month.setAttribute("aria-valuetext", name);
}

const years = rows.flatMap(({ span }) => [span.start, span.end, ...span.seen, ...span.on].filter(Boolean)).map((text) => Number(text.slice(0, 4)));
if (years.length) {
  const [first, last] = [Math.min(...years), Math.max(...years)];
  [month.min, month.max] = [first * 12, last * 12 + 11];
  month.value = month.max;
  const set = (wanted) => {
    history.replaceState(null, "", wanted ? `#on=${wanted}` : location.pathname + location.search);
    show(wanted);
  };
  day.addEventListener("change", () => set(day.value));
  month.addEventListener("input", () => {
    const number = Number(month.value);
    set(`${String(Math.floor(number / 12)).padStart(4, "0")}-${String((number % 12) + 1).padStart(2, "0")}-01`);
  });
  document.getElementById("as-of-all").addEventListener("click", () => set(""));
  form.addEventListener("submit", (event) => event.preventDefault());
  const given = () => show(new URLSearchParams(location.hash.slice(1)).get("on") ?? "");
  addEventListener("hashchange", given);
  form.hidden = false;
  given();
}
