// ---- the checks, in the order of docs/spec/bundle.md ---------------------------------------------------------------------------------

const joined = (names) => [...names].sort().join(", ") || "—";
const counted = (count, one, many) => `${count} ${count === 1 ? one : many}`;

/** What the program knows of its measures: SHA-256, grain, tables read, of which some are measures too. */
const PATH = new RegExp(`^(?:${RULES.path})$`);
const KNOWN = new Map(Object.entries(RULES.measures)), EVIDENCE = new Set(RULES.evidence);

/** A measure and what it is derived from, in the order in which they are computed. */
function chainOf(name, placed = []) {
  if (!placed.includes(name)) {
    for (const table of KNOWN.get(name)[2].filter((one) => KNOWN.has(one))) { chainOf(table, placed); }
    placed.push(name);
  }
  return placed;
}

class Bundle {
  constructor(files, policy) {
    this.files = files;
    this.policy = policy;
    this.told = this.json("bundle.json", NoBundle);
    if (this.told.format !== FORMAT) { throw new NoBundle(`格式为“${this.told.format}”，应为 ${FORMAT}`, `its format is “${this.told.format}”, wanted ${FORMAT}`); }
    this.entries = new Map();
    this.unread = [];
    this.foreign = [];                 // rules of the run that are not this program's
  }

  file(path) {
    const data = this.files.get(path);
    if (!data) { throw new Broken(`缺少 ${path}`, `${path} is missing`); }
    return data;
  }

  json(path, Kind = Broken) {
    let found = null;
    try { found = JSON.parse(textOf(this.files.get(path) || new Uint8Array(), path, path)); } catch (error) { /* said below */ }
    if (found === null || typeof found !== "object" || Array.isArray(found)) { throw new Kind(`${path} 读不出`, `${path} cannot be read`); }
    return found;
  }

  /** Every finding by its key; after one that the rest stands on does not hold, the rest is not checked. */
  async findings() {
    const found = new Map();
    let stopped = false;
    for (const [key, needed, step = key] of [["files", true, "listed"], ["signature", true], ["witnesses", false], ["run", true], ["figure", true], ["input", true], ["submissions", true], ["rows", true], ["rules", true], ["recomputed", false], ["originals", false]]) {
      if (stopped) { found.set(key, { state: "not_checked", zh: "前面有一项不成立或未能核对，因此未核对", en: "something it rests on does not hold or could not be checked, so it was not checked" }); continue; }
      try {
        const [zh, en] = await this[step]();
        found.set(key, { state: "holds", zh, en });
      } catch (error) {
        const told = error instanceof Broken ? error : new Broken(`内容残缺（${error.message}）`, `something is missing (${error.message})`);
        found.set(key, { state: told instanceof NotChecked ? "not_checked" : "fails", zh: told.zh, en: told.en });
        stopped = told instanceof NotChecked ? told.stops : needed;
      }
    }
    return found;
  }

  async listed() {
    const told = new Map(Object.entries(this.told.files));
    const other = [...this.files.keys()].find((path) => path !== "bundle.json" && !told.has(path)) || [...told.keys()].find((path) => !this.files.has(path));
    if (other !== undefined) { throw new Broken(`${other} 与清单不符：多出或缺少`, `${other} is not as the list says: it is missing, or should not be there`); }
    for (const [path, sum] of told) {
      if (!PATH.test(path)) { throw new Broken(`${path} 不属于证明包`, `${path} is no part of a bundle`); }
      if (hex(await sha256(this.files.get(path))) !== sum) { throw new Broken(`${path} 的 SHA-256 与清单不符：文件已被改动`, `${path} does not have the SHA-256 of the list: it was changed`); }
    }
    const readme = utf8(RULES.readme.replaceAll("{id}", () => this.told.figure));
    if (!same(this.file("README.txt"), readme)) { throw new Broken("README.txt 已被改动", "README.txt was changed"); }
    return [`清单所列 ${told.size} 个文件的 SHA-256 全部相符`, `all ${told.size} files have the SHA-256 of the list`];
  }

  async signature() {
    this.signed = proofOf(this.file("run.tlog-proof"));
    const { note, checkpoint } = this.signed;
    const own = this.policy.logs.filter((key) => key.name === checkpoint.origin);
    if (!own.length) { throw new Broken(`检查点来自账本“${checkpoint.origin}”，不是所给公钥的账本`, `the checkpoint is of the log “${checkpoint.origin}”, not of that of the key given`); }
    const { good, unread } = await verified(note, own);
    this.unread.push(...[...unread.keys()].map((key) => key.kind));
    if (!good.size && !own.some((key) => READ.includes(key.kind))) { throw new NotChecked("所给的账本公钥都不是 Ed25519：浏览器只会验证 Ed25519，请一并给出 log.pub 的第一行，或用 qingzhu verify", "none of the log's keys given is of Ed25519, the only kind a browser verifies: give the first line of log.pub too, or use qingzhu verify", true); }
    if (!good.size) { throw new Broken(`没有所给公钥（${joined(new Set(own.map((key) => key.name)))}）的签名，不可采信`, `none of the keys given (${joined(new Set(own.map((key) => key.name)))}) has signed this; do not rely on it`); }
    return [`${checkpoint.origin}，共 ${checkpoint.size} 条，Ed25519 签名成立`, `${checkpoint.origin}, ${checkpoint.size} entries; its Ed25519 signature verifies`];
  }

  async witnesses() {
    const { witnesses } = this.policy, fewest = least(this.policy);
    const { good, unread } = await verified(this.signed.note, witnesses.map((one) => one.key));
    for (const found of [good, unread]) { found.forEach((line, key) => { if (!timeOf(line.signature)) { found.delete(key); } }); }   // a cosignature has a time
    this.unread.push(...[...unread.keys()].map((key) => key.kind));
    if (!witnesses.length) { throw new NotChecked("没有给出见证人公钥：只有账本自己的签名", "no key of a witness was given: only the log itself has signed"); }
    const named = (keys) => new Set(witnesses.filter((one) => keys.has(one.key)).map((one) => one.name));
    const seen = named(good), maybe = new Set([...seen, ...named(unread)]), all = new Set(witnesses.map((one) => one.name));
    const who = joined(new Set([...good.keys()].map((key) => key.name)));
    const zh = `所给 ${all.size} 个见证人中 ${seen.size} 个的联署成立（${who}），法定数 ${fewest}`, en = `of ${counted(all.size, "witness", "witnesses")} given the cosignatures of ${seen.size} verify (${who}), the quorum is ${fewest}`;
    if (!met(this.policy, seen)) {
      if (met(this.policy, maybe)) { throw new NotChecked(`${zh}；另有 ML-DSA-44 联署，浏览器不会验证，请用 qingzhu verify`, `${en}; others cosigned with ML-DSA-44, which a browser does not verify: use qingzhu verify`); }
      throw new Broken(`${zh}：未达法定数`, `${en}: no quorum`);
    }
    const last = [...good.values()].map((line) => timeOf(line.signature)).reduce((one, other) => (other > one ? other : one), 0n);
    if (!good.size) { throw new NotChecked(`${zh}：只有账本自己的签名`, `${en}: only the log itself has signed`); }
    const when = last < 1n << 42n ? new Date(Number(last) * 1000).toISOString().replace("T", " ").slice(0, 16) : null;
    return [`${zh}${when ? `，最近一次 ${when}（UTC）` : ""}`, `${en}${when ? `, the last at ${when} UTC` : ""}`];
  }

  async run() {
    const entry = await this.entry("run", this.signed.index);
    if (entry.kind !== "run" || !entry.run || entry.run.format !== "qingzhu-run/1") { throw new Broken("条目不是一次计算", "the entry is no run"); }
    this.ran = entry.run;
    return [`账本第 ${this.signed.index} 条，项目 ${this.ran.project}，评价日期 ${this.ran.on}`, `entry ${this.signed.index} of the log, project ${this.ran.project}, as of ${this.ran.on}`];
  }

  /** An entry of the bundle, held to its proof and to the one checkpoint. */
  async entry(path, index) {
    const data = this.file(`${path}.json`), proof = proofOf(this.file(`${path}.tlog-proof`)), { checkpoint, note } = this.signed;
    if (proof.note.whole !== note.whole || proof.index !== index) { throw new Broken(`${path} 的证明不在同一检查点`, `the proof of ${path} is not under the same checkpoint`); }
    if (!await included(await leafHash(data), index, checkpoint.size, proof.hashes, checkpoint.root)) { throw new Broken(`${path} 不在账本第 ${index} 条：条目或证明已被改动`, `${path} does not stand at ${index} of the log: it or its proof was changed`); }
    const entry = this.json(`${path}.json`);
    if (entry.format !== "qingzhu-entry/2" || canonical(entry) !== textOf(data, path, path)) { throw new Broken(`${path} 不是规范的存证条目`, `${path} is no entry in its canonical form`); }
    if (whole(entry.position) !== index + 1n) { throw new Broken(`${path} 自称第 ${entry.position} 条记录`, `${path} calls itself record ${entry.position}`); }
    return entry;
  }

  async figure() {
    const line = this.file("figure.json"), { leaf } = this.told, { rows } = this.ran;
    const size = whole(leaf.size);
    if (size !== whole(rows.figures) + whole(rows.verdicts)) { throw new Broken("结果行数与计算所记不符", "the number of lines is not that of the run"); }
    if (!await included(await leafHash(line), whole(leaf.index), size, leaf.hashes.map(ofHex), ofHex(rows.root))) { throw new Broken("数值不是该次计算的结果：数值或证明已被改动", "the figure is none of the run's: it or its proof was changed"); }
    const { figure } = this.json("figure.json");
    if (!isCanonical(textOf(line, "figure.json", "figure.json"))) { throw new Broken("数值行不是规范的 JSON", "the line of the figure is no canonical JSON"); }
    const [name, ...values] = this.told.figure.split(":").map((one, place) => (place ? one.replaceAll("%3A", ":").replaceAll("%25", "%") : one));
    const chain = KNOWN.has(name) ? chainOf(name) : [], { grain } = figure;
    this.foreign = KNOWN.has(name) ? chain.filter((one) => KNOWN.get(one)[0] !== this.ran.measures[one]) : [name];
    this.chain = this.foreign.length ? null : chain;   // what the figure needs is known where its rules are this program's
    const given = this.chain ? KNOWN.get(name)[1].map((column) => grain[column]) : Object.values(grain).sort();
    const told = [figure.id, figure.measure, grain.project, given], wanted = [this.told.figure, name, this.ran.project, this.chain ? values : values.sort()];
    if (canonical(told) !== canonical(wanted)) { throw new Broken("数值的编号、粒度或项目不符", "the figure has another id, grain or project"); }
    this.shown = figure;
    return [`${figure.id} 是该次计算 ${size} 行结果中的第 ${leaf.index + 1} 行`, `${figure.id} is line ${leaf.index + 1} of the run's ${size}`];
  }

  async input() {
    const given = this.ran.input, { checkpoint } = this.signed;
    if (given.origin !== checkpoint.origin || given.size !== this.ran.pin.position) { throw new Broken("输入检查点的账本名称或条数与计算的基准不符", "the input checkpoint is of another log, or not at the pin of the run"); }
    if (!await consistent(whole(given.size), checkpoint.size, ofHex(given.root), checkpoint.root, this.told.input.map(ofHex))) { throw new Broken("输入检查点不是本账本先前的状态", "the input checkpoint is no earlier state of this log"); }
    return [`计算依据账本的前 ${given.size} 条`, `the run stands on the first ${counted(given.size, "entry", "entries")} of the log`];
  }

  /** The tables that the measure and what it is derived from read: of evidence, or of parameters. */
  reads(evidence) {
    return [...new Set(this.chain.flatMap((name) => KNOWN.get(name)[2]))].filter((table) => !KNOWN.has(table) && EVIDENCE.has(table) === evidence).sort();
  }

  /** The tables of which there is a file in a folder. */
  tables(folder) {
    return [...this.files.keys()].filter((path) => path.startsWith(`${folder}/`)).map((path) => path.slice(folder.length + 1, -".parquet".length)).sort();
  }

  async submissions() {
    const given = Object.entries(this.told.evidence);
    if (this.chain && canonical(Object.keys(this.told.evidence).sort()) !== canonical(this.reads(true))) { throw new Broken("所列证据表不是该指标所读的", "the tables of evidence are not those the measure reads"); }
    for (const path of [...this.files.keys()].sort()) {
      const [, number] = /^entries\/(0|[1-9][0-9]*)\.json$/.exec(path) || [];
      if (number === undefined) { continue; }
      if (BigInt(number) >= whole(this.ran.input.size)) { throw new Broken(`第 ${number} 条在输入检查点之后`, `entry ${number} is later than the input checkpoint`); }
      const entry = await this.entry(`entries/${number}`, BigInt(number));
      if (entry.kind !== "submission" || entry.project !== this.ran.project) { throw new Broken(`第 ${number} 条不是本项目的提交`, `entry ${number} is no submission of the project`); }
      this.entries.set(entry.id, entry);
    }
    const missing = given.flatMap(([, ids]) => ids).find((id) => !this.entries.has(id));
    if (missing !== undefined) { throw new Broken(`缺少提交 ${missing.slice(0, 12)} 的存证`, `the entry of submission ${missing.slice(0, 12)} is missing`); }
    for (const [table, ids] of given) {
      const told = this.ran.evidence[table], sum = hex(await sha256(utf8(canonical(ids.map((id) => [id, this.entries.get(id).position])))));
      if (canonical(told) !== canonical({ submissions: ids.length, sha256: sum })) { throw new Broken(`表 ${table} 的提交清单与计算所记不符`, `the submissions of table ${table} are not those of the run`); }
      const places = ids.map((id) => whole(this.entries.get(id).position));
      if (places.some((place, number) => number > 0 && place <= places[number - 1])) { throw new Broken(`表 ${table} 的提交有重复或次序不对`, `submissions of table ${table} are listed twice or out of order`); }
    }
    const superseded = [...this.entries.values()].map((entry) => entry.supersedes).find((id) => this.entries.has(id));
    if (superseded !== undefined) { throw new Broken(`提交 ${superseded.slice(0, 12)} 已被替换而仍计入`, `submission ${superseded.slice(0, 12)} counts and so does the one that supersedes it`); }
    const tables = joined(given.map(([table]) => table));
    return [`${this.entries.size} 次提交，用到的表：${tables}`, `${counted(this.entries.size, "submission", "submissions")}, read for the tables ${tables}`];
  }

  async rows() {
    const held = this.tables("rows"), count = held.length;
    if (canonical(held) !== canonical(Object.keys(this.told.evidence).sort())) { throw new Broken("rows/ 中有多出或缺少的表", "a table in rows/ is missing, or should not be there"); }
    for (const [table, ids] of Object.entries(this.told.evidence)) {
      const unhashed = ids.find((id) => { const { tables } = this.entries.get(id); return Object.hasOwn(tables, table) && !(tables[table].rows === 0 ? tables[table].hash === null : /^[0-9a-f]{64}$/.test(tables[table].hash)); });
      if (unhashed !== undefined) { throw new Broken(`提交 ${unhashed.slice(0, 12)} 的存证没有表 ${table} 的行哈希`, `the entry of submission ${unhashed.slice(0, 12)} has no hash of rows for table ${table}`); }
    }
    throw new NotChecked(`${count} 张表（Parquet）浏览器读不了：行哈希未核对`, `a browser does not read the ${counted(count, "table", "tables")} (Parquet): the hashes of rows were not checked`);
  }

  async rules() {
    const names = this.told.measures, tables = this.tables("parameters"), held = new Set(["measures/vocabulary.toml"]);
    if (this.chain && canonical([names, tables]) !== canonical([this.chain, this.reads(false).filter((table) => Object.hasOwn(this.ran.parameters, table))])) {
      throw new Broken("所列指标或参数表不是该数值所用的", "the measures or parameter tables are not those of the figure");
    }
    const unheld = tables.find((table) => !Object.hasOwn(this.ran.parameters, table));
    if (unheld !== undefined) { throw new Broken(`参数表 ${unheld} 不是计算所用的`, `parameter table ${unheld} is none that the run used`); }
    for (const name of names) {
      const paths = this.measure(name);
      paths.forEach((path) => held.add(path));
      if (hex(await sha256(...paths.map((path) => this.file(path)))) !== this.ran.measures[name]) { throw new Broken(`指标 ${name} 的文件与计算所用的不同`, `the file of ${name} is not the one the run used`); }
    }
    const other = [...this.files.keys()].find((path) => path.startsWith("measures/") && !held.has(path));
    if (other !== undefined) { throw new Broken(`${other} 不是该数值所用的`, `${other} is no file of a measure of the figure`); }
    const vocabulary = hex(await sha256(this.file("measures/vocabulary.toml")));
    if (vocabulary !== this.ran.vocabulary) { throw new Broken("词汇表与计算所用的不同", "the vocabulary is not the one the run used"); }
    if (vocabulary !== RULES.vocabulary) { this.foreign.push("vocabulary"); }
    const own = this.foreign.length ? [`；与本程序的不同：${joined(this.foreign)}`, `; not this program's: ${joined(this.foreign)}`] : ["", ""];
    const zh = `${names.length} 个指标文件及词汇表与计算所用的相同${own[0]}`, en = `${counted(names.length, "file", "files")} of measures and the vocabulary are those of the run${own[1]}`;
    if (tables.length) { throw new NotChecked(`${zh}；${tables.length} 张参数表（Parquet）浏览器读不了，未核对`, `${en}; a browser does not read the ${counted(tables.length, "parameter table", "parameter tables")} (Parquet), not checked`); }
    return [zh, en];
  }

  /** The files of a measure, in the order in which they are hashed: its SQL, or all code of its folder and its contract. */
  measure(name) {
    const paths = [...this.files.keys()].sort();
    const own = paths.filter((path) => /^measures\/[a-z0-9_]+\/[a-z0-9_]+\.(?:sql|toml)$/.test(path) && path.replace(/^.*\/|\..*$/g, "") === name);
    if (own.length !== 1) { throw new Broken(`指标 ${name} 的文件缺少或重复`, `the file of ${name} is missing, or there twice`); }
    const folder = own[0].slice(0, own[0].lastIndexOf("/") + 1);
    return [...(own[0].endsWith(".toml") ? paths.filter((path) => path.startsWith(folder) && path.endsWith(".py")) : []), own[0]];
  }

  async recomputed() {
    if (this.foreign.length) { throw new NotChecked(`本程序的 ${joined(this.foreign)} 与当时不同：请用当时版本的 qingzhu verify 重算`, `this program has another ${joined(this.foreign)} than the run: compute it by qingzhu verify of the version of then`); }
    throw new NotChecked("浏览器里没有计算程序：未重算", "a browser has no program to compute it: it was not computed again");
  }

  async originals() {
    const told = new Map([...this.entries.values()].flatMap((entry) => entry.originals || []).map((one) => [one.sha256, one]));
    const held = [...this.files.keys()].filter((path) => path.startsWith("originals/")).map((path) => path.slice("originals/".length));
    for (const sum of held) {
      if (!told.has(sum) || hex(await sha256(this.file(`originals/${sum}`))) !== sum) { throw new Broken(`原件 ${sum.slice(0, 12)} 与存证不符`, `original ${sum.slice(0, 12)} is not that of its entry`); }
    }
    const rest = told.size - held.length;
    if (rest) { throw new NotChecked(`证明包含 ${held.length} 个原件，另有 ${rest} 个只有哈希：可向提交人索取后核对`, `${held.length} originals are in the bundle, of ${rest} only the hashes: ask who handed them in`); }
    return [`${held.length} 个原件的 SHA-256 与存证相符`, `${counted(held.length, "original has the SHA-256 of its entry", "originals have the SHA-256 of their entries")}`];
  }
}

// ---- the page ---------------------------------------------------------------------------------------------------------------------------

const at = (id) => document.getElementById(id);
const SIGNS = { holds: "✓", fails: "✗", not_checked: "–", busy: "…" };
const STATES = { holds: ["成立", "holds"], fails: ["不成立", "does not hold"], not_checked: ["未核对", "not checked"] };
const TONES = { holds: "tone-of-met", fails: "tone-of-not-met", not_checked: "tone-of-not-applicable", busy: "tone-of-not-applicable" };

/** Words in both languages; the style shows the one of the page. Never as HTML: they hold what files say. */
function both(where, zh, en) {
  where.replaceChildren(...[["zh-CN", zh], ["en", en]].map(([lang, words]) => Object.assign(document.createElement("span"), { lang, textContent: words })));
}

function outcome(state, zh, en, detailZh = "", detailEn = "") {
  at("outcome").hidden = false;
  at("outcome").className = `card ${TONES[state]}`;
  at("outcome").dataset.state = state;
  at("outcome-sign").textContent = SIGNS[state];
  both(at("outcome-words"), zh, en);
  both(at("outcome-detail"), detailZh, detailEn);
}

function clear() {
  at("figure").hidden = true;
  at("findings").hidden = true;
  at("unread").hidden = true;
  at("outcome").hidden = true;
}

function show(bundle, found) {
  const states = [...found.values()].map((one) => one.state), count = (state) => states.filter((one) => one === state).length;
  const tally = [`${count("holds")} 项成立，${count("fails")} 项不成立，${count("not_checked")} 项未核对`, `${count("holds")} hold, ${count("fails")} do not, ${count("not_checked")} were not checked`];
  const witnessed = found.get("witnesses").state === "holds" || least(bundle.policy) === 0;   // a quorum that was asked for is not passed over
  if (count("fails")) {
    outcome("fails", "不成立", "Does not hold", `${tally[0]}。不要采信这个数值。`, `${tally[1]}. Do not rely on this figure.`);
  } else if (found.get("submissions").state !== "holds" || !witnessed || bundle.foreign.length) {
    outcome("not_checked", "未能核对", "Could not be checked", `${tally[0]}。`, `${tally[1]}.`);
  } else {
    const rest = ["数据行是否被改动、数值是否由其算得，本页未看：请用 qingzhu verify 核对。", "Whether the rows were changed, and whether the figure follows from them, was not looked at here: that takes qingzhu verify."];
    outcome("holds", "本页所核对的均成立", "What this page checks holds", `${tally[0]}。${rest[0]}`, `${tally[1]}. ${rest[1]}`);
  }
  for (const [key, one] of found) {
    const row = document.querySelector(`[data-finding="${key}"]`);
    row.className = TONES[one.state];
    row.dataset.state = one.state;
    row.querySelector(".sign").textContent = SIGNS[one.state];
    both(row.querySelector(".tags"), ...STATES[one.state]);
    both(row.querySelector(".words"), one.zh, one.en);
  }
  at("findings").hidden = false;
  showFigure(bundle, found);
  const kinds = [...new Set(bundle.unread)].map((kind) => `${kind} × ${bundle.unread.filter((one) => one === kind).length}`).join(", ");
  at("unread").hidden = !kinds;
  both(at("unread"), `所给公钥在检查点上的这些签名：${kinds}。`, `These signatures on the checkpoint, by keys that were given: ${kinds}.`);
}

function showFigure(bundle, found) {
  at("figure").hidden = found.get("figure").state !== "holds" || [...found.values()].some((one) => one.state === "fails");
  if (at("figure").hidden) { return; }
  const { shown, ran, signed } = bundle;
  const facts = { id: shown.id, value: shown.value === null ? `— (${shown.gap})` : `${shown.value} ${shown.unit}`, high: shown.high === null ? "—" : `${shown.high} ${shown.unit}`, coverage: shown.coverage === null ? "—" : `${shown.coverage} %`, project: ran.project, on: ran.on, origin: signed.checkpoint.origin, entry: `${signed.index}`, root: hex(signed.checkpoint.root) };
  for (const [name, words] of Object.entries(facts)) { at(`figure-${name}`).textContent = words; }
}

const chosen = { file: null };

function choose(file) {
  chosen.file = file;
  both(at("chosen"), `${file.name}（${file.size.toLocaleString("en")} 字节）`, `${file.name} (${file.size.toLocaleString("en")} bytes)`);
  clear();
}

async function check() {
  clear();
  let reading = false;
  try {
    if (!globalThis.crypto || !crypto.subtle || typeof DecompressionStream === "undefined") { throw new Broken("这个浏览器缺少 WebCrypto 或 DecompressionStream，或本页不是从文件、https 打开的", "this browser lacks WebCrypto or DecompressionStream, or the page was opened neither from a file nor by https"); }
    if (!chosen.file) { throw new Broken("请先选择证明包", "choose a bundle first"); }
    if (chosen.file.size > LARGEST) { throw new NoBundle("大于 1 GiB，请用 qingzhu verify 核对", "it is larger than 1 GiB: use qingzhu verify"); }
    const text = at("policy").value;
    const policy = text.trim() ? await policyOf(text) : await policyOfKeys(at("log").value, at("witness").value, at("quorum").value.trim());
    if (!policy.logs.length) { throw new Broken("请给出账本公钥：没有可信的公钥，什么也核对不了", "give the log's public key: nothing is checked without a key you trust"); }
    outcome("busy", "正在核对……", "Checking …");
    reading = true;
    const bundle = new Bundle(await unzipped(new Uint8Array(await chosen.file.arrayBuffer())), policy);
    show(bundle, await bundle.findings());
  } catch (error) {
    const told = error instanceof Broken ? error : new Broken(`读不出：${error.message}`, `it cannot be read: ${error.message}`);
    const end = told instanceof NoBundle ? ["", ""] : ["。", "."];
    outcome(...(reading || told instanceof NoBundle ? ["fails", "不成立", "Does not hold"] : ["not_checked", "还不能核对", "Nothing was checked yet"]), told.zh + end[0], told.en + end[1]);
  }
  at("outcome").scrollIntoView({ block: "nearest" });
}

at("file").addEventListener("change", () => { if (at("file").files.length) { choose(at("file").files[0]); } });
at("check").addEventListener("click", check);
at("language").addEventListener("click", () => { document.documentElement.lang = document.documentElement.lang === "en" ? "zh-CN" : "en"; });
addEventListener("dragover", (event) => event.preventDefault());
addEventListener("drop", async (event) => {
  const file = event.dataTransfer && event.dataTransfer.files[0];
  if (!file) { return; }
  event.preventDefault();
  if (event.target.tagName === "TEXTAREA") { event.target.value = await file.text(); } else { choose(file); }
});
