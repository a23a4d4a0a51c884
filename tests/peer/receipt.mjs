// SPDX-License-Identifier: EUPL-1.2
// Section 8: the form of a receipt.
import { isText, ORG, refuse, unb64of, UUID } from "./bytes.mjs";
import { members } from "./json.mjs";

/** @typedef {import("./json.mjs").Json} Json */

const WRONG = "E_MANIFEST";
const LAST_SECOND = 32472143999;
/** @type {Record<string, number>} */
const LEVELS = { processed: 2, refused: 2, taken_up: 3 };
const CODES = new Set(
  `TOO_LARGE JSON MEMBERS ENCODING LENGTH RECIPIENTS BUNDLE SUITE SIG_ALG SIG_COUNT NOT_FOR_ME DECRYPT UNKNOWN_SENDER_KEY
  SIGNATURE SENDER_MISMATCH BINDING NOT_ADDRESSEE KIND MANIFEST TIME NOT_YET EXPIRED ID_REUSE KEY_INVALID KEY_REVOKED
  KEY_EXPIRED DIR_STALE DIR_NOT_YET DIR_ROLLBACK DIR_EQUIVOCATION DIR_SIGNATURE DIR_MALFORMED DIR_UNTRUSTED DIR_UNKNOWN_ORG
  CERT PART_MISSING PART_SIZE PART_DECRYPT PART_PADDING PART_DIGEST SCHEMA POLICY`
    .split(/\s+/)
    .map((name) => `E_${name}`),
);

/** @param {boolean} condition */
function need(condition) {
  if (!condition) refuse(WRONG);
}

/**
 * The form of a receipt.
 * @param {Json | undefined} value
 */
export function readReceipt(value) {
  const said = members(value, "of level status at parts", "code");
  const of = members(said["of"], "id from manifest");
  const { level, status, at, parts, code } = said;
  const rows = Array.isArray(parts) ? parts.map((part) => members(part, "n ok")) : refuse(WRONG);
  need(isText(of["id"], UUID) && isText(of["from"], ORG));
  const digest = readDigest(of["manifest"]);
  need(typeof status === "string" && Object.hasOwn(LEVELS, status) && LEVELS[status] === level);
  if (typeof at !== "number" || at < 0 || at > LAST_SECOND) return refuse(WRONG);
  need((status === "refused") === (typeof code === "string" && CODES.has(code)) && (status === "refused" || !("code" in said)));
  need(rows.every((row, n) => row["n"] === n && typeof row["ok"] === "boolean"));
  need(status === "refused" || (rows.length > 0 && rows.every((row) => row["ok"] === true)));
  return { id: String(of["id"]), from: String(of["from"]), digest, status: String(status), at, parts: rows.length };
}

/** @param {Json | undefined} value */
function readDigest(value) {
  if (typeof value !== "string" || !value.startsWith("sha-256:")) return refuse(WRONG);
  return Buffer.from(unb64of(value.slice("sha-256:".length), 32)).toString("hex");
}
