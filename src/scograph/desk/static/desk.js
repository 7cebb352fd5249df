// Conveniences on top of pages that are whole without them: words selected in the text, files that are dropped.
"use strict";

const codePoints = (text) => [...text].length;

// The words that are selected, in the text or in the field with all words of the passage, and where they stand.
const selection = document.getElementById("selection");
const text = document.getElementById("text");
const field = document.getElementById("selected");

const fill = (words, start, end) => {
  field.value = words;
  selection.elements.start.value = start;
  selection.elements.end.value = end;
};

// The place of a point of the page in the text of the source; a point between parts belongs to the next or the last.
const placeOf = (node, offset, isEnd) => {
  const inside = node.nodeType === Node.TEXT_NODE ? node.parentElement.closest("[data-start]") : null;
  if (inside) return Number(inside.dataset.start) + codePoints(node.data.slice(0, offset));
  const point = document.createRange();
  point.setStart(node, offset);
  const pieces = [...text.querySelectorAll("[data-start]")];
  const isBefore = (piece) => point.comparePoint(piece, 0) < 0;
  if (!isEnd) {
    const next = pieces.find((piece) => !isBefore(piece));
    return next ? Number(next.dataset.start) : null;
  }
  const last = pieces.filter(isBefore).at(-1);
  return last ? Number(last.dataset.start) + codePoints(last.textContent) : null;
};

// What a range of the text has of the source's words: the marks of passages are none.
const wordsOf = (range) => {
  const copy = range.cloneContents();
  for (const mark of copy.querySelectorAll(".mark, .cut")) mark.remove();
  return copy.textContent;
};

if (selection && text) {
  const take = () => {
    const chosen = document.getSelection();
    if (!chosen || chosen.isCollapsed || !chosen.rangeCount) return;
    const range = chosen.getRangeAt(0);
    if (!text.contains(range.startContainer) || !text.contains(range.endContainer)) return;
    const start = placeOf(range.startContainer, range.startOffset, false);
    const end = placeOf(range.endContainer, range.endOffset, true);
    if (start !== null && end !== null && start < end) fill(wordsOf(range).trim(), start, end);
  };
  text.addEventListener("pointerup", () => setTimeout(take));
  text.addEventListener("keyup", take);

  // Browsers move no caret in a field that is read-only: this one is not, and takes no input.
  const whole = document.getElementById("whole");
  if (whole) {
    const words = whole.value;
    whole.readOnly = false;
    whole.setAttribute("aria-readonly", "true");
    whole.addEventListener("beforeinput", (event) => event.preventDefault());
    whole.addEventListener("input", () => { whole.value = words; });
    const takeOfField = () => {
      const words = whole.value.slice(whole.selectionStart, whole.selectionEnd);
      if (!words.trim()) return;
      const start = Number(whole.dataset.start) + codePoints(whole.value.slice(0, whole.selectionStart));
      fill(words, start, start + codePoints(words));
    };
    whole.addEventListener("select", takeOfField);
    whole.addEventListener("keyup", takeOfField);
  }
  field.addEventListener("input", () => {
    selection.elements.start.value = "";
    selection.elements.end.value = "";
  });
}

// A click on words takes their passage in hand; a selection does not.
if (text) {
  text.addEventListener("click", (event) => {
    const chosen = document.getSelection();
    const part = event.target.closest(".part");
    if (!part || event.target.closest("a") || (chosen && !chosen.isCollapsed)) return;
    part.querySelector("a.mark").click();
  });
}

// A file that is dropped anywhere on the page of a new source.
const file = document.getElementById("file");
if (file) {
  document.addEventListener("dragover", (event) => event.preventDefault());
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) file.files = event.dataTransfer.files;
  });
}

// What the check says of a form of facts while it is filled in, at the field that it is about, or at the end.
const facts = document.querySelector("form[data-check]");

if (facts) {
  let waiting = 0;
  let asked = 0;
  const told = (finding) => {
    const line = document.createElement("p");
    line.className = finding.severity ?? "problem";
    line.textContent = [finding.message, finding.hint].filter(Boolean).join(". ");
    return line;
  };
  const show = ({ findings, problem }) => {
    for (const place of facts.querySelectorAll(".said")) place.replaceChildren();
    const end = document.getElementById("said");
    if (problem) end.append(told({ message: problem }));
    for (const finding of findings) {
      const field = [...facts.querySelectorAll("[data-property]")].find((one) => one.dataset.property === finding.property);
      (field?.querySelector(".said") ?? end).append(told(finding));
    }
  };
  const check = async () => {
    const mine = ++asked;
    const answer = await fetch(facts.dataset.check, { method: "POST", body: new FormData(facts) });
    if (answer.ok && mine === asked) show(await answer.json());
  };
  facts.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(check, 250);
  });
}
