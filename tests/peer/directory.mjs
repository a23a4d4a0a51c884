// SPDX-License-Identifier: EUPL-1.2
// Section 9: organisation documents, directory statements and the trust file; whose keys are believed, and since when.
import { b64, isText, KID, ORG, refuse, Refused, unb64, unb64of } from "./bytes.mjs";
import { sha256, SUITES } from "./crypto.mjs";
import { members, parse } from "./json.mjs";
import { jwkOf, publicKey } from "./keys.mjs";
import { readStatement, sign, verifies } from "./statement.mjs";

/** @typedef {import("./json.mjs").Json} Json */
/** @typedef {import("./keys.mjs").PublicKey} PublicKey */
/** @typedef {import("./keys.mjs").PrivateKey} PrivateKey */
/** @typedef {{key: PublicKey, use: string, nbf: number, exp: number, status: string}} Entry */
/** @typedef {{org: string, seq: number, iat: number, exp: number, root: string[], suites: string[], floor: string,
 *   keys: Entry[], sha256: string, prev: string | null, signers: string[]}} Document */
/** @typedef {{iat: number, exp: number, listed: Map<string, {seq: number, sha256: string}>}} Listing */
/** @typedef {{org: string, key: PublicKey, document: Document}} Found */

const WRONG = "E_DIR_MALFORMED";
const POST = "ML-DSA-65";
const MOST_DOCUMENT_BYTES = 2 ** 18;
const MOST_BYTES = 2 ** 24;
const DAY = 86400;
const LAST_SECOND = 32472143999;
const MOST_KEYS = 64;
const TEXT = /^(?=.*\S)[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]{1,200}$/u;
const SUITE = /^kgbx-[0-9]{1,3}[a-z]?$/;
const SERVICE = /^[a-z][a-z0-9-]{0,31}$/;
const URL_FORM = /^(?:https:\/\/|http:\/\/(?:127\.0\.0\.1|localhost)[:/])[!-~]{1,500}$/;
const ROOTS = ["Ed25519", POST];

/** @param {boolean} condition */
function require(condition) {
  if (!condition) refuse(WRONG);
}

/** Unix seconds of a document. @param {Json | undefined} value */
function seconds(value) {
  return typeof value === "number" && value >= 0 && value <= LAST_SECOND ? value : refuse(WRONG);
}

/** @param {Json | undefined} value */
function number(value) {
  return typeof value === "number" && value >= 0 ? value : refuse(WRONG);
}

/**
 * Read a structure of section 9: what is wrong with its form is E_DIR_MALFORMED, whatever the code elsewhere.
 * @template T
 * @param {() => T} read
 */
function formed(read) {
  try {
    return read();
  } catch (error) {
    if (error instanceof Refused && !error.code.startsWith("E_DIR_") && error.code !== "E_KEY_INVALID") return refuse(WRONG);
    throw error;
  }
}

/**
 * @param {Json | undefined} value
 * @param {number} least
 * @param {number} most
 */
function list(value, least, most) {
  return Array.isArray(value) && value.length >= least && value.length <= most ? value : refuse(WRONG);
}

/** A root pair. @param {Json | undefined} value */
function pair(value) {
  const kids = list(value, 2, 2).map((kid) => (isText(kid, KID) ? kid : refuse(WRONG)));
  return kids[0] === kids[1] ? refuse(WRONG) : kids;
}

/**
 * Whose document it says it is; nothing else is judged.
 * @param {Uint8Array} bytes
 */
function orgOf(bytes) {
  const payload = parse(unb64(members(parse(bytes), "payload signatures", "", WRONG)["payload"]));
  const org = payload instanceof Map ? payload.get("org") : undefined;
  return isText(org, ORG) ? org : refuse(WRONG);
}

/**
 * A document with the signatures of the root keys that it lists; who believes those is another question.
 * @param {Uint8Array} bytes
 * @returns {Document}
 */
export function readDocument(bytes) {
  const statement = readStatement(bytes, "kgbx-org+jws", POST, { pairs: [1, 2], most: MOST_DOCUMENT_BYTES });
  const names = "v org name seq iat exp root suites floor keys endpoints";
  const found = members(parse(statement.payload), names, "prev cert", WRONG);
  const { org, floor } = found;
  if (found["v"] !== 1 || !isText(org, ORG) || !isText(found["name"], TEXT)) return refuse(WRONG);
  const [iat, exp] = [seconds(found["iat"]), seconds(found["exp"])];
  require(exp > iat && exp - iat <= 90 * DAY);
  const prev = "prev" in found ? b64(unb64of(found["prev"], 32)) : null;
  const suites = list(found["suites"], 1, 8).map((one) => (isText(one, SUITE) ? one : refuse(WRONG)));
  if (typeof floor !== "string" || !suites.includes(floor)) return refuse(WRONG);
  list(found["endpoints"], 0, 8).forEach(judgeEndpoint);
  const [keys, root] = [list(found["keys"], 1, MOST_KEYS).map(readEntry), pair(found["root"])];
  require(new Set(keys.map((entry) => entry.key.kid)).size === keys.length);
  const signers = judgeRoots(statement.signatures, keys, root);
  if (!maySign(signers, keys, iat)) return refuse("E_DIR_SIGNATURE");
  const digest = b64(sha256(statement.payload));
  return { org, seq: number(found["seq"]), iat, exp, root, suites, floor, keys, sha256: digest, prev, signers };
}

/** @param {Json} value */
function judgeEndpoint(value) {
  const { type, url } = members(value, "type url", "", WRONG);
  require(isText(type, SERVICE) && isText(url, URL_FORM));
}

/**
 * @param {Json} value
 * @returns {Entry}
 */
function readEntry(value) {
  const found = members(value, "jwk use nbf exp status", "revoked", WRONG);
  const { use, status } = found;
  const key = publicKey(found["jwk"]);
  if (typeof use !== "string" || typeof status !== "string") return refuse(WRONG);
  require(["active", "retired", "revoked"].includes(status) && (status === "revoked") === "revoked" in found);
  require(use === "root" ? ROOTS.includes(key.alg) : use === key.use);
  if ("revoked" in found) judgeRevocation(found["revoked"]);
  const [nbf, exp] = [seconds(found["nbf"]), seconds(found["exp"])];
  require(nbf < exp);
  return { key, use, nbf, exp, status };
}

/** @param {Json | undefined} value */
function judgeRevocation(value) {
  const { at, reason } = members(value, "at", "reason", WRONG);
  seconds(at);
  require(reason === undefined || isText(reason, TEXT));
}

/**
 * The kids of the verified signatures: the own pair, and behind it perhaps the former one, which is another.
 * @param {import("./statement.mjs").Signature[]} signatures
 * @param {Entry[]} keys
 * @param {string[]} root
 */
function judgeRoots(signatures, keys, root) {
  const roots = keys.filter((entry) => entry.use === "root").map((entry) => entry.key);
  const signers = signatures.map((one) => one.kid);
  require(root.every((kid, n) => roots.some((key) => key.kid === kid && key.alg === ROOTS[n])));
  if (!root.every((kid, n) => signers[n] === kid && signers[n + 2] !== kid)) refuse("E_DIR_SIGNATURE");
  for (const found of signatures) {
    const key = roots.find((one) => one.kid === found.kid && one.alg === found.alg);
    if (!key || !verifies(found, key)) refuse("E_DIR_SIGNATURE");
  }
  return signers;
}

/**
 * KGBX-E-068: no root key that signs is revoked or out of its window, by the entries of a document.
 * @param {string[]} signers
 * @param {Entry[]} keys
 * @param {number} iat
 */
function maySign(signers, keys, iat) {
  const listed = keys.filter((entry) => signers.includes(entry.key.kid));
  return listed.every(({ status, nbf, exp }) => status !== "revoked" && nbf <= iat && iat < exp);
}

/**
 * A statement of the keepers, signed by enough of those that are believed.
 * @param {Uint8Array} bytes
 * @param {{roots: string[][], threshold: number}} keepers
 * @returns {Listing}
 */
export function readListing(bytes, { roots, threshold }) {
  const pairs = Array.from({ length: 16 }, (_, n) => n + 1);
  const statement = readStatement(bytes, "kgbx-directory+jws", POST, { pairs, most: MOST_BYTES });
  const found = members(parse(statement.payload), "v seq iat exp keys documents", "", WRONG);
  const [iat, exp] = [seconds(found["iat"]), seconds(found["exp"])];
  require(found["v"] === 1 && exp > iat && exp - iat <= 7 * DAY && number(found["seq"]) >= 0);
  const keys = list(found["keys"], 2, 32).map(publicKey);
  const counted = new Set();
  for (let n = 0; n < statement.signatures.length; n += 2) {
    const both = statement.signatures.slice(n, n + 2);
    const known = roots.findIndex((root) => root.every((kid, at) => both[at]?.kid === kid));
    if (known < 0) continue;
    const sound = both.every((one) => keys.some((key) => key.kid === one.kid && key.alg === one.alg && verifies(one, key)));
    if (sound) counted.add(known);
  }
  if (counted.size < threshold) refuse("E_DIR_SIGNATURE");
  const rows = list(found["documents"], 0, 100000).map(readRow);
  const listed = new Map(rows);
  require(listed.size === rows.length);
  return { iat, exp, listed };
}

/**
 * @param {Json} value
 * @returns {[string, {seq: number, sha256: string}]}
 */
function readRow(value) {
  const { org, seq, sha256: digest } = members(value, "org seq sha256", "", WRONG);
  if (!isText(org, ORG)) return refuse(WRONG);
  return [org, { seq: number(seq), sha256: b64(unb64of(digest, 32)) }];
}

/** The documents that are believed, the newest of each organisation, and the former ones behind it. */
export class Directory {
  /** @param {Map<string, Document[]>} documents newest first */
  constructor(documents) {
    this.documents = documents;
  }

  /**
   * @param {Uint8Array} file
   * @param {Uint8Array} trustFile
   * @param {number} at
   */
  static read(file, trustFile, at) {
    const trust = formed(() => readTrust(trustFile));
    const found = formed(() => members(parse(file), "format documents", "directory"));
    require(found["format"] === "kgbx-directory-file/1");
    const { keepers, pinned } = trust;
    const listing = "directory" in found && keepers ? formed(() => readListing(written(found["directory"]), keepers)) : null;
    const vouching = listing && at < listing.exp ? listing : null;
    const all = list(found["documents"], 0, 100000).map((one) => ({ one, org: formed(() => orgOf(written(one))) }));
    for (const org of listing?.listed.keys() ?? []) if (!all.some((row) => row.org === org)) refuse("E_DIR_ROLLBACK");
    /** @type {Map<string, Document[]>} */
    const documents = new Map();
    for (const org of new Set(all.map((row) => row.org))) {
      if (!pinned.has(org) && !listing?.listed.has(org)) continue;
      const own = all.filter((row) => row.org === org).map(({ one }) => formed(() => readDocument(written(one))));
      const chain = chained(own);
      const pin = pinned.get(org)?.join();
      if (pin && !chain.some((one) => rootsOf(one).includes(pin))) refuse("E_DIR_UNTRUSTED");
      const listed = judgeListed(chain, listing?.listed.get(org));
      if (!pin && !(listed && vouching)) continue;
      judgeChain(chain);
      documents.set(org, chain.reverse());
    }
    dropContested(documents);
    return new Directory(documents);
  }

  /**
   * The document in force: the newest that was made by now.
   * @param {string} org
   * @param {number} at
   */
  document(org, at) {
    return this.documents.get(org)?.find((one) => one.iat <= at);
  }

  /**
   * @param {string} kid
   * @param {string} alg
   * @returns {Found | undefined}
   */
  signingKey(kid, alg) {
    for (const [org, chain] of this.documents) {
      for (const document of chain) {
        const entry = document.keys.find(({ key, use }) => use === "sig" && key.kid === kid && key.alg === alg);
        if (entry) return { org, key: entry.key, document };
      }
    }
    return undefined;
  }

  /**
   * The key to encrypt to (KGBX-E-015).
   * @param {string} org
   * @param {import("./crypto.mjs").Suite} suite
   * @param {number} at
   */
  encryptionKey(org, suite, at) {
    const document = this.document(org, at) ?? refuse(this.documents.has(org) ? "E_DIR_NOT_YET" : "E_DIR_UNKNOWN_ORG");
    if (at >= document.exp) refuse("E_DIR_STALE");
    if (!accepts(document, suite.id)) refuse("E_SUITE");
    const usable = document.keys.filter(
      ({ key, use, status, nbf, exp }) => use === "enc" && key.alg === suite.alg && status === "active" && nbf <= at && at < exp,
    );
    usable.sort((one, other) => other.nbf - one.nbf);
    return (usable[0] ?? refuse("E_KEY_EXPIRED")).key;
  }
}

/** Signatures cover texts: writing the JSON again changes nothing. @param {Json | undefined} value */
function written(value) {
  return new TextEncoder().encode(JSON.stringify(value, (_, one) => (one instanceof Map ? Object.fromEntries(one) : one)));
}

/** @param {Uint8Array} bytes */
function readTrust(bytes) {
  const found = members(parse(bytes), "format pinned", "directory");
  require(found["format"] === "kgbx-trust/1");
  const pins = list(found["pinned"], 0, 100000).map((value) => {
    const { org, root } = members(value, "org root");
    return /** @type {[string, string[]]} */ ([isText(org, ORG) ? org : refuse(WRONG), pair(root)]);
  });
  const pinned = new Map(pins);
  require(pinned.size === pins.length);
  if (!("directory" in found)) return { pinned, keepers: null };
  const { roots, threshold } = members(found["directory"], "roots threshold");
  const keepers = { roots: list(roots, 1, 16).map(pair), threshold: number(threshold) };
  require(keepers.threshold >= 1 && keepers.threshold <= keepers.roots.length);
  require(new Set(keepers.roots.flat()).size === 2 * keepers.roots.length);
  return { pinned, keepers };
}

/** The root pairs that signed a document. @param {Document} document */
function rootsOf({ signers }) {
  return [signers.slice(0, 2).join(), signers.slice(2).join()];
}

/**
 * Documents of one organisation, oldest first, each once (KGBX-E-069).
 * @param {Document[]} own
 */
function chained(own) {
  /** @type {Document[]} */
  const chain = [];
  for (const document of own.sort((one, other) => one.seq - other.seq)) {
    const before = chain.at(-1);
    if (before?.sha256 === document.sha256) continue;
    if (before?.seq === document.seq) refuse("E_DIR_EQUIVOCATION");
    chain.push(document);
  }
  return chain;
}

/**
 * Whether each document follows from the one before (KGBX-E-071).
 * @param {Document[]} chain oldest first
 */
function judgeChain(chain) {
  for (const [n, document] of chain.entries()) {
    const before = chain[n - 1];
    if (!before) continue;
    if (!rootsOf(document).includes(before.root.join())) refuse("E_DIR_UNTRUSTED");
    if (!maySign(document.signers, before.keys, document.iat)) refuse("E_DIR_UNTRUSTED");
    const follows = document.prev !== null && document.seq === before.seq + 1;
    if (follows && document.prev !== before.sha256) refuse("E_DIR_EQUIVOCATION");
  }
}

/**
 * KGBX-E-073: whether the very document that is listed is here.
 * @param {Document[]} chain oldest first
 * @param {{seq: number, sha256: string} | undefined} row
 */
function judgeListed(chain, row) {
  if (!row) return false;
  if (Number(chain.at(-1)?.seq) < row.seq) refuse("E_DIR_ROLLBACK");
  const found = chain.find((one) => one.seq === row.seq);
  if (found && found.sha256 !== row.sha256) refuse("E_DIR_EQUIVOCATION");
  return found !== undefined;
}

/** KGBX-E-070: a key that several list is a key of none. @param {Map<string, Document[]>} documents */
function dropContested(documents) {
  /** @type {Map<string, Set<string>>} */
  const owners = new Map();
  for (const [org, chain] of documents) {
    for (const { key } of chain.flatMap((document) => document.keys)) {
      owners.set(key.kid, (owners.get(key.kid) ?? new Set()).add(org));
    }
  }
  for (const document of [...documents.values()].flat()) {
    document.keys = document.keys.filter(({ use, key }) => use === "root" || owners.get(key.kid)?.size === 1);
  }
}

/**
 * KGBX-E-054: by list and by floor; a floor that is not known here accepts nothing.
 * @param {Document} document
 * @param {string} suite
 */
export function accepts(document, suite) {
  const [rank, floor] = [suite, document.floor].map((id) => SUITES.findIndex((one) => one.id === id));
  return document.suites.includes(suite) && floor !== undefined && floor >= 0 && Number(rank) >= floor;
}

/**
 * A document of the own keys, signed by the own root pair.
 * @param {{org: string, name: string, seq: number, at: number, suites: string[], root: PrivateKey[],
 *   keys: PrivateKey[]}} own
 */
export function makeDocument({ org, name, seq, at, suites, root, keys }) {
  const window = { nbf: at, exp: at + 90 * DAY, status: "active" };
  const rows = [
    ...root.map((key) => ({ jwk: jwkOf(key), use: "root", ...window })),
    ...keys.map((key) => ({ jwk: jwkOf(key), use: key.use, ...window })),
  ];
  const said = { v: 1, org, name, seq, iat: at, exp: at + 30 * DAY, root: root.map((key) => key.kid) };
  return sign({ ...said, suites, floor: suites[0], keys: rows, endpoints: [] }, "kgbx-org+jws", root);
}
