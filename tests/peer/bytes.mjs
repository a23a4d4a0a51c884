// SPDX-License-Identifier: EUPL-1.2
// Section 2 of the specification: bytes, numbers in bytes, B64, padding, forms of texts; and the one way to refuse.

/** A refusal: a code of section 7.1, and nothing of what was read. */
export class Refused extends Error {
  /** @param {string} code */
  constructor(code) {
    super(code);
    this.code = code;
  }
}

/**
 * Stop with a code.
 * @param {string} code
 * @returns {never}
 */
export function refuse(code) {
  throw new Refused(code);
}

const encoder = new TextEncoder();
export const ascii = (/** @type {string} */ text) => encoder.encode(text);
export const hex = (/** @type {Uint8Array} */ bytes) => Buffer.from(bytes).toString("hex");

/** @param {Uint8Array[]} parts */
export function concat(...parts) {
  return new Uint8Array(Buffer.concat(parts));
}

/**
 * A number as big-endian bytes.
 * @param {number} number
 * @param {number} size
 */
export function be(number, size) {
  const bytes = new Uint8Array(size);
  for (let rest = number, at = size - 1; at >= 0; at -= 1, rest = Math.floor(rest / 256)) bytes[at] = rest % 256;
  return bytes;
}

/** @param {Uint8Array} bytes */
export function b64(bytes) {
  return Buffer.from(bytes).toString("base64url");
}

/**
 * Bytes of B64 text, which has one spelling; E_ENCODING for everything else (KGBX-E-001).
 * @param {unknown} text
 */
export function unb64(text) {
  if (typeof text !== "string" || !/^[A-Za-z0-9_-]*$/.test(text)) return refuse("E_ENCODING");
  const bytes = new Uint8Array(Buffer.from(text, "base64url"));
  return b64(bytes) === text ? bytes : refuse("E_ENCODING");
}

/**
 * Bytes of B64 text with a fixed number of bytes: E_ENCODING, E_LENGTH.
 * @param {unknown} text
 * @param {number} size
 */
export function unb64of(text, size) {
  const bytes = unb64(text);
  return bytes.length === size ? bytes : refuse("E_LENGTH");
}

/**
 * Compare without telling by time where two byte strings differ.
 * @param {Uint8Array} one
 * @param {Uint8Array} other
 */
export function same(one, other) {
  let difference = one.length ^ other.length;
  for (let at = 0; at < one.length; at += 1) difference |= /** @type {number} */ (one[at]) ^ (other[at] ?? 0);
  return difference === 0;
}

/** The size class of n bytes; exact for sizes up to 2^53. @param {number} n */
export function pad(n) {
  return Math.max(4096, padme(n));
}

/** @param {number} n */
function padme(n) {
  if (n < 2) return n;
  const e = BigInt(n).toString(2).length - 1;
  const s = e.toString(2).length;
  const m = (1n << BigInt(e - s)) - 1n;
  return Number((BigInt(n) + m) & ~m);
}

/** The 16 bytes that a UUID writes. @param {string} id */
export function id16(id) {
  return new Uint8Array(Buffer.from(id.replaceAll("-", ""), "hex"));
}

export const KID = /^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/;
export const ORG = /^urn:osb:oin:[0-9]{20}$/;
export const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

/**
 * Tell whether a value is text of a form.
 * @param {unknown} value
 * @param {RegExp} form
 * @returns {value is string}
 */
export function isText(value, form) {
  return typeof value === "string" && form.test(value);
}
