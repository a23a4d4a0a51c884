// SPDX-License-Identifier: EUPL-1.2
// The primitives of section 1, of libraries in JavaScript: nothing here comes from the cryptography of Node itself.
import { gcm } from "@noble/ciphers/aes.js";
import { ed25519 } from "@noble/curves/ed25519.js";
import { hkdf } from "@noble/hashes/hkdf.js";
import { hmac } from "@noble/hashes/hmac.js";
import { sha256, sha512 } from "@noble/hashes/sha2.js";
import { ml_dsa65, ml_dsa87 } from "@noble/post-quantum/ml-dsa.js";
import * as noble from "@panva/hpke-noble";
import { CipherSuite } from "hpke";
import { ascii, be, concat, refuse } from "./bytes.mjs";

export { sha256 };
export const random = (/** @type {number} */ size) => globalThis.crypto.getRandomValues(new Uint8Array(size));

const ZERO = Uint8Array.of(0);
const FF = Uint8Array.of(0xff);
const INFO = concat(ascii("JOSE-HPKE rcpt"), FF, ascii("A256GCM"), FF);
const ORDER = ed25519.Point.Fn.ORDER;

/**
 * HKDF of section 2.
 * @param {Uint8Array} secret
 * @param {string} label
 * @param {Uint8Array} context what follows the label and a zero byte
 */
export function derive(secret, label, context) {
  return hkdf(sha512, secret, new Uint8Array(64), concat(ascii(label), ZERO, context), 32);
}

/**
 * HKDF-Expand, for a key that is shorter than what HKDF-Extract gives (section 6).
 * @param {Uint8Array} key
 * @param {Uint8Array} info
 * @param {number} size
 */
export function expand(key, info, size) {
  let block = new Uint8Array(0);
  let made = new Uint8Array(0);
  for (let n = 1; made.length < size; n += 1) {
    block = new Uint8Array(hmac(sha512, key, concat(block, info, be(n, 1))));
    made = concat(made, block);
  }
  return made.subarray(0, size);
}

/**
 * @param {Uint8Array} key
 * @param {Uint8Array} nonce
 * @param {Uint8Array} plain
 * @param {Uint8Array} [aad]
 */
export function encrypt(key, nonce, plain, aad) {
  return gcm(key, nonce, aad).encrypt(plain);
}

/**
 * What AES-256-GCM authenticates, or the code.
 * @param {Uint8Array} key
 * @param {Uint8Array} nonce
 * @param {Uint8Array} sealed with its tag
 * @param {string} code
 * @param {Uint8Array} [aad]
 */
export function decrypt(key, nonce, sealed, code, aad) {
  if (sealed.length < 16) return refuse(code);
  try {
    return gcm(key, nonce, aad).decrypt(sealed);
  } catch {
    return refuse(code);
  }
}

/**
 * Suites of section 10. `post`: the post-quantum signature; sizes in bytes.
 * @typedef {{id: string, alg: string, ek: number, post: string, kem: import("hpke").KEMFactory}} Suite
 */

/** @type {readonly Suite[]} */
export const SUITES = [
  { id: "kgbx-1", alg: "HPKE-9-KE", ek: 1120, post: "ML-DSA-65", kem: noble.KEM_MLKEM768_X25519 },
  { id: "kgbx-1h", alg: "HPKE-10-KE", ek: 1665, post: "ML-DSA-87", kem: noble.KEM_MLKEM1024_P384 },
];

/** @param {Suite} suite */
function hpke(suite) {
  return new CipherSuite(suite.kem, noble.KDF_SHAKE256, noble.AEAD_AES_256_GCM);
}

/**
 * Encrypt a content key to a public key.
 * @param {Suite} suite
 * @param {Uint8Array} key raw public key
 * @param {Uint8Array} cek
 */
export async function wrap(suite, key, cek) {
  const scheme = hpke(suite);
  const made = await scheme.Seal(await scheme.DeserializePublicKey(key), cek, { info: INFO });
  return { ek: made.encapsulatedSecret, encryptedKey: made.ciphertext };
}

/**
 * The content key, or E_DECRYPT (KGBX-E-017).
 * @param {Suite} suite
 * @param {Uint8Array} seed of the private key
 * @param {Uint8Array} ek
 * @param {Uint8Array} encryptedKey
 */
export async function unwrap(suite, seed, ek, encryptedKey) {
  const scheme = hpke(suite);
  try {
    return await scheme.Open(await scheme.DeserializePrivateKey(seed), ek, encryptedKey, { info: INFO });
  } catch {
    return refuse("E_DECRYPT");
  }
}

/**
 * A fresh encryption key.
 * @param {Suite} suite
 */
export async function generate(suite) {
  const scheme = hpke(suite);
  const pair = await scheme.GenerateKeyPair(true);
  const [seed, raw] = [await scheme.SerializePrivateKey(pair.privateKey), await scheme.SerializePublicKey(pair.publicKey)];
  return { seed, raw };
}

/**
 * Signatures of section 5.1.
 * @type {Record<string, {size: number, sign: (message: Uint8Array, seed: Uint8Array) => Uint8Array,
 *   publicOf: (seed: Uint8Array) => Uint8Array,
 *   verifies: (signature: Uint8Array, message: Uint8Array, key: Uint8Array) => boolean}>}
 */
export const SIGNATURES = {
  Ed25519: {
    size: 64,
    sign: (message, seed) => ed25519.sign(message, seed),
    publicOf: (seed) => ed25519.getPublicKey(seed),
    verifies: ed25519Verifies,
  },
  "ML-DSA-65": lattice(ml_dsa65, 3309),
  "ML-DSA-87": lattice(ml_dsa87, 4627),
};

/**
 * @param {typeof ml_dsa65} scheme
 * @param {number} size
 */
function lattice(scheme, size) {
  return {
    size,
    sign: (/** @type {Uint8Array} */ message, /** @type {Uint8Array} */ seed) =>
      new Uint8Array(scheme.sign(message, scheme.keygen(seed).secretKey)),
    publicOf: (/** @type {Uint8Array} */ seed) => new Uint8Array(scheme.keygen(seed).publicKey),
    verifies: (/** @type {Uint8Array} */ signature, /** @type {Uint8Array} */ message, /** @type {Uint8Array} */ key) =>
      scheme.verify(signature, message, key),
  };
}

/**
 * S is reduced, and the bytes of [S]B - [k]A are R: the equation without the cofactor, which has one answer.
 * @param {Uint8Array} signature
 * @param {Uint8Array} message
 * @param {Uint8Array} key
 */
function ed25519Verifies(signature, message, key) {
  const r = signature.subarray(0, 32);
  const s = little(signature.subarray(32));
  if (s >= ORDER) return false;
  const k = little(sha512(concat(r, key, message))) % ORDER;
  const found = ed25519.Point.BASE.multiplyUnsafe(s).add(ed25519.Point.fromBytes(key).multiplyUnsafe(k).negate());
  return Buffer.from(found.toBytes()).equals(r);
}

/** @param {Uint8Array} bytes */
function little(bytes) {
  return BigInt(`0x${Buffer.from(bytes).reverse().toString("hex")}`);
}
