// SPDX-License-Identifier: EUPL-1.2
// KGBX-E-002 and 003: JSON of which there is one reading, and objects with exactly the members that are listed.
import { refuse } from "./bytes.mjs";

/** A number that was written with a fraction or an exponent: never an integer, whatever its value. */
export class Fraction {
  fraction = true;
}

/** @typedef {import("./json.types.mjs").Json} Json */

const DEEPEST = 64;
const NUMBER = /-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/y;
const PLAIN = /[^"\\\u0000-\u001f]*/y;
/** @type {Record<string, string>} */
const ESCAPES = { '"': '"', "\\": "\\", "/": "/", b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

class Parser {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
    this.at = 0;
    this.depth = 0;
  }

  whole() {
    const value = this.value();
    this.space();
    return this.at === this.text.length ? value : refuse("E_JSON");
  }

  space() {
    while (" \t\n\r".includes(this.text[this.at] ?? "x")) this.at += 1;
  }

  /** @returns {Json} */
  value() {
    this.space();
    const next = this.text[this.at];
    if (next === "{") return this.nested(() => this.object());
    if (next === "[") return this.nested(() => this.array());
    if (next === '"') return this.string();
    for (const [word, value] of /** @type {const} */ ([["true", true], ["false", false], ["null", null]])) {
      if (this.text.startsWith(word, this.at)) {
        this.at += word.length;
        return value;
      }
    }
    return this.number();
  }

  /**
   * @template T
   * @param {() => T} read
   */
  nested(read) {
    if (this.depth >= DEEPEST) return refuse("E_JSON");
    this.depth += 1;
    this.at += 1;
    const value = read();
    this.depth -= 1;
    return value;
  }

  /** Tell whether the next character is this one, and go past it. @param {string} character */
  takes(character) {
    this.space();
    if (this.text[this.at] !== character) return false;
    this.at += 1;
    return true;
  }

  /** @param {string} character */
  needs(character) {
    if (!this.takes(character)) refuse("E_JSON");
  }

  object() {
    /** @type {Map<string, Json>} */
    const members = new Map();
    if (this.takes("}")) return members;
    do {
      this.space();
      const name = this.string();
      if (members.has(name)) refuse("E_JSON");
      this.needs(":");
      members.set(name, this.value());
    } while (this.takes(","));
    this.needs("}");
    return members;
  }

  array() {
    /** @type {Json[]} */
    const values = [];
    if (this.takes("]")) return values;
    do values.push(this.value());
    while (this.takes(","));
    this.needs("]");
    return values;
  }

  string() {
    if (this.text[this.at] !== '"') return refuse("E_JSON");
    this.at += 1;
    let found = "";
    for (;;) {
      found += this.matched(PLAIN)[0];
      const stop = this.text[this.at];
      this.at += 1;
      if (stop === '"') return found.isWellFormed() ? found : refuse("E_JSON");
      if (stop !== "\\") return refuse("E_JSON");
      found += this.escape();
    }
  }

  escape() {
    const letter = this.text[this.at] ?? "";
    this.at += 1;
    if (letter !== "u") return ESCAPES[letter] ?? refuse("E_JSON");
    const digits = this.text.slice(this.at, this.at + 4);
    if (!/^[0-9A-Fa-f]{4}$/.test(digits)) return refuse("E_JSON");
    this.at += 4;
    return String.fromCharCode(Number.parseInt(digits, 16));
  }

  number() {
    const [digits, fraction, exponent] = this.matched(NUMBER);
    const number = Number(digits);
    if (fraction ?? exponent) return Number.isFinite(number) ? new Fraction() : refuse("E_JSON");
    return Number.isSafeInteger(number) ? number + 0 : refuse("E_JSON");
  }

  /** @param {RegExp} form */
  matched(form) {
    form.lastIndex = this.at;
    const found = form.exec(this.text) ?? refuse("E_JSON");
    this.at += found[0].length;
    return found;
  }
}

/**
 * The value of JSON bytes, or E_JSON.
 * @param {Uint8Array} bytes
 */
export function parse(bytes) {
  let text;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return refuse("E_JSON");
  }
  return new Parser(text).whole();
}

/**
 * The members of an object that has exactly these, or the code.
 * @param {Json | undefined} value
 * @param {string} required names, with a space between
 * @param {string} optional idem
 * @param {string} code
 * @returns {Record<string, Json>}
 */
export function members(value, required, optional = "", code = "E_MEMBERS") {
  if (!(value instanceof Map)) return refuse(code);
  const needed = required.split(" ");
  const allowed = new Set([...needed, ...optional.split(" ")]);
  const names = [...value.keys()];
  if (!needed.every((name) => value.has(name)) || !names.every((name) => allowed.has(name))) return refuse(code);
  return Object.assign(Object.create(null), Object.fromEntries(value));
}
