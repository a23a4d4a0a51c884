// SPDX-License-Identifier: EUPL-1.2
// Section 4: the envelope, opened as far as its statement (steps 1 to 7) and made.
import { ascii, b64, concat, isText, KID, pad, refuse, same, unb64, unb64of } from "./bytes.mjs";
import { decrypt, derive, encrypt, random, SUITES, unwrap, wrap } from "./crypto.mjs";
import { members, parse } from "./json.mjs";

/** @typedef {import("./json.mjs").Json} Json */
/** @typedef {import("./keys.mjs").PublicKey} PublicKey */
/** @typedef {import("./keys.mjs").PrivateKey} PrivateKey */
/** @typedef {{kid: string | null, ek: Uint8Array, encryptedKey: Uint8Array}} Entry */
/** @typedef {{suite: import("./crypto.mjs").Suite, aad: Uint8Array, kc: Uint8Array, kcText: string, entries: Entry[],
 *   iv: Uint8Array, content: Uint8Array}} Envelope */

const MOST_BYTES = 4 * 2 ** 20;
const MOST_HEADER_BYTES = 1024;
const MOST_ENTRIES = 16;
const WORDS = { enc: "A256GCM", typ: "kgbx-envelope+jwe", cty: "kgbx-manifest+jws" };
const SPACE = 0x20;

/** The key commitment. @param {Uint8Array} cek */
export function commitment(cek) {
  return derive(cek, "kgbx/1 key commitment", ascii("A256GCM"));
}

/**
 * Steps 1 to 4.
 * @param {Uint8Array} bytes
 * @param {string[]} algs of the reader's keys: another is refused by form (KGBX-E-075)
 * @returns {Envelope}
 */
export function readEnvelope(bytes, algs) {
  if (bytes.length > MOST_BYTES) return refuse("E_TOO_LARGE");
  const found = members(parse(bytes), "protected recipients iv ciphertext tag");
  const rows = readRows(found["recipients"]);
  const { suite, kcText } = readHeader(found["protected"], algs);
  const kc = unb64of(kcText, 32);
  const entries = (rows ?? []).map((row) => ({
    kid: /** @type {Json | undefined} */ (row["kid"]),
    ek: unb64of(row["ek"], suite.ek),
    encryptedKey: unb64of(row["encrypted_key"], 48),
  }));
  const [iv, ciphertext, tag] = [unb64of(found["iv"], 12), unb64(found["ciphertext"]), unb64of(found["tag"], 16)];
  const aad = ascii(/** @type {string} */ (found["protected"]));
  const content = concat(ciphertext, tag);
  return { suite, aad, kc, kcText: /** @type {string} */ (kcText), entries: judgeKids(entries), iv, content };
}

/**
 * Members of the entries; a list that is none is judged with their number.
 * @param {Json | undefined} value
 */
function readRows(value) {
  if (!Array.isArray(value)) return null;
  return value.map((row) => {
    const entry = members(row, "header encrypted_key");
    return Object.assign(Object.create(null), entry, members(entry["header"], "ek", "kid"));
  });
}

/**
 * @param {Json | undefined} text
 * @param {string[]} algs
 */
function readHeader(text, algs) {
  const bytes = unb64(text);
  if (bytes.length > MOST_HEADER_BYTES) return refuse("E_LENGTH");
  const head = members(parse(bytes), "alg enc typ cty kc");
  const suite = SUITES.find((one) => one.alg === head["alg"] && algs.includes(one.alg));
  if (!suite || Object.entries(WORDS).some(([name, word]) => head[name] !== word)) return refuse("E_SUITE");
  return { suite, kcText: head["kc"] };
}

/**
 * @param {{kid: Json | undefined, ek: Uint8Array, encryptedKey: Uint8Array}[]} rows
 * @returns {Entry[]}
 */
function judgeKids(rows) {
  if (rows.length < 1 || rows.length > MOST_ENTRIES) return refuse("E_RECIPIENTS");
  if (rows.every((row) => row.kid === undefined)) return rows.map((row) => ({ ...row, kid: null }));
  const kids = rows.map(({ kid }) => (isText(kid, KID) ? kid : refuse("E_RECIPIENTS")));
  if (new Set(kids).size !== kids.length) return refuse("E_RECIPIENTS");
  return rows.map((row, n) => ({ ...row, kid: kids[n] ?? null }));
}

/**
 * Steps 5 to 7: the content key, the kid of the key that opened, and the statement.
 * @param {Envelope} envelope
 * @param {PrivateKey[]} keys of the reader, of this suite
 */
export async function openEnvelope(envelope, keys) {
  const anonymous = envelope.entries.every((entry) => entry.kid === null);
  const { cek, kid } = anonymous ? await tryAll(envelope, keys) : await openOwn(envelope, keys);
  if (cek.length !== 32 || !same(commitment(cek), envelope.kc)) return refuse("E_DECRYPT");
  const padded = decrypt(cek, envelope.iv, envelope.content, "E_DECRYPT", envelope.aad);
  let end = padded.length;
  while (padded[end - 1] === SPACE) end -= 1;
  return { cek, kid, statement: padded.subarray(0, end) };
}

/**
 * @param {Envelope} envelope
 * @param {PrivateKey[]} keys
 */
async function openOwn({ entries, suite }, keys) {
  for (const { kid, ek, encryptedKey } of entries) {
    const key = keys.find((one) => one.kid === kid);
    if (key) return { kid: key.kid, cek: await unwrap(suite, key.seed, ek, encryptedKey) };
  }
  return refuse("E_NOT_FOR_ME");
}

/**
 * @param {Envelope} envelope
 * @param {PrivateKey[]} keys
 */
async function tryAll({ entries, suite }, keys) {
  for (const { ek, encryptedKey } of entries) {
    for (const key of keys) {
      const cek = await unwrap(suite, key.seed, ek, encryptedKey).catch(() => null);
      if (cek) return { kid: key.kid, cek };
    }
  }
  return refuse("E_NOT_FOR_ME");
}

/**
 * Section 4.1, steps 2 to 5.
 * @param {import("./crypto.mjs").Suite} suite
 * @param {Uint8Array} cek
 * @param {Uint8Array} statement
 * @param {PublicKey[]} keys of the addressees
 * @param {boolean} anonymous
 */
export async function makeEnvelope(suite, cek, statement, keys, anonymous) {
  const head = { alg: suite.alg, ...WORDS, kc: b64(commitment(cek)) };
  const text = b64(ascii(JSON.stringify(head)));
  const recipients = [];
  for (const key of keys) {
    const { ek, encryptedKey } = await wrap(suite, key.raw, cek);
    const header = anonymous ? { ek: b64(ek) } : { kid: key.kid, ek: b64(ek) };
    recipients.push({ header, encrypted_key: b64(encryptedKey) });
  }
  const padded = new Uint8Array(pad(statement.length)).fill(SPACE);
  padded.set(statement);
  const iv = random(12);
  const sealed = encrypt(cek, iv, padded, ascii(text));
  const [ciphertext, tag] = [b64(sealed.subarray(0, -16)), b64(sealed.subarray(-16))];
  return ascii(JSON.stringify({ protected: text, recipients, iv: b64(iv), ciphertext, tag }));
}
