// SPDX-License-Identifier: EUPL-1.2
// The second implementation as a process: a JSON request a line, a JSON answer a line, in order.
// A refusal is an answer; anything else that goes wrong is told by its name, so that a test shows it.
import { createWriteStream } from "node:fs";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { pipeline } from "node:stream/promises";
import { b64, hex, Refused, refuse, unb64 } from "./bytes.mjs";
import { blobIn, blobOf, readBundle, writeBundle } from "./bundle.mjs";
import { sha256, SUITES, unwrap } from "./crypto.mjs";
import { readCustody } from "./custody.mjs";
import { Directory, makeDocument } from "./directory.mjs";
import { readEnvelope } from "./envelope.mjs";
import { parse } from "./json.mjs";
import { jwkOf, newKey, privateKey, publicKey } from "./keys.mjs";
import { open } from "./open.mjs";
import { openReceipt } from "./receipts.mjs";
import { seal, trimmed } from "./seal.mjs";
import { unwrapSpelled } from "./spelled.mjs";

/** @typedef {any} Request what the tests ask; its form is theirs */
/** @typedef {import("./open.mjs").Identity & {root: import("./keys.mjs").PrivateKey[]}} Own */

/** @type {Map<string, Own>} */
const identities = new Map();
/** @type {Map<string, import("./open.mjs").Seen>} */
const stores = new Map();
/** @type {{name: string, found: Directory} | null} many requests in a row tell the same */
let lastRead = null;
const strict = (/** @type {unknown} */ value) => parse(new TextEncoder().encode(JSON.stringify(value)));

/** @type {Record<string, (request: Request) => Promise<object>>} */
const ACTIONS = {
  /** Make an organisation with fresh keys of both suites; answer its signed document. */
  async create({ org, at, suites }) {
    const root = [await newKey("Ed25519"), await newKey("ML-DSA-65")];
    const algs = ["Ed25519", "ML-DSA-65", "ML-DSA-87", "HPKE-9-KE", "HPKE-10-KE"];
    const keys = await Promise.all(algs.map(newKey));
    identities.set(org, { org, keys, root });
    const document = makeDocument({ org, name: "Voorbeeldorganisatie", seq: 1, at, suites, root, keys });
    return { document: b64(document), root: root.map((key) => key.kid), keys: keys.map(jwkOf) };
  },

  /** Take over keys that were made elsewhere. */
  async adopt({ org, keys }) {
    identities.set(org, { org, keys: keys.map((/** @type {object} */ jwk) => privateKey(strict(jwk))), root: [] });
    return {};
  },

  /** Judge a public key. */
  async key({ jwk }) {
    return { kid: publicKey(strict(jwk)).kid };
  },

  /** Judge a directory: which documents are believed. */
  async directory(request) {
    const { documents } = directoryOf(request);
    return { documents: Object.fromEntries([...documents].map(([org, chain]) => [org, chain.map((one) => one.seq)])) };
  },

  /** Verify a statement of custody. */
  async custody(request) {
    return readCustody(unb64(request.statement), directoryOf(request));
  },

  /** Open a receipt for a message of which the payload is told. */
  async receipt({ org, envelope, sent, ...rest }) {
    const options = { identity: own(org), directory: directoryOf(rest), at: rest.at };
    return openReceipt(unb64(envelope), unb64(sent), options);
  },

  async seal(request) {
    const { suite = "kgbx-1", contents, to, bundle, at, type, anonymous = false, thid, ref } = request;
    const message = {
      suite: SUITES.find((one) => one.id === suite) ?? refuse("E_SUITE"),
      at,
      expires: at + 14 * 86400,
      type,
      anonymous,
      thid,
      ref,
      contents: contents.map(contentOf),
    };
    return { id: await seal(own(request.org), to, directoryOf(request), message, bundle) };
  },

  /** Write a bundle again with the one entry of this kid. */
  async trim({ bundle, kid, to }) {
    const { envelope, parts } = readBundle(bundle);
    await writeBundle(to, trimmed(envelope, kid), parts);
    return {};
  },

  async open(request) {
    const { envelope, parts } = request.bundle ? readBundle(request.bundle) : given(request);
    const options = { identity: own(request.org), directory: directoryOf(request), at: request.at };
    return opened(envelope, parts, { ...options, seen: store(request.seen) }, request.out);
  },

  /** Find the content key of a bundle's first entry as the page spells HPKE out, and tell if the library agrees. */
  async spell({ org, bundle }) {
    const keys = own(org).keys.filter((key) => key.use === "enc");
    const { suite, entries } = readEnvelope(readBundle(bundle).envelope, keys.map((key) => key.alg));
    const entry = entries[0] ?? refuse("E_RECIPIENTS");
    const { seed } = keys.find((key) => key.kid === entry.kid) ?? refuse("E_NOT_FOR_ME");
    const cek = await unwrap(suite, seed, entry.ek, entry.encryptedKey);
    return { agrees: hex(cek) === hex(unwrapSpelled(suite.alg, seed, entry.ek, entry.encryptedKey)), size: cek.length };
  },

  /** Every vector of a file: id, and accepted with the body's digest or the code. */
  async vectors({ file }) {
    const { identities: readers, senders, vectors } = JSON.parse(await readFile(file, "utf8"));
    const directory = staticDirectory(senders);
    const session = new Map();
    const results = [];
    for (const vector of vectors) {
      const reader = readers.find((/** @type {Request} */ one) => one.org === vector.as);
      const identity = { org: reader.org, keys: reader.keys.map((/** @type {object} */ jwk) => privateKey(strict(jwk))) };
      const options = { identity, directory, at: vector.at, seen: vector.seen === "session" ? session : null };
      const { envelope, parts } = given(vector);
      results.push({ ...(await answer(() => opened(envelope, parts, options))), id: vector.id });
    }
    return { results };
  },
};

/** @param {string} org */
function own(org) {
  return identities.get(org) ?? refuse("E_KEY_INVALID");
}

/** @param {Request} request */
function directoryOf({ directory, trust, at }) {
  const name = `${at} ${trust} ${directory}`;
  if (name !== lastRead?.name) lastRead = { name, found: Directory.read(unb64(directory), unb64(trust), at) };
  return lastRead.found;
}

/** @param {string | undefined} name */
function store(name) {
  if (!name) return null;
  const found = stores.get(name) ?? new Map();
  stores.set(name, found);
  return found;
}

/** @param {Request} request */
function given({ envelope, parts }) {
  return { envelope: unb64(envelope), parts: parts.map((/** @type {string} */ part) => blobOf(unb64(part))) };
}

/** @param {Request} content */
function contentOf({ path, size, data, media, name }) {
  return { blob: path ? blobIn(path, 0, size) : blobOf(unb64(data)), media, name };
}

/**
 * Senders of a file of vectors: trusted, and active at any time.
 * @param {Request[]} senders
 * @returns {import("./open.mjs").Keys}
 */
function staticDirectory(senders) {
  const always = { iat: 0, nbf: -Infinity, exp: Infinity, status: "active" };
  const common = { ...always, seq: 1, root: [], suites: ["kgbx-1"], floor: "kgbx-1", sha256: "", prev: null, signers: [] };
  const documents = senders.map(({ org, keys }) => {
    const entries = keys.map((/** @type {object} */ jwk) => publicKey(strict(jwk)));
    const rows = entries.map((/** @type {import("./keys.mjs").PublicKey} */ key) => ({ key, ...always, use: key.use }));
    return { org, ...common, keys: rows };
  });
  const directory = new Directory(new Map(documents.map((one) => [one.org, [one]])));
  return directory;
}

/**
 * Open, keep the parts in a folder if there is one, and give them their names when all is checked.
 * @param {Uint8Array} envelope
 * @param {import("./parts.mjs").Blob[]} parts
 * @param {Omit<Parameters<typeof open>[2], "keep">} options
 * @param {string} [out]
 */
async function opened(envelope, parts, options, out) {
  /** @type {{n: number, media: string, size: number, sha256: string, name: string | null}[]} */
  const kept = [];
  const temporary = (/** @type {number} */ n) => join(out ?? "", `${n}.part`);
  if (out) await mkdir(out, { recursive: true });
  try {
    const { manifest, sender, suite } = await open(envelope, parts, {
      ...options,
      keep: async (part, content) => {
        const hash = sha256.create();
        await pipeline(digested(content, hash), out ? createWriteStream(temporary(part.n)) : drain);
        kept.push({ n: part.n, media: part.media, size: part.size, name: part.name, sha256: hex(hash.digest()) });
      },
    });
    for (const { n } of out ? kept : []) await rename(temporary(n), join(out ?? "", `${n}.bin`));
    return { outcome: "accepted", id: manifest.id, from: sender, type: manifest.type, suite, parts: kept };
  } catch (error) {
    for (let n = 0; out && n < parts.length; n += 1) await rm(temporary(n), { force: true });
    throw error;
  }
}

/**
 * @param {AsyncIterable<Uint8Array>} source
 * @param {{update: (bytes: Uint8Array) => unknown}} hash
 */
async function* digested(source, hash) {
  for await (const bytes of source) {
    hash.update(bytes);
    yield bytes;
  }
}

/** @param {AsyncIterable<Uint8Array>} source */
async function drain(source) {
  for await (const bytes of source) void bytes;
}

/** @param {() => Promise<object>} action */
async function answer(action) {
  try {
    return await action();
  } catch (error) {
    if (error instanceof Refused) return { outcome: "refused", code: error.code };
    return { outcome: "broken", error: String(error instanceof Error ? error.stack : error) };
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line);
  const action = /** @type {(request: Request) => Promise<object>} */ (ACTIONS[request.do]);
  console.log(JSON.stringify(await answer(() => action(request))));
}
