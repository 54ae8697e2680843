"use strict";
// Checks a proof bundle as docs/spec/bundle.md has it. Nothing in a bundle is trusted before it is hashed by something that is,
// down from a checkpoint signed by a key that the person at the page gave. Sizes and indices of trees are BigInt, hashes Uint8Array.

const FORMAT = "qingzhu-bundle/1";
const LARGEST = 1 << 30;               // a bundle that unpacks to more is left to the command line [byte]
const MOST_FILES = 65534;
const LONGEST_NOTE = 1000000;
const MOST_SIGNATURES = 100;
const MOST_HASHES = 63;

/** Something does not hold, in both languages. */
class Broken extends Error { constructor(zh, en) { super(en); this.zh = zh; this.en = en; } }
/** Something was not looked at; `stops` where all that follows rests on it. */
class NotChecked extends Broken { constructor(zh, en, stops = false) { super(zh, en); this.stops = stops; } }
/** The file is no bundle at all. */
class NoBundle extends Broken { constructor(zh, en) { super(`这不是完好的证明包：${zh}。`, `This is no sound proof bundle: ${en}.`); } }

// ---- bytes ------------------------------------------------------------------------------------------------------------------

const utf8 = (text) => new TextEncoder().encode(text);
const hex = (data) => Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");
const same = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);
const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", parts.length === 1 ? parts[0] : concatenated(parts)));
const encoded = (data) => btoa(Array.from(data, (byte) => String.fromCharCode(byte)).join(""));

function concatenated(parts) {
  const found = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) { found.set(part, at); at += part.length; }
  return found;
}

/** Text of UTF-8 bytes; a byte order mark stays, so that the same text gives the same bytes. */
function textOf(data, zh, en) {
  try { return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data); } catch (error) { throw new Broken(`${zh}不是 UTF-8`, `${en} is not UTF-8`); }
}

/** Bytes of canonical base64; null for any other text, so that a note has one spelling only. */
function decoded(text) {
  if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(text)) { return null; }
  const data = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  return encoded(data) === text ? data : null;
}

function ofHex(text) {
  if (typeof text !== "string" || !/^(?:[0-9a-f]{2})*$/.test(text)) { throw new Broken("有一个哈希不是十六进制", "a hash is not hexadecimal"); }
  return Uint8Array.from(text.match(/../g) || [], (pair) => parseInt(pair, 16));
}

/** A whole number that JSON holds exactly. */
function whole(value) {
  if (!Number.isSafeInteger(value) || value < 0) { throw new Broken(`“${value}”不是整数`, `${value} is no whole number`); }
  return BigInt(value);
}

/** JSON with sorted keys and no blanks, of whole numbers only: the same value gives the same bytes. */
function canonical(value) {
  if (Array.isArray(value)) { return `[${value.map(canonical).join(",")}]`; }
  if (value !== null && typeof value === "object") { return `{${Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${canonical(value[key])}`).join(",")}}`; }
  if (typeof value === "number") { whole(Math.abs(value)); }
  if (typeof value === "string" && /\p{Surrogate}/u.test(value)) { throw new Broken("有一个字符只有一半", "half a letter stands in it"); }
  return JSON.stringify(value);
}

/** Whether a text is JSON in its one spelling, numbers too, which are written as Python writes them. */
function isCanonical(text) {
  const numbers = [], plain = text.replace(/"(?:[^"\\]|\\.)*"|-?[0-9][0-9.eE+-]*/g, (token) => (token[0] === '"' ? token : `${numbers.push(token) - 1}`));
  try { return canonical(JSON.parse(plain)) === plain && numbers.every((token) => token === numberSpelt(token)); } catch (error) { return false; }
}

function numberSpelt(token) {
  if (/^-?[0-9]+$/.test(token)) { return `${BigInt(token)}`; }
  const value = Number(token), [digits, power] = value.toExponential().split("e");
  if (!Number.isFinite(value)) { return null; }
  if (Number(power) < -4 || Number(power) >= 16) { return `${digits}e${power[0]}${power.slice(1).padStart(2, "0")}`; }
  return `${Object.is(value, -0) ? "-" : ""}${value}${Number.isInteger(value) ? ".0" : ""}`;
}

// ---- ZIP: central directory, stored and deflate; anything unusual is refused ------------------------------------------------------

const CRC = Uint32Array.from({ length: 256 }, (_, start) => { let crc = start; for (let bit = 0; bit < 8; bit++) { crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1; } return crc; });
function crc32(data) {
  let crc = 0xffffffff;
  for (let at = 0; at < data.length; at++) { crc = CRC[(crc ^ data[at]) & 255] ^ (crc >>> 8); }
  return (crc ^ 0xffffffff) >>> 0;
}

/** The files of a ZIP by path. A ZIP of ours is its files one after another and their list: no byte before, between or behind them. */
async function unzipped(data) {
  const view = new DataView(data.buffer, data.byteOffset, data.length), end = data.length - 22;
  if (end < 0 || view.getUint32(end, true) !== 0x06054b50) { throw new NoBundle("找不到 ZIP 的目录：文件被截短，后面有多余的字节，或不是 ZIP", "it has no ZIP directory at its end: it was cut short, has stray bytes behind it, or is no ZIP file"); }
  const count = view.getUint16(end + 10, true), size = view.getUint32(end + 12, true), start = view.getUint32(end + 16, true);
  if (count > MOST_FILES || size === 0xffffffff || start === 0xffffffff) { throw new NoBundle("文件过多或过大，请用 qingzhu verify 核对", "it holds too much for a browser: use qingzhu verify"); }
  if (start + size !== end || view.getUint32(end + 4, true) || view.getUint16(end + 8, true) !== count || view.getUint16(end + 20, true)) { throw new NoBundle("ZIP 目录残缺，文件可能被截短", "its ZIP directory is damaged; it may have been cut short"); }
  const entries = [];
  let at = start, total = 0, expected = 0;
  for (let number = 0; number < count; number++) {
    if (at + 46 > end || view.getUint32(at, true) !== 0x02014b50) { throw new NoBundle("ZIP 目录残缺", "its ZIP directory is damaged"); }
    const entry = { flags: view.getUint16(at + 8, true), method: view.getUint16(at + 10, true), crc: view.getUint32(at + 16, true), packed: view.getUint32(at + 20, true), size: view.getUint32(at + 24, true), offset: view.getUint32(at + 42, true) };
    entry.name = data.subarray(at + 46, at + 46 + view.getUint16(at + 28, true));
    entry.header = concatenated([Uint8Array.of(0x50, 0x4b, 3, 4), data.subarray(at + 6, at + 32), entry.name]);   // what its file must begin with
    if (view.getUint32(at + 30, true)) { throw new NoBundle("ZIP 目录夹带其他内容", "its ZIP directory holds extra fields or comments"); }
    at += 46 + entry.name.length;
    total += entry.size;
    entries.push(entry);
  }
  if (at !== end) { throw new NoBundle("ZIP 目录残缺", "its ZIP directory is damaged"); }
  if (total > LARGEST) { throw new NoBundle("解开后超过 1 GiB，请用 qingzhu verify 核对", "it unpacks to more than 1 GiB: use qingzhu verify"); }
  const files = new Map();
  for (const entry of entries) {
    const path = textOf(entry.name, "文件名", "a name of a file");
    if (files.has(path)) { throw new NoBundle(`有两个文件都叫 ${path}`, `two of its files are called ${path}`); }
    if (entry.offset !== expected) { throw new NoBundle(`${path} 前后有多余的字节`, `there are stray bytes around ${path}`); }
    const body = entry.offset + entry.header.length;
    expected = body + entry.packed;
    if (expected > start || !same(data.subarray(entry.offset, body), entry.header)) { throw new NoBundle(`${path} 的 ZIP 文件头与目录不符`, `the ZIP header of ${path} does not agree with the directory`); }
    files.set(path, await unpacked(entry, data.subarray(body, expected), path));
  }
  if (expected !== start) { throw new NoBundle("ZIP 目录前有多余的字节", "there are stray bytes before its ZIP directory"); }
  return files;
}

async function unpacked(entry, data, path) {
  if (entry.flags || ![0, 8].includes(entry.method)) { throw new NoBundle(`${path} 的压缩方式不认识`, `${path} is packed in a way this page does not read`); }
  // deflate gives at most 1032 bytes for one: what says more is refused before memory is taken for it
  if (entry.method === 0 ? entry.size !== entry.packed : entry.size > 1032 * entry.packed) { throw new NoBundle(`${path} 的大小不可能`, `the size of ${path} is impossible`); }
  const found = entry.method === 0 ? data : await inflated(data, entry.size, path);
  if (crc32(found) !== entry.crc) { throw new NoBundle(`${path} 已损坏`, `${path} is damaged`); }
  return found;
}

async function inflated(data, size, path) {
  const found = new Uint8Array(size);
  const reader = new Blob([data]).stream().pipeThrough(new DecompressionStream("deflate-raw")).getReader();
  let at = 0;
  try {
    for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
      found.set(value, at);            // throws where there is more than was said
      at += value.length;
    }
  } catch (error) { reader.cancel().catch(() => {}); at = -1; }
  if (at !== size) { throw new NoBundle(`${path} 解不开，已损坏`, `${path} cannot be unpacked, it is damaged`); }
  return found;
}

// ---- keys and policies: c2sp.org/signed-note, c2sp.org/tlog-policy -----------------------------------------------------------------

const SM2 = utf8("qingzhu/sm2-with-sm3/v1");
const KINDS = [["Ed25519", [1], 32], ["cosignature", [4], 32], ["ML-DSA-44", [6], 1312], ["SM2", [255, ...SM2], 65]];
const READ = ["Ed25519", "cosignature"];     // what WebCrypto verifies: both are Ed25519, over different messages
const COSIGN = ["cosignature", "ML-DSA-44"];
const isName = (name) => name !== "" && !/[\s\u0000-\u001f\u0085+]/u.test(name);

async function keyOf(line) {
  const shown = line.length > 60 ? `${line.slice(0, 60)}…` : line;
  if (line.startsWith("PRIVATE+KEY+")) { throw new Broken("这是私钥，谁都不应给：请给 log.pub 里的公钥", "This is a private key, which nobody should hand out: give the public keys of log.pub"); }
  const [, name, id, body] = /^([^+]*)\+([^+]*)\+(.*)$/su.exec(line) || [];
  const data = body === undefined ? null : decoded(body);
  if (data === null || !isName(name)) { throw new Broken(`“${shown}”不是公钥：一行公钥为“名称+编号+base64”`, `“${shown}” is no public key: a line is “name+id+base64”`); }
  const kind = KINDS.find(([, mark]) => same(data.subarray(0, mark.length), Uint8Array.from(mark)));
  if (!kind) { throw new Broken(`“${shown}”的密钥类型不认识`, `the kind of key “${shown}” is not known`); }
  const public_ = data.subarray(kind[1].length);
  const right = hex((await sha256(utf8(`${name}\n`), data)).subarray(0, 4));
  if (public_.length !== kind[2] || right !== id) { throw new Broken(`公钥“${shown}”与其编号不符：可能抄错了`, `the id of the key “${shown}” is not that of the key: it may be miscopied`); }
  return { name, id, kind: kind[0], public: public_ };
}

async function keysOf(text) {
  const found = new Map();
  for (const line of text.split(/\r?\n/).map((one) => one.trim()).filter((one) => one && !one.startsWith("#"))) {
    const key = await keyOf(line);
    found.set(line, key);
  }
  return [...found.values()];
}

/** Keys of the right kinds; no log is its own witness, no key is two witnesses. */
function hold(logs, witnesses) {
  const strange = witnesses.find((key) => !COSIGN.includes(key.kind)), cosigner = logs.find((key) => key.kind === "cosignature");
  if (strange) { throw new Broken(`“${strange.name}”的公钥不是见证密钥：它签的不是见证签名`, `the key of “${strange.name}” is none to cosign with`); }
  if (cosigner) { throw new Broken(`“${cosigner.name}”的公钥是见证密钥，不是账本密钥`, `the key of “${cosigner.name}” is one to cosign with, none of a log`); }
  const itself = witnesses.find((key) => logs.some((one) => one.name === key.name || same(one.public, key.public)));
  if (itself) { throw new Broken(`“${itself.name}”是账本自己：账本不能见证自己`, `“${itself.name}” is the log itself, and no log is its own witness`); }
  const twice = witnesses.find((key) => witnesses.some((one) => one.name !== key.name && same(one.public, key.public)));
  if (twice) { throw new Broken(`“${twice.name}”的公钥另有一个名称：一把公钥是一个见证人`, `the key of “${twice.name}” stands there under another name: one key is one witness`); }
}

/** The policy that any so many of the witnesses are enough; a witness with two keys is one. */
async function policyOfKeys(logs, witnesses, quorum) {
  const keys = await keysOf(witnesses), own = await keysOf(logs);
  hold(own, keys);
  const names = [...new Set(keys.map((key) => key.name))];
  if (quorum !== "" && !/^\d{1,3}$/.test(quorum)) { throw new Broken("法定见证数须为整数", "the quorum must be a whole number"); }
  const least = quorum === "" ? names.length : Number(quorum);
  if (least > names.length) { throw new Broken(`法定见证数为 ${least}，见证人只有 ${names.length} 个`, `the quorum is ${least}, there are ${names.length} witnesses`); }
  const member = (name) => `${name}+`;   // no key has such a name: a witness called quorum or none is a witness
  return { logs: own, witnesses: keys.map((key) => ({ name: member(key.name), key })), groups: new Map([["quorum", [least, names.map(member)]]]), quorum: "quorum" };
}

async function policyOf(text) {
  if (/[\u0000-\u0008\u000b-\u001f\u007f]/.test(text)) { throw new Broken("信任策略含有控制字符", "the policy holds control characters"); }
  const logs = [], witnesses = [], groups = new Map(), taken = new Set();   // a name is a member once: nobody counts twice
  let quorum = null;
  for (const [at, line] of text.split("\n").entries()) {
    const wrong = (zh, en) => new Broken(`信任策略第 ${at + 1} 行${zh}`, `line ${at + 1} of the policy ${en}`);
    const [kind, ...rest] = line.split(/[ \t]+/).filter((word) => word);
    if (kind === undefined || kind.startsWith("#")) { continue; }
    const names = new Set([...witnesses.map((one) => one.name), ...groups.keys()]);
    const fresh = rest.length > 0 && !names.has(rest[0]) && rest[0] !== "none";
    const add = async (list, name, key) => {
      if (list.some((one) => same(one.key.public, key.public))) { throw wrong("的密钥重复", "has a key that stands there already"); }
      list.push({ name: name || key.name, key });
    };
    if (kind === "log" && [1, 2].includes(rest.length)) {
      await add(logs, "", await keyOf(rest[0]));
    } else if (kind === "witness" && [2, 3].includes(rest.length) && fresh) {
      await add(witnesses, rest[0], await keyOf(rest[1]));
    } else if (kind === "group" && rest.length > 2 && fresh && rest.slice(2).every((one, place, all) => names.has(one) && !taken.has(one) && all.indexOf(one) === place)) {
      const members = rest.slice(2), least = rest[1] === "all" ? members.length : rest[1] === "any" ? 1 : /^\d{1,4}$/.test(rest[1]) ? Number(rest[1]) : 0;
      if (least < 1 || least > members.length) { throw wrong("的门槛不成立", "has a threshold that makes no sense"); }
      groups.set(rest[0], [least, members]);
      members.forEach((one) => taken.add(one));
    } else if (kind === "quorum" && rest.length === 1 && quorum === null && (names.has(rest[0]) || rest[0] === "none")) {
      quorum = rest[0];
    } else { throw wrong("不成立", "makes no sense"); }
  }
  if (quorum === null) { throw new Broken("信任策略缺少 quorum 行", "the policy has no quorum line"); }
  hold(logs.map((one) => one.key), witnesses.map((one) => one.key));
  return { logs: logs.map((one) => one.key), witnesses, groups, quorum };
}

function met(policy, names, name = policy.quorum) {
  const group = policy.groups.get(name);
  return group ? group[1].filter((member) => met(policy, names, member)).length >= group[0] : name === "none" || names.has(name);
}

function least(policy, name = policy.quorum) {
  const group = policy.groups.get(name);
  if (!group) { return name === "none" ? 0 : 1; }
  return group[1].map((member) => least(policy, member)).sort((one, other) => one - other).slice(0, group[0]).reduce((sum, one) => sum + one, 0);
}

// ---- notes, checkpoints, proofs: c2sp.org/signed-note, tlog-checkpoint, tlog-proof ---------------------------------------------------

const malformed = (zh, en) => new Broken(`签名文本格式不对：${zh}，不可采信`, `the note is malformed: ${en}; do not rely on it`);

function noteOf(text) {
  if (utf8(text).length > LONGEST_NOTE) { throw malformed("过长", "it is too long"); }
  if (/[\u0000-\u0009\u000b-\u001f]/.test(text)) { throw malformed("含有控制字符", "it holds control characters"); }
  const end = text.lastIndexOf("\n\n");
  if (end < 0 || !text.endsWith("\n")) { throw malformed("没有以空行隔开的签名行，或末尾没有换行", "it has no blank line before its signatures, or ends without a newline"); }
  const lines = text.slice(end + 2).split("\n").slice(0, -1);
  if (lines.length < 1 || lines.length > MOST_SIGNATURES) { throw malformed(`有 ${lines.length} 行签名`, `it has ${lines.length} signature lines`); }
  return { whole: text, text: text.slice(0, end + 1), signatures: lines.map(signatureOf) };
}

function signatureOf(line) {
  const [, name, body] = /^\u2014 ([^ ]+) (.*)$/u.exec(line) || [];
  if (body === undefined || !isName(name)) { throw malformed("签名行不是“— 名称 base64”", "a signature line is not “— name base64”"); }
  const data = decoded(body);
  if (data === null || data.length < 5) { throw malformed("签名行不是规范的 base64", "a signature line holds no canonical base64"); }
  return { name, id: hex(data.subarray(0, 4)), signature: data.subarray(4) };
}

/** A number as checkpoints and proofs write it: decimal, no sign, no leading zero, below 2^63. */
function numberOf(text) {
  if (!/^(?:0|[1-9][0-9]{0,18})$/.test(text) || BigInt(text) >= 1n << 63n) { throw malformed("数字格式不对或过大", "a number is not decimal, has leading zeros or is too large"); }
  return BigInt(text);
}

function checkpointOf(text) {
  const lines = text.split("\n");
  if (lines.length < 4 || lines.pop() !== "" || lines.some((line) => line === "")) { throw malformed("检查点须有来源、条数、根三行", "a checkpoint has lines for origin, size and root"); }
  const root = decoded(lines[2]);
  if (root === null || root.length !== 32) { throw malformed("检查点的根不是 32 字节的 base64", "the root of the checkpoint is no base64 of 32 bytes"); }
  return { origin: lines[0], size: numberOf(lines[1]), root };
}

function proofOf(data) {
  const text = textOf(data, "证明", "a proof"), end = text.indexOf("\n\n");
  const lines = end < 0 ? [] : text.slice(0, end).split("\n");
  if (lines.shift() !== "c2sp.org/tlog-proof@v1") { throw malformed("证明须以 c2sp.org/tlog-proof@v1 开头", "a proof begins with c2sp.org/tlog-proof@v1"); }
  if (lines.length && lines[0].startsWith("extra ") && decoded(lines.shift().slice(6)) === null) { throw malformed("extra 行不是 base64", "the extra line holds no base64"); }
  if (!lines.length || !lines[0].startsWith("index ")) { throw malformed("证明没有 index 行", "the proof has no index line"); }
  const index = numberOf(lines.shift().slice(6)), hashes = lines.map(decoded);
  if (hashes.length > MOST_HASHES || hashes.some((hash) => hash === null || hash.length !== 32)) { throw malformed("证明中有一行不是哈希", "a line of the proof is no hash"); }
  const note = noteOf(text.slice(end + 2));
  return { index, hashes, note, checkpoint: checkpointOf(note.text) };
}

async function ed25519(key, signature, message) {
  let imported;
  try {
    imported = await crypto.subtle.importKey("raw", key.public, { name: "Ed25519" }, false, ["verify"]);
  } catch (error) {
    if (error.name === "NotSupportedError") { throw new NotChecked("这个浏览器不会验证 Ed25519 签名，请换新版浏览器或用 qingzhu verify", "this browser does not verify Ed25519: use a newer one, or qingzhu verify", true); }
    return false;
  }
  return signature.length === 64 && crypto.subtle.verify({ name: "Ed25519" }, imported, signature, message);
}

/** Whether a signature of a key that WebCrypto can read verifies. */
async function verifies(key, note, signature) {
  if (key.kind === "Ed25519") { return ed25519(key, signature, utf8(note.text)); }
  return signature.length === 72 && timeOf(signature) < 1n << 63n && ed25519(key, signature.subarray(8), utf8(`cosignature/v1\ntime ${timeOf(signature)}\n${note.text}`));
}

const timeOf = (signature) => new DataView(signature.buffer, signature.byteOffset, 8).getBigUint64(0);

/** The signatures of known keys: those that verify, and those of kinds that only the command line reads. */
async function verified(note, keys) {
  const good = new Map(), unread = new Map();
  for (const line of note.signatures) {
    const key = keys.find((one) => one.name === line.name && one.id === line.id);
    if (!key) { continue; }
    if (!READ.includes(key.kind)) { unread.set(key, line); continue; }
    if (!await verifies(key, note, line.signature)) { throw new Broken(`${key.name} 的签名不成立：文本或签名已被改动，不可采信`, `the signature of ${key.name} does not verify: the text or the signature was changed. Do not rely on it`); }
    good.set(key, line);
  }
  return { good, unread };
}

// ---- Merkle trees: RFC 6962, verification of RFC 9162, 2.1.3.2 and 2.1.4.2 ------------------------------------------------------------

const leafHash = (data) => sha256(Uint8Array.of(0), data);
const nodeHash = (left, right) => sha256(Uint8Array.of(1), left, right);

async function included(leaf, index, size, proof, root) {
  if (index >= size || ![leaf, root, ...proof].every((hash) => hash.length === 32)) { return false; }
  let at = index, last = size - 1n, found = leaf;
  for (const sibling of proof) {
    if (last === 0n) { return false; }
    if (at & 1n || at === last) {
      found = await nodeHash(sibling, found);
      while (!(at & 1n) && at) { at >>= 1n; last >>= 1n; }
    } else { found = await nodeHash(found, sibling); }
    at >>= 1n; last >>= 1n;
  }
  return last === 0n && same(found, root);
}

async function consistent(old, size, oldRoot, root, proof) {
  if (old > size || ![oldRoot, root, ...proof].every((hash) => hash.length === 32)) { return false; }
  if (old === size) { return proof.length === 0 && same(oldRoot, root); }
  if (old === 0n) { return proof.length === 0 && same(oldRoot, await sha256()); }
  const path = old & (old - 1n) ? [...proof] : [oldRoot, ...proof];   // a complete old tree is a node of the new one
  if (!path.length) { return false; }
  let at = old - 1n, last = size - 1n;
  while (at & 1n) { at >>= 1n; last >>= 1n; }
  let first = path[0], second = path[0];
  for (const sibling of path.slice(1)) {
    if (last === 0n) { return false; }
    if (at & 1n || at === last) {
      first = await nodeHash(sibling, first); second = await nodeHash(sibling, second);
      while (!(at & 1n) && at) { at >>= 1n; last >>= 1n; }
    } else { second = await nodeHash(second, sibling); }
    at >>= 1n; last >>= 1n;
  }
  return last === 0n && same(first, oldRoot) && same(second, root);
}
