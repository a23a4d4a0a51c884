// SPDX-License-Identifier: EUPL-1.2
// Section 5.1: statements, with two signatures each, or several pairs of them in a directory.
import { ascii, b64, refuse, unb64, unb64of } from "./bytes.mjs";
import { SIGNATURES } from "./crypto.mjs";
import { members, parse } from "./json.mjs";

/** @typedef {import("./json.mjs").Json} Json */
/** @typedef {import("./keys.mjs").PublicKey} PublicKey */
/** @typedef {import("./keys.mjs").PrivateKey} PrivateKey */
/** @typedef {{alg: string, kid: string, input: Uint8Array, signature: Uint8Array}} Signature */
/** @typedef {{payload: Uint8Array, signatures: Signature[]}} Statement */

const MOST_HEADER_BYTES = 512;

/**
 * The form of a statement: members, number, headers, algorithms, lengths. No signature is verified.
 * @param {Uint8Array} bytes
 * @param {string} typ
 * @param {string | string[]} post the post-quantum algorithm, or those of which any one is right
 * @param {{pairs?: number[], most: number}} bounds numbers of pairs that are right; bytes of payload
 * @returns {Statement}
 */
export function readStatement(bytes, typ, post, { pairs = [1], most }) {
  const found = members(parse(bytes), "payload signatures");
  const rows = found["signatures"];
  if (!Array.isArray(rows) || !pairs.includes(rows.length / 2)) return refuse("E_SIG_COUNT");
  const entries = rows.map((row) => members(row, "protected signature"));
  const heads = entries.map((entry) => readHeader(entry["protected"]));
  const algs = heads.map((head, n) => judgeHeader(head, typ, n % 2 ? [post].flat() : ["Ed25519"]));
  const signatures = entries.map((entry, n) => {
    const [alg, kid] = [String(algs[n]), String(heads[n]?.["kid"])];
    const { size } = SIGNATURES[alg] ?? refuse("E_SIG_ALG");
    const input = ascii(`${entry["protected"]}.${found["payload"]}`);
    return { alg, kid, input, signature: unb64of(entry["signature"], size) };
  });
  const payload = unb64(found["payload"]);
  return payload.length > most ? refuse("E_LENGTH") : { payload, signatures };
}

/** The members of a signature's header. @param {Json | undefined} text */
function readHeader(text) {
  const bytes = unb64(text);
  if (bytes.length > MOST_HEADER_BYTES) return refuse("E_LENGTH");
  const head = members(parse(bytes), "alg kid typ");
  return typeof head["kid"] === "string" ? head : refuse("E_MEMBERS");
}

/**
 * @param {Record<string, Json>} head
 * @param {string} typ
 * @param {string[]} algs those that are right in this place
 */
function judgeHeader(head, typ, algs) {
  const alg = algs.find((one) => one === head["alg"]);
  return alg !== undefined && head["typ"] === typ ? alg : refuse("E_SIG_ALG");
}

/**
 * Tell whether a signature is one of this key.
 * @param {Signature} found
 * @param {PublicKey} key
 */
export function verifies(found, key) {
  return SIGNATURES[key.alg]?.verifies(found.signature, found.input, key.raw) ?? false;
}

/**
 * A signed statement.
 * @param {unknown} payload
 * @param {string} typ
 * @param {PrivateKey[]} keys in the order of the signatures
 */
export function sign(payload, typ, keys) {
  const text = b64(ascii(JSON.stringify(payload)));
  const signatures = keys.map(({ alg, kid, seed }) => {
    const head = b64(ascii(JSON.stringify({ alg, kid, typ })));
    const made = (SIGNATURES[alg] ?? refuse("E_KEY_INVALID")).sign(ascii(`${head}.${text}`), seed);
    return { protected: head, signature: b64(made) };
  });
  return ascii(JSON.stringify({ payload: text, signatures }));
}
