// Search without a server: the index is in the folder, in pieces that are loaded as scripts, so that it also works from a disk.
// It finds and orders as `scograph.site.searching` does, which says why; tests hold the two together.
"use strict";

const MAX_SHOWN = 50, MAX_WORDS = 24, MIN_STEM = 4, MAX_ENDING = 3, MIN_SHARED = 0.65, MIN_FOR_ONE = 5, MIN_FOR_TWO = 9;
const COMMON = 0.15, LONG = 4, MIN_SHARE = 0.3;
const field = document.getElementById("q");
const list = document.getElementById("results");
const status_ = document.getElementById("status");
const { home, index: pattern, shards, language } = status_.dataset;

const isHan = (letter) => letter >= "\u2e80" && letter <= "\u9fff";
const isWord = (letter) => /[\p{L}\p{N}]/u.test(letter);
const isDigits = (word) => /^\p{Nd}+$/u.test(word);

const folder = (letters) => (text) => {
  let plain = [...text.normalize("NFKD")].filter((letter) => letter < "\u0300" || letter > "\u036f").join("").toLowerCase();
  for (const sign of "'’ʼ`") {
    if (plain.includes(sign)) plain = `${plain} `.split(sign).map((part) => (part.startsWith("s ") ? part.slice(2) : part)).join(" ");
  }
  return [...plain].map((letter) => letters[letter] ?? letter).join("").trim();
};

const wordsOf = (folded) => {
  const found = new Set();
  let run = [];
  const end = () => {
    if (run.length > 1 && isHan(run[0])) run.slice(1).forEach((letter, at) => found.add(run[at] + letter));
    else if (run.length) found.add(run.join(""));
    run = [];
  };
  for (const letter of folded) {
    if (run.length && (!isWord(letter) || isHan(letter) !== isHan(run[0]))) end();
    if (isWord(letter)) run.push(letter);
  }
  end();
  return [...found];
};

const distance = (one, other) => {
  let before = [], row = Array.from({ length: other.length + 1 }, (_, at) => at);
  for (let i = 1; i <= one.length; i++) {
    const next = [i];
    for (let j = 1; j <= other.length; j++) {
      let cost = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (one[i - 1] === other[j - 1] ? 0 : 1));
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) cost = Math.min(cost, before[j - 2] + 1);
      next.push(cost);
    }
    [before, row] = [row, next];
  }
  return row.at(-1);
};

const likeness = (wanted, word) => {
  if (wanted === word) return 1;
  const short = wanted.length, long = word.length, most = Math.max(short, long);
  if (isDigits(word) || isHan(word[0])) return 0;
  if (short > 1 && word.startsWith(wanted)) return 0.55 + (0.4 * short) / long;
  let shared = 0;
  while (shared < Math.min(short, long) && wanted[shared] === word[shared]) shared++;
  if (shared >= Math.max(MIN_STEM, MIN_SHARED * most) && most - shared <= MAX_ENDING) return 0.7 + (0.27 * shared) / most;
  const allowed = (short >= MIN_FOR_ONE) + (short >= MIN_FOR_TWO);
  if (!allowed || Math.abs(short - long) > allowed) return 0;
  const errors = distance(wanted, word);
  return errors <= allowed ? 0.92 - 0.13 * errors : 0;
};

const indexOf = (pieces) => {
  const entries = pieces.flatMap((piece) => piece.things.map((thing) => ({ ...thing, k: piece.kinds[thing.k] })));
  const fold = folder(pieces[0].fold);
  const words = (text) => wordsOf(fold(text));
  const asking = new Set(pieces[0].asking.flatMap(words));
  const common = new Set([...asking, ...pieces[0].common.flatMap(words)]);
  const names = entries.map((thing) => thing.a.map((name) => ({ words: words(name), text: fold(name).split(/\s+/).join(" ") })));
  const joined = (thing) => thing.a.flatMap((name) => fold(name).split(/\s+/).filter((word) => word.includes("-")).flatMap((word) => words(word.replaceAll("-", ""))));
  const beside = entries.map((thing) => [...words(thing.c), ...joined(thing)]);
  const thingsOf = new Map();
  const note = (word, at) => {
    if (!thingsOf.has(word)) thingsOf.set(word, new Set());
    thingsOf.get(word).add(at);
  };
  entries.forEach((_, at) => {
    for (const name of names[at]) for (const word of name.words) note(word, at);
    for (const word of beside[at]) note(word, at);
  });
  const rarity = (word) => Math.log(1 + entries.length / thingsOf.get(word).size);
  const isSaid = (word, some) => some.has(word) || (isHan(word[0]) && [...word].some((letter) => some.has(letter)));
  const fitting = (wanted) => {
    const found = new Map();
    if (thingsOf.has(wanted)) found.set(wanted, 1);
    if (isHan(wanted[0]) || isDigits(wanted)) {
      if ([...wanted].length === 1 && isHan(wanted[0])) {
        for (const word of thingsOf.keys()) if (word.includes(wanted) && !found.has(word)) found.set(word, 0.6);
      }
      return found;
    }
    for (const word of thingsOf.keys()) {
      const fit = found.has(word) ? 0 : likeness(wanted, word);
      if (fit) found.set(word, fit);
    }
    return found;
  };
  const weightOf = (wanted, found) => {
    if (!found.size) return 0;
    const best = [...found].sort((a, b) => b[1] - a[1] || a[0].length - b[0].length || (a[0] < b[0] ? 1 : -1))[0][0];
    return rarity(best) * (isSaid(wanted, common) ? COMMON : 1);
  };
  const whole = (query, name, count) => {
    if (name === query) return 1;
    if (count >= LONG && name.startsWith(query)) return 0.8;
    return count > 1 && name.includes(query) ? 0.3 : 0;
  };
  const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
  return (query) => {
    const text = fold(query).split(/\s+/).join(" ");
    const wanted = words(query).slice(0, MAX_WORDS);
    const fits = wanted.map(fitting);
    const weights = wanted.map((word, at) => weightOf(word, fits[at]));
    const total = sum(weights);
    if (!total) return [];
    const asks = wanted.some((word) => isSaid(word, asking));
    const best = new Map();
    for (const found of fits) for (const [word, fit] of found) best.set(word, Math.max(fit, best.get(word) ?? 0));
    const candidates = new Set();
    for (const word of best.keys()) for (const at of thingsOf.get(word)) candidates.add(at);
    const most = (found, some) => some.reduce((max, word) => Math.max(max, found.get(word) ?? 0), 0);
    const covered = (some) => sum(weights.map((weight, at) => weight * some[at])) / total;
    const scored = [...candidates].map((at) => {
      let all = fits.map((found) => most(found, beside[at]));
      let score = 0;
      const years = beside[at].filter(isDigits);
      for (const name of names[at]) {
        const own = fits.map((found) => most(found, [...name.words, ...years]));
        all = all.map((fit, place) => Math.max(fit, own[place]));
        const length = sum(name.words.map(rarity));
        const share = length ? sum(name.words.map((word) => rarity(word) * (best.get(word) ?? 0))) / length : 0;
        const more = Math.max(whole(text, name.text, wanted.length), 0.6 * (covered(own) * share) ** 4);
        score = Math.max(score, covered(own) * (0.65 + 0.35 * share) + more);
      }
      const thing = entries[at];
      const weight = asks ? thing.w * (thing.q ?? 1) : thing.w;
      return { thing, score: Math.round(weight * (score + 0.5 * covered(all)) * 1e9) };
    });
    const least = Math.max(...scored.map((one) => one.score)) * MIN_SHARE;
    return scored.filter((one) => one.score >= least).sort((a, b) => b.score - a.score || (a.thing.p < b.thing.p ? -1 : 1)).map(({ thing }) => thing);
  };
};

const loaded = Promise.all(
  Array.from({ length: Number(shards) }, (_, number) => new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = pattern.replace("{shard}", number);
    script.onload = resolve;
    script.onerror = reject;
    document.head.append(script);
  })),
).then(() => indexOf(self.scographIndex.sort((a, b) => a.number - b.number)));

const show = async () => {
  const wanted = field.value.trim();
  const search = await loaded;
  const found = wanted ? search(wanted) : [];
  list.replaceChildren(...found.slice(0, MAX_SHOWN).map((thing) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    const kind = document.createElement("span");
    link.href = home + thing.p;
    link.textContent = thing.n[language];
    kind.className = "kind";
    kind.textContent = ` ${thing.k[language]}`;
    item.append(link, kind);
    return item;
  }));
  const said = found.length ? status_.dataset.found : status_.dataset.none;
  status_.textContent = wanted ? said.replace("{q}", () => wanted).replace("{n}", found.length) : "";
};

field.value = new URLSearchParams(location.search).get("q") || "";
field.addEventListener("input", show);
field.form.addEventListener("submit", (event) => {
  event.preventDefault();
  history.replaceState(null, "", `?q=${encodeURIComponent(field.value)}`);
  show();
});
show();
