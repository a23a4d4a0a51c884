// SPDX-License-Identifier: EUPL-1.2
// Section 6.1: one file with an envelope and its parts.
import { closeSync, createReadStream, fstatSync, openSync, readSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { ascii, be, concat, refuse, same } from "./bytes.mjs";

/** @typedef {import("./parts.mjs").Blob} Blob */

const MAGIC = Uint8Array.of(0x89, 0x4b, 0x47, 0x42, 0x58, 0x31, 0x0d, 0x0a);
const HEAD = 12;
const MOST_PARTS = 256;
const MOST_ENVELOPE_BYTES = 4 * 2 ** 20;

/** Bytes that are at hand as a blob. @param {Uint8Array} bytes */
export function blobOf(bytes) {
  return { size: bytes.length, read: () => [bytes] };
}

/**
 * A piece of a file as a blob.
 * @param {string} path
 * @param {number} start
 * @param {number} size
 * @returns {Blob}
 */
export function blobIn(path, start, size) {
  return { size, read: () => (size ? createReadStream(path, { start, end: start + size - 1 }) : []) };
}

/**
 * The envelope and the parts of a bundle, or E_BUNDLE; parts are not read.
 * @param {string} path
 */
export function readBundle(path) {
  const file = openSync(path, "r");
  try {
    const { size } = fstatSync(file);
    if (!same(bytesAt(file, 0, MAGIC.length), MAGIC)) return refuse("E_BUNDLE");
    const found = records(file, size);
    const [first, ...rest] = found;
    if (first?.tag !== "ENV " || rest.some(({ tag }) => tag !== "PART") || rest.length > MOST_PARTS) return refuse("E_BUNDLE");
    if (first.size > MOST_ENVELOPE_BYTES) return refuse("E_TOO_LARGE");
    return { envelope: bytesAt(file, first.start, first.size), parts: rest.map((one) => blobIn(path, one.start, one.size)) };
  } finally {
    closeSync(file);
  }
}

/**
 * @param {number} file
 * @param {number} end
 */
function records(file, end) {
  const found = [];
  for (let at = MAGIC.length; at < end; ) {
    const head = Buffer.from(bytesAt(file, at, HEAD));
    if (head.length < HEAD || found.length > MOST_PARTS) return refuse("E_BUNDLE");
    const [start, size] = [at + HEAD, Number(head.readBigUInt64BE(4))];
    if (size > end - start) return refuse("E_BUNDLE");
    found.push({ tag: head.toString("latin1", 0, 4), start, size });
    at = start + size;
  }
  return found;
}

/**
 * @param {number} file
 * @param {number} at
 * @param {number} size
 */
function bytesAt(file, at, size) {
  const bytes = new Uint8Array(size);
  return bytes.subarray(0, readSync(file, bytes, 0, size, at));
}

/**
 * Write a bundle.
 * @param {string} path
 * @param {Uint8Array} envelope
 * @param {Blob[]} parts
 */
export async function writeBundle(path, envelope, parts) {
  await writeFile(path, written(envelope, parts));
}

/**
 * @param {Uint8Array} envelope
 * @param {Blob[]} parts
 */
async function* written(envelope, parts) {
  yield concat(MAGIC, ascii("ENV "), be(envelope.length, 8), envelope);
  for (const { size, read } of parts) {
    yield concat(ascii("PART"), be(size, 8));
    yield* read();
  }
}
