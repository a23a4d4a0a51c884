// SPDX-License-Identifier: EUPL-1.2
// Section 6: parts, read and made chunk by chunk, so that memory does not grow with them.
import { sha256 } from "@noble/hashes/sha2.js";
import { ascii, be, concat, id16, pad, refuse, same } from "./bytes.mjs";
import { decrypt, derive, encrypt, expand, random } from "./crypto.mjs";
import { csizeOf } from "./manifest.mjs";

/** @typedef {AsyncIterable<Uint8Array> | Iterable<Uint8Array>} Source */
/** @typedef {{size: number, read: () => Source}} Blob a known number of bytes, wherever they are */

const CHUNK = 16384;
const SEALED = CHUNK + 16;
const ALGORITHM = "c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM";

/**
 * What a part is encrypted and digested with.
 * @param {Uint8Array} cek
 * @param {string} id
 * @param {number} n
 */
function secrets(cek, id, n) {
  const place = concat(id16(id), be(n, 4));
  const context = concat(ascii("kgbx/1 part"), be(0, 1), place);
  return { key: derive(cek, "kgbx/1 part key", place), salt: derive(cek, "kgbx/1 part salt", place), context };
}

/**
 * @param {Uint8Array} key
 * @param {Uint8Array} context
 * @param {Uint8Array} nonceSalt
 */
function schedule(key, context, nonceSalt) {
  const made = expand(key, concat(ascii(ALGORITHM), be(0, 1), nonceSalt, context), 76);
  return { key: made.subarray(0, 32), base: made.subarray(32, 44), commitment: made.subarray(44) };
}

/**
 * @param {Uint8Array} base
 * @param {number} n
 */
function nonce(base, n) {
  const number = be(n, 12);
  return base.map((byte, at) => byte ^ /** @type {number} */ (number[at]));
}

/**
 * The bytes of a source in pieces of the sizes that are asked for; the last piece may be shorter.
 * @param {Source} source
 * @param {number} first
 * @param {number} size
 */
async function* pieces(source, first, size) {
  let [kept, wanted] = [new Uint8Array(0), first];
  for await (const bytes of source) {
    const all = concat(kept, bytes);
    let at = 0;
    while (all.length - at >= wanted) {
      yield all.subarray(at, at + wanted);
      at += wanted;
      wanted = size;
    }
    kept = all.subarray(at);
  }
  yield kept;
}

/**
 * The content of an encrypted part, chunk by chunk. What was given may be used only when the end was reached without a
 * refusal: E_PART_SIZE, E_PART_DECRYPT, E_PART_PADDING, E_PART_DIGEST.
 * @param {Uint8Array} cek
 * @param {string} id
 * @param {import("./manifest.mjs").Part} part
 * @param {Blob} sealed
 */
export async function* openPart(cek, id, part, sealed) {
  if (sealed.size !== part.csize) refuse("E_PART_SIZE");
  const { key, salt, context } = secrets(cek, id, part.n);
  const [blob, content] = [sha256.create(), sha256.create().update(salt)];
  let left = part.size;
  for await (const plain of opened(key, context, counted(sealed.read(), part.csize, blob))) {
    const bytes = plain.subarray(0, Math.min(left, plain.length));
    if (plain.subarray(bytes.length).some((byte) => byte !== 0)) refuse("E_PART_PADDING");
    left -= bytes.length;
    content.update(bytes);
    yield bytes;
  }
  if (left || !same(content.digest(), part.digest) || !same(blob.digest(), part.csha256)) refuse("E_PART_DIGEST");
}

/**
 * Pass bytes on, of which there must be so many: E_PART_SIZE.
 * @param {Source} source
 * @param {number} size
 * @param {{update: (bytes: Uint8Array) => unknown}} hash
 */
async function* counted(source, size, hash) {
  let count = 0;
  for await (const bytes of source) {
    count += bytes.length;
    if (count > size) refuse("E_PART_SIZE");
    hash.update(bytes);
    yield bytes;
  }
  if (count !== size) refuse("E_PART_SIZE");
}

/**
 * Cobblestone-256, opened: E_PART_DECRYPT.
 * @param {Uint8Array} key
 * @param {Uint8Array} context
 * @param {Source} source
 */
async function* opened(key, context, source) {
  /** @type {ReturnType<typeof schedule> | null} */
  let keys = null;
  let [n, ended] = [-1, false];
  for await (const piece of pieces(source, 56, SEALED)) {
    if (ended) refuse("E_PART_DECRYPT");
    if (keys === null) {
      if (piece.length !== 56) return refuse("E_PART_DECRYPT");
      keys = schedule(key, context, piece.subarray(0, 24));
      if (!same(keys.commitment, piece.subarray(24))) refuse("E_PART_DECRYPT");
    } else {
      yield decrypt(keys.key, nonce(keys.base, n), piece, "E_PART_DECRYPT");
      ended = piece.length < SEALED;
    }
    n += 1;
  }
  if (!ended) refuse("E_PART_DECRYPT");
}

/**
 * Encrypt content, chunk by chunk, to a sink; return what the manifest says of it.
 * @param {Uint8Array} cek
 * @param {string} id
 * @param {number} n
 * @param {Blob} plain
 * @param {(bytes: Uint8Array) => void} sink
 */
export async function sealPart(cek, id, n, plain, sink) {
  const { key, salt, context } = secrets(cek, id, n);
  const nonceSalt = random(24);
  const { key: chunkKey, base, commitment } = schedule(key, context, nonceSalt);
  const [blob, content] = [sha256.create(), sha256.create().update(salt)];
  const write = (/** @type {Uint8Array} */ bytes) => {
    blob.update(bytes);
    sink(bytes);
  };
  write(concat(nonceSalt, commitment));
  let chunk = 0;
  for await (const piece of pieces(padded(plain, content), CHUNK, CHUNK)) {
    write(encrypt(chunkKey, nonce(base, chunk), piece));
    chunk += 1;
  }
  const { size } = plain;
  return { size, csize: csizeOf(size), digest: content.digest(), csha256: blob.digest() };
}

/**
 * @param {Blob} plain
 * @param {{update: (bytes: Uint8Array) => unknown}} hash
 */
async function* padded({ size, read }, hash) {
  let count = 0;
  for await (const bytes of read()) {
    hash.update(bytes);
    count += bytes.length;
    yield bytes;
  }
  if (count !== size) throw new Error("the source has another size");
  for (let left = pad(size) - size; left > 0; left -= CHUNK) yield new Uint8Array(Math.min(left, CHUNK));
}
