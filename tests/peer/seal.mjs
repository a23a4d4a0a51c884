// SPDX-License-Identifier: EUPL-1.2
// Section 4.1: making a message, with its parts streamed into files.
import { closeSync, openSync, writeSync } from "node:fs";
import { rm } from "node:fs/promises";
import { b64, refuse } from "./bytes.mjs";
import { blobIn, writeBundle } from "./bundle.mjs";
import { random } from "./crypto.mjs";
import { commitment, makeEnvelope } from "./envelope.mjs";
import { sealPart } from "./parts.mjs";
import { sign } from "./statement.mjs";

/** @typedef {import("./parts.mjs").Blob} Blob */
/** @typedef {{blob: Blob, media: string, name?: string}} Content */
/** @typedef {{suite: import("./crypto.mjs").Suite, at: number, expires: number, type: string, contents: Content[],
 *   anonymous: boolean, thid?: string, ref?: string}} Message */

/** A random UUID of version 4. */
function newId() {
  const bytes = random(16);
  bytes[6] = (Number(bytes[6]) & 0x0f) | 0x40;
  bytes[8] = (Number(bytes[8]) & 0x3f) | 0x80;
  return Buffer.from(bytes).toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/**
 * Seal to organisations and write a bundle.
 * @param {import("./open.mjs").Identity} sender
 * @param {string[]} orgs
 * @param {import("./directory.mjs").Directory} directory
 * @param {Message} message
 * @param {string} path of the bundle
 */
export async function seal(sender, orgs, directory, message, path) {
  const { suite, at } = message;
  const addressees = orgs.map((org) => ({ org, key: directory.encryptionKey(org, suite, at) }));
  const pair = ["Ed25519", suite.post].map((alg) => sender.keys.find((key) => key.alg === alg) ?? refuse("E_KEY_INVALID"));
  const [cek, id] = [random(32), newId()];
  const files = message.contents.map((_, n) => `${path}.${n}`);
  const parts = [];
  /** @type {Blob[]} */
  const blobs = [];
  for (const [n, content] of message.contents.entries()) {
    const part = await writePart(cek, id, n, content, String(files[n]));
    parts.push(part);
    blobs.push(blobIn(String(files[n]), 0, part.csize));
  }
  const manifest = {
    v: 1,
    suite: suite.id,
    kind: "message",
    id,
    kc: b64(commitment(cek)),
    iat: at,
    exp: message.expires,
    from: { org: sender.org, sig: pair.map((key) => key.kid) },
    to: addressees.map(({ org, key }) => ({ org, kid: key.kid })),
    type: message.type,
    parts,
    ...(message.thid ? { thid: message.thid } : {}),
    ...(message.ref ? { ref: message.ref } : {}),
  };
  const statement = sign(manifest, "kgbx-manifest+jws", pair);
  const envelope = await makeEnvelope(suite, cek, statement, addressees.map(({ key }) => key), message.anonymous);
  await writeBundle(path, envelope, blobs);
  for (const file of files) await rm(file);
  return id;
}

/**
 * @param {Uint8Array} cek
 * @param {string} id
 * @param {number} n
 * @param {Content} content
 * @param {string} path
 */
async function writePart(cek, id, n, { blob, media, name }, path) {
  const file = openSync(path, "wx");
  try {
    const made = await sealPart(cek, id, n, blob, (bytes) => writeSync(file, bytes));
    const sums = { digest: b64(made.digest), csize: made.csize, csha256: b64(made.csha256) };
    return { n, role: n ? "attachment" : "body", media, size: made.size, ...sums, ...(name ? { name } : {}) };
  } finally {
    closeSync(file);
  }
}

/**
 * A copy of a bundle's envelope with the one entry of a kid.
 * @param {Uint8Array} envelope
 * @param {string} kid
 */
export function trimmed(envelope, kid) {
  const found = JSON.parse(Buffer.from(envelope).toString("utf8"));
  const recipients = found.recipients.filter((/** @type {{header: {kid?: string}}} */ one) => one.header.kid === kid);
  return new TextEncoder().encode(JSON.stringify({ ...found, recipients }));
}

