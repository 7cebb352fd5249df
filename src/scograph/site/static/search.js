// Search without a server: the index is in the folder, in pieces that are loaded as scripts, so that it also works from a disk.
"use strict";

const ideographs = /[\u2e80-\u9fff]/g;
const words = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").replace(ideographs, " $& ").split(/[^\p{L}\p{N}]+/u).filter(Boolean);

const field = document.getElementById("q");
const list = document.getElementById("results");
const status_ = document.getElementById("status");
const { home, index: pattern, shards, language } = status_.dataset;

const loaded = Promise.all(
  Array.from({ length: Number(shards) }, (_, number) => new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = pattern.replace("{shard}", number);
    script.onload = resolve;
    script.onerror = reject;
    document.head.append(script);
  })),
).then(() => {
  const search = new MiniSearch({
    idField: "p",
    fields: ["name", "also"],
    storeFields: ["n", "k"],
    tokenize: words,
    searchOptions: { prefix: true, fuzzy: (word) => (word.length > 4 ? 0.2 : false), combineWith: "AND", boost: { name: 3 } },
    extractField: (thing, name) => ({ p: thing.p, name: Object.values(thing.n).join(" "), also: thing.a, n: thing.n, k: thing.k })[name],
  });
  search.addAll((self.scographIndex || []).flat());
  return search;
});

const show = async () => {
  const wanted = field.value.trim();
  const search = await loaded;
  const found = wanted ? search.search(wanted) : [];
  list.replaceChildren(...found.slice(0, 50).map((thing) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    const kind = document.createElement("span");
    link.href = home + thing.id;
    link.textContent = thing.n[language];
    kind.className = "kind";
    kind.textContent = ` ${thing.k[language]}`;
    item.append(link, kind);
    return item;
  }));
  const said = found.length ? status_.dataset.found : status_.dataset.none;
  status_.textContent = wanted ? said.replace("{q}", wanted).replace("{n}", found.length) : "";
};

field.value = new URLSearchParams(location.search).get("q") || "";
field.addEventListener("input", show);
field.form.addEventListener("submit", (event) => {
  event.preventDefault();
  history.replaceState(null, "", `?q=${encodeURIComponent(field.value)}`);
  show();
});
show();
