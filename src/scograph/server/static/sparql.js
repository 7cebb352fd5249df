// What the page can do besides: Ctrl-Enter runs the query, and words that are being written are completed. Without
// script the form and its button do. What completes is keywords, the variables of the query, and the prefixes and the
// terms of the data, which the page carries; nothing is asked of the server for it.
const KEYWORDS = (
  "ASK BASE BIND BY CONSTRUCT DESC DESCRIBE DISTINCT EXISTS FILTER FROM GRAPH GROUP HAVING LIMIT MINUS NAMED NOT OFFSET " +
  "OPTIONAL ORDER PREFIX REDUCED SELECT UNDEF UNION VALUES WHERE " +
  "ABS() AVG() BOUND() CEIL() COALESCE() CONCAT() CONTAINS() COUNT() DATATYPE() DAY() FLOOR() GROUP_CONCAT() IF() IRI() " +
  "ISBLANK() ISIRI() ISLITERAL() ISNUMERIC() LANG() LANGMATCHES() LCASE() MAX() MIN() MONTH() NOW() REGEX() REPLACE() " +
  "ROUND() SAMETERM() SAMPLE() STR() STRAFTER() STRBEFORE() STRDT() STRENDS() STRLANG() STRLEN() STRSTARTS() SUBSTR() " +
  "SUM() UCASE() YEAR()"
).split(" ");
const MOST = 12; // so many completions are offered

const query = document.getElementById("query");
const list = document.getElementById("completions");
const status = document.getElementById("completion-status");
const carried = document.getElementById("vocabulary");
const { prefixes, terms } = carried ? JSON.parse(carried.textContent) : { prefixes: [], terms: [] };

// Strings, IRIs and comments that are whole, as blanks: in what is left a mark that opens one of them says that the
// caret is inside.
const WHOLE = /"""[^]*?"""|'''[^]*?'''|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|<[^<>"{}|^`\\\s]*>|#[^\n]*\n/g;

function wordBefore(text) {
  const bare = text.replace(WHOLE, (whole) => (whole.endsWith("\n") ? "\n" : " "));
  if (/["'#]|<[^\s]*$/.test(bare)) return null;
  return /[?$]?[\p{L}\p{N}_.:-]*$/u.exec(bare)[0];
}

function variables(text, own) {
  const found = new Set(text.replace(WHOLE, " ").match(/[?$][\p{L}\p{N}_]+/gu) ?? []);
  found.delete(own);
  return [...found].sort();
}

// What a word may become: the text, what is said of it, and the prefix that it needs to be declared.
function completions(text, caret) {
  const before = text.slice(0, caret);
  const declaring = /\bPREFIX\s+([\w-]*):?$/i.exec(before);
  if (declaring) {
    return [declaring[0].replace(/^PREFIX\s+/i, ""), prefixes.filter(([name]) => name.startsWith(declaring[1]))
      .map(([name, iri]) => ({ text: `${name}: <${iri}>`, note: "" }))];
  }
  const word = wordBefore(before);
  if (word === null) return ["", []];
  const small = word.toLowerCase();
  if (/^[?$]/.test(word)) {
    return [word, variables(before + " " + text.slice(caret), word).filter((name) => name.toLowerCase().startsWith(small))
      .map((name) => ({ text: name, note: "variable" }))];
  }
  const named = terms.filter(([name, label]) => {
    const local = name.slice(name.indexOf(":") + 1).toLowerCase();
    return name.toLowerCase().startsWith(small) || (!word.includes(":") && (local.startsWith(small) || label.toLowerCase().startsWith(small)));
  }).map(([name, label]) => ({ text: name, note: label, prefix: name.slice(0, name.indexOf(":")) }));
  const words = KEYWORDS.filter((name) => name.toLowerCase().startsWith(small)).map((name) => ({ text: name, note: "SPARQL" }));
  return [word, [...words, ...named].filter((one) => one.text !== word)];
}

let offered = [];
let chosen = -1;
let word = "";

function close() {
  offered = [];
  chosen = -1;
  list.hidden = true;
  list.replaceChildren();
  query.removeAttribute("aria-activedescendant");
  status.textContent = "";
}

function choose(place) {
  list.children[chosen]?.setAttribute("aria-selected", "false");
  chosen = (place + offered.length) % offered.length;
  const option = list.children[chosen];
  option.setAttribute("aria-selected", "true");
  option.scrollIntoView({ block: "nearest" });
  query.setAttribute("aria-activedescendant", option.id);
}

function offer(always) {
  let found;
  const caret = query.selectionStart;
  [word, found] = completions(query.value, caret);
  close();
  if (caret !== query.selectionEnd || !found.length || (!always && word.length < 2)) return;
  offered = found.slice(0, MOST);
  list.append(...offered.map((one, place) => {
    const option = document.createElement("li");
    option.id = `completion-${place}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    const code = document.createElement("code");
    code.textContent = one.text;
    const note = document.createElement("small");
    note.textContent = one.note;
    option.append(code, " ", note);
    return option;
  }));
  list.hidden = false;
  const count = offered.length === 1 ? "1 completion" : `${offered.length} completions`;
  status.textContent = `${count}: arrow keys choose, Enter takes, Escape closes`;
}

// As if it were typed, so that it can be undone; where that is not there, without.
function write(start, end, text) {
  query.setSelectionRange(start, end);
  if (!document.execCommand("insertText", false, text)) query.setRangeText(text, start, end, "end");
}

function take(place) {
  const { text, prefix } = offered[place];
  const end = query.selectionStart;
  close();
  write(end - word.length, end, text);
  let caret = end - word.length + text.length - (text.endsWith("()") ? 1 : 0);
  const iri = prefix && prefixes.find(([name]) => name === prefix)?.[1];
  if (iri && !new RegExp(`\\bPREFIX\\s+${prefix}:`, "i").test(query.value)) {
    const line = `PREFIX ${prefix}: <${iri}>\n`;
    write(0, 0, line);
    caret += line.length;
  }
  query.setSelectionRange(caret, caret);
  close();
}

if (query && list && status) {
  query.setAttribute("aria-autocomplete", "list");
  query.setAttribute("aria-controls", list.id);
  let isTaking = false;
  query.addEventListener("input", () => isTaking || offer(false));
  query.addEventListener("blur", close);
  query.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      query.form.requestSubmit();
    } else if (event.key === " " && event.ctrlKey) {
      event.preventDefault();
      offer(true);
      if (offered.length) choose(0);
    } else if (offered.length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
      event.preventDefault();
      choose(chosen < 0 && event.key === "ArrowUp" ? -1 : chosen + (event.key === "ArrowDown" ? 1 : -1));
    } else if (chosen >= 0 && (event.key === "Enter" || event.key === "Tab")) {
      event.preventDefault();
      isTaking = true;
      take(chosen);
      isTaking = false;
    } else if (offered.length && event.key === "Escape") {
      event.preventDefault();
      close();
    } else if (["ArrowLeft", "ArrowRight", "Home", "End", "PageUp", "PageDown"].includes(event.key)) {
      close();
    }
  });
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const option = event.target.closest("li");
    if (!option) return;
    isTaking = true;
    take([...list.children].indexOf(option));
    isTaking = false;
  });
}
