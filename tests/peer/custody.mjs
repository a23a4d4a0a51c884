// SPDX-License-Identifier: EUPL-1.2
// Section 8: statements of custody, verified.
import { isText, ORG, refuse, unb64of, UUID } from "./bytes.mjs";
import { SUITES } from "./crypto.mjs";
import { members, parse } from "./json.mjs";
import { verifiedBy } from "./open.mjs";
import { readStatement } from "./statement.mjs";

/** @typedef {import("./json.mjs").Json} Json */

const WRONG = "E_MANIFEST";
const MOST_BYTES = 2 ** 20;
const LAST_SECOND = 32472143999;
const GIVEN = "v id envelope parts by at window_days epoch chain";
const REFUSED = "v id envelope by at no";

/** @param {boolean} condition */
function need(condition) {
  if (!condition) refuse(WRONG);
}

/**
 * What a statement of custody says.
 * @param {Uint8Array} bytes
 * @param {import("./open.mjs").Keys} directory
 */
export function readCustody(bytes, directory) {
  const statement = readStatement(bytes, "kgbx-custody+jws", SUITES.map((one) => one.post), { most: MOST_BYTES });
  const signers = verifiedBy(statement.signatures, directory);
  const payload = parse(statement.payload);
  const isRefusal = payload instanceof Map && payload.has("no");
  const said = members(payload, isRefusal ? REFUSED : GIVEN);
  const { at, by } = said;
  if (said["v"] !== 1) refuse("E_SUITE");
  need(isText(said["id"], UUID) && isText(by, ORG));
  if (typeof at !== "number" || at < 0 || at > LAST_SECOND) return refuse(WRONG);
  judgeDigest(said["envelope"]);
  if (isRefusal) judgeRefusal(said);
  else judgeGiven(said);
  if (signers[0]?.org !== by) refuse("E_SENDER_MISMATCH");
  judgeThen(signers, at, directory);
  return { by, id: said["id"] };
}

/**
 * Keys at the moment that is signed for; a revocation that is known by now counts too.
 * @param {import("./directory.mjs").Found[]} signers with the newest document that lists each
 * @param {number} at
 * @param {import("./open.mjs").Keys} directory
 */
function judgeThen(signers, at, directory) {
  const document = directory.document(String(signers[0]?.org), at);
  if (!document || at >= document.exp) return refuse("E_DIR_STALE");
  const isListed = (/** @type {import("./directory.mjs").Found} */ { key }) =>
    document.keys.some((one) => one.key.kid === key.kid && one.use === "sig" && one.nbf <= at && at < one.exp);
  if (!signers.every(isListed)) refuse("E_KEY_EXPIRED");
  const known = signers.flatMap((signer) => [...signer.document.keys, ...document.keys]);
  const isRevoked = known.some(({ key, status }) => status === "revoked" && signers.some((one) => one.key.kid === key.kid));
  return isRevoked ? refuse("E_KEY_REVOKED") : document;
}

/** @param {Json | undefined} value */
function judgeDigest(value) {
  if (typeof value !== "string" || !value.startsWith("sha-256:")) return refuse(WRONG);
  return unb64of(value.slice("sha-256:".length), 32);
}

/** @param {Record<string, Json>} said */
function judgeGiven(said) {
  const { parts, window_days: days } = said;
  need(typeof days === "number" && days >= 1 && days <= 366 && isText(said["epoch"], UUID));
  judgeDigest(said["chain"]);
  if (!Array.isArray(parts) || parts.length > 256) return refuse(WRONG);
  for (const one of parts) unb64of(one, 32);
  return parts;
}

/** @param {Record<string, Json>} said */
function judgeRefusal({ no, at }) {
  need(no === "unknown-key" || no === "undeliverable");
  need(no !== "undeliverable" || Number(at) % 60 === 0);
}
