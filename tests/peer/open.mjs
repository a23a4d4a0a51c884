// SPDX-License-Identifier: EUPL-1.2
// Section 7: receiving, step by step; the first failure gives the code.
import { hex, isText, KID, refuse } from "./bytes.mjs";
import { sha256 } from "./crypto.mjs";
import { accepts } from "./directory.mjs";
import { openEnvelope, readEnvelope } from "./envelope.mjs";
import { judgeBinding, judgeTime, readManifest } from "./manifest.mjs";
import { openPart } from "./parts.mjs";
import { readReceipt } from "./receipt.mjs";
import { readStatement, verifies } from "./statement.mjs";

/** @typedef {import("./keys.mjs").PrivateKey} PrivateKey */
/** @typedef {import("./directory.mjs").Document} Document */
/** @typedef {import("./directory.mjs").Found} Found */
/** @typedef {{org: string, keys: PrivateKey[]}} Identity */
/** @typedef {Pick<import("./directory.mjs").Directory, "signingKey" | "document">} Keys */
/** @typedef {Map<string, {digest: string, until: number}>} Seen */
/** @typedef {(part: import("./manifest.mjs").Part, content: AsyncIterable<Uint8Array>) => Promise<void>} Keep */

const MOST_MANIFEST_BYTES = 2 ** 20;
const KEPT_SECONDS = 300 + 86400;

/**
 * Steps 1 to 12.
 * @param {Uint8Array} bytes
 * @param {string} kind the one that is expected
 * @param {{identity: Identity, directory: Keys, at: number}} options
 */
export async function judge(bytes, kind, { identity, directory, at }) {
  const own = identity.keys.filter((key) => key.use === "enc");
  const envelope = readEnvelope(bytes, own.map((key) => key.alg));
  const { suite } = envelope;
  const keys = own.filter((key) => key.alg === suite.alg);
  const { cek, kid, statement } = await openEnvelope(envelope, keys);
  const { payload, signers } = verified(statement, suite.post, directory);
  const manifest = readManifest(payload, suite.id);
  if (manifest.kind !== kind) refuse("E_KIND");
  if (kind === "receipt" && manifest.parts.length) refuse("E_MANIFEST");
  if (kind === "receipt") readReceipt(manifest.receipt);
  const { org } = /** @type {Found} */ (signers[0]);
  const outer = envelope.entries.flatMap((entry) => entry.kid ?? []);
  const sig = signers.map((signer) => signer.key.kid);
  judgeBinding(manifest, { kc: envelope.kcText, org, sig, outer, me: identity.org, kid });
  const { iat, exp } = judgeTime(manifest, at);
  judgeKeys(signers, iat, at, directory.document(org, at));
  for (const one of [org, identity.org]) judgeSuite(directory.document(one, at), suite.id);
  return { cek, manifest, payload, sender: org, suite: suite.id, iat, exp };
}

/**
 * Open an envelope with its parts; `keep` gets the content of each part and must not show it before this returns.
 * @param {Uint8Array} bytes
 * @param {import("./parts.mjs").Blob[]} parts
 * @param {{identity: Identity, directory: Keys, at: number, seen: Seen | null, keep: Keep}} options
 */
export async function open(bytes, parts, options) {
  const { cek, manifest, payload, sender, suite, exp } = await judge(bytes, "message", options);
  const { seen, keep } = options;
  const place = `${sender} ${manifest.id}`;
  const digest = hex(sha256(payload));
  judgeReplay(seen, place, digest);
  if (parts.length < manifest.parts.length) refuse("E_PART_MISSING");
  if (parts.length > manifest.parts.length) refuse("E_BUNDLE");
  for (const [n, part] of manifest.parts.entries()) {
    await keep(part, openPart(cek, manifest.id, part, /** @type {import("./parts.mjs").Blob} */ (parts[n])));
  }
  judgeReplay(seen, place, digest);
  seen?.set(place, { digest, until: exp + KEPT_SECONDS });
  return { manifest, sender, suite };
}

/**
 * Step 8: the payload, and the keys that signed it.
 * @param {Uint8Array} statement
 * @param {string} post
 * @param {Keys} directory
 */
function verified(statement, post, directory) {
  const { payload, signatures } = readStatement(statement, "kgbx-manifest+jws", post, { most: MOST_MANIFEST_BYTES });
  return { payload, signers: verifiedBy(signatures, directory) };
}

/**
 * The keys of signatures that verify: E_UNKNOWN_SENDER_KEY, E_SENDER_MISMATCH, E_SIGNATURE.
 * @param {import("./statement.mjs").Signature[]} signatures
 * @param {Keys} directory
 */
export function verifiedBy(signatures, directory) {
  /** @type {Found[]} */
  const signers = [];
  for (const found of signatures) {
    const signer = isText(found.kid, KID) ? directory.signingKey(found.kid, found.alg) : undefined;
    if (!signer) return refuse("E_UNKNOWN_SENDER_KEY");
    if (signer.org !== (signers[0] ?? signer).org) refuse("E_SENDER_MISMATCH");
    if (!verifies(found, signer.key)) refuse("E_SIGNATURE");
    signers.push(signer);
  }
  return signers;
}

/**
 * KGBX-E-052 and 053.
 * @param {Found[]} signers
 * @param {number} iat
 * @param {number} at
 * @param {Document | undefined} document the sender's in force
 */
function judgeKeys(signers, iat, at, document) {
  if (!document) return refuse("E_DIR_NOT_YET");
  const entries = signers.map(({ key }) => document.keys.find((one) => one.key.kid === key.kid && one.use === "sig"));
  if (entries.some((entry) => entry?.status === "revoked")) refuse("E_KEY_REVOKED");
  if (!entries.every((entry) => entry && entry.nbf <= iat && iat < entry.exp)) refuse("E_KEY_EXPIRED");
  if (at >= document.exp) refuse("E_DIR_STALE");
}

/**
 * @param {Document | undefined} document
 * @param {string} suite
 */
function judgeSuite(document, suite) {
  if (document ? !accepts(document, suite) : suite !== "kgbx-1") refuse("E_SUITE");
}

/**
 * Steps 13 and 15.
 * @param {Seen | null} seen
 * @param {string} place
 * @param {string} digest
 */
function judgeReplay(seen, place, digest) {
  const before = seen?.get(place);
  if (before) refuse(before.digest === digest ? "E_DUPLICATE" : "E_ID_REUSE");
}

