// SPDX-License-Identifier: EUPL-1.2
// Section 5.2: the form of a manifest (step 9), and what it must say (steps 10 and 11).
import { isText, KID, ORG, pad, refuse, unb64of, UUID } from "./bytes.mjs";
import { members, parse } from "./json.mjs";

/** @typedef {import("./json.mjs").Json} Json */
/** @typedef {{n: number, role: string, media: string, size: number, digest: Uint8Array, csize: number,
 *   csha256: Uint8Array, name: string | null}} Part */
/** @typedef {{kind: string, id: string, kc: string, iat: Json | undefined, exp: Json | undefined, from: Json[],
 *   to: Json | undefined, type: string, parts: Part[], receipt: Json | undefined}} Manifest */

const WRONG = "E_MANIFEST";
const CHUNK = 16384;
const HEAD = 56;
const TAG = 16;
const TYPE = /^[A-Za-z][A-Za-z0-9+.-]*:[!-~]{1,255}$/;
const MEDIA = /^(?=.{3,127}$)[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*\/[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]*$/;
const NAME = /^(?=.*[^. ])[A-Za-z0-9._ -]{1,120}$/;
const MOST_PARTS = 256;
const MOST_BYTES = 2 ** 36;
const MOST_ADDRESSEES = 16;
const LONGEST = 30 * 86400;
const SKEW = 300;

/** Bytes of the encrypted part of n bytes of content (section 6). @param {number} size */
export function csizeOf(size) {
  return HEAD + pad(size) + TAG * (Math.floor(pad(size) / CHUNK) + 1);
}

/**
 * Text of a form, or E_MANIFEST.
 * @param {Json | undefined} value
 * @param {RegExp} form
 */
function text(value, form) {
  return isText(value, form) ? value : refuse(WRONG);
}

/**
 * Step 9.
 * @param {Uint8Array} payload
 * @param {string} suite
 * @returns {Manifest}
 */
export function readManifest(payload, suite) {
  const found = members(parse(payload), "v suite kind id kc iat exp from to type parts", "thid ref receipt");
  const from = members(found["from"], "org sig");
  judgeMembers(found["to"], "org kid");
  judgeMembers(found["parts"], "n role media size digest csize csha256", "name");
  const { kind, parts } = found;
  if (kind === "message" && "receipt" in found) return refuse("E_MEMBERS");
  if (found["v"] !== 1 || found["suite"] !== suite) return refuse("E_SUITE");
  for (const name of ["thid", "ref"]) if (name in found) text(found[name], UUID);
  if (typeof kind !== "string") return refuse(WRONG);
  return {
    kind,
    id: text(found["id"], UUID),
    kc: typeof found["kc"] === "string" ? found["kc"] : refuse(WRONG),
    iat: found["iat"],
    exp: found["exp"],
    from: [from["org"] ?? null, from["sig"] ?? null],
    to: found["to"],
    type: text(found["type"], TYPE),
    parts: readParts(parts, kind),
    receipt: found["receipt"],
  };
}

/**
 * Members of the objects in a list; what is no list and no object is judged later.
 * @param {Json | undefined} value
 * @param {string} required
 * @param {string} [optional]
 */
function judgeMembers(value, required, optional) {
  const objects = Array.isArray(value) ? value.filter((one) => one instanceof Map) : [];
  for (const one of objects) members(one, required, optional);
}

/**
 * @param {Json | undefined} value
 * @param {string} kind
 */
function readParts(value, kind) {
  if (!Array.isArray(value) || value.length > MOST_PARTS) return refuse(WRONG);
  if (kind === "message" && value.length === 0) return refuse(WRONG);
  return value.map(readPart);
}

/**
 * @param {Json} value
 * @param {number} n
 * @returns {Part}
 */
function readPart(value, n) {
  const found = members(value, "n role media size digest csize csha256", "name", WRONG);
  const { role, size, csize } = found;
  if (found["n"] !== n || role !== (n ? "attachment" : "body")) return refuse(WRONG);
  if (typeof size !== "number" || size < 0 || size > MOST_BYTES || csize !== csizeOf(size)) return refuse(WRONG);
  const media = text(found["media"], MEDIA);
  const name = "name" in found ? text(found["name"], NAME) : null;
  return { n, role, media, size, digest: unb64of(found["digest"], 32), csize, csha256: unb64of(found["csha256"], 32), name };
}

/**
 * Step 10, after the kind.
 * @param {Manifest} manifest
 * @param {{kc: string, org: string, sig: string[], outer: string[], me: string, kid: string}} facts of the protected
 *   header, the verified signatures, the entries outside and the key that opened
 */
export function judgeBinding(manifest, { kc, org, sig, outer, me, kid }) {
  if (manifest.kc !== kc) refuse("E_BINDING");
  const [from, kids] = manifest.from;
  if (from !== org || !Array.isArray(kids) || kids.length !== 2) refuse("E_SENDER_MISMATCH");
  if (!sig.every((one, n) => Array.isArray(kids) && kids[n] === one)) refuse("E_SENDER_MISMATCH");
  const to = readAddressees(manifest.to);
  if (!outer.every((one) => to.some((entry) => entry.kid === one))) refuse("E_BINDING");
  if (!to.some((entry) => entry.org === me && entry.kid === kid)) refuse("E_NOT_ADDRESSEE");
}

/** @param {Json | undefined} value */
export function readAddressees(value) {
  if (!Array.isArray(value) || value.length < 1 || value.length > MOST_ADDRESSEES) return refuse("E_RECIPIENTS");
  const found = value.map((entry) => {
    const { org, kid } = members(entry, "org kid", "", "E_RECIPIENTS");
    return isText(org, ORG) && isText(kid, KID) ? { org, kid } : refuse("E_RECIPIENTS");
  });
  return new Set(found.map((entry) => entry.kid)).size === found.length ? found : refuse("E_RECIPIENTS");
}

/**
 * Step 11: the times, as numbers.
 * @param {Manifest} manifest
 * @param {number} at
 */
export function judgeTime({ iat, exp }, at) {
  if (typeof iat !== "number" || typeof exp !== "number") return refuse("E_TIME");
  if (exp <= iat || exp - iat > LONGEST) return refuse("E_TIME");
  if (at < iat - SKEW) return refuse("E_NOT_YET");
  return at > exp + SKEW ? refuse("E_EXPIRED") : { iat, exp };
}

