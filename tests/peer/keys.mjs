// SPDX-License-Identifier: EUPL-1.2
// Section 3: keys as JWK, their kid, and what is checked of each before it is used.
import { ed25519, x25519 } from "@noble/curves/ed25519.js";
import { p384 } from "@noble/curves/nist.js";
import { ascii, b64, refuse, unb64of } from "./bytes.mjs";
import { generate, random, sha256, SIGNATURES, SUITES } from "./crypto.mjs";
import { members } from "./json.mjs";

/** @typedef {import("./json.mjs").Json} Json */
/** @typedef {{alg: string, kid: string, raw: Uint8Array, use: "sig" | "enc"}} PublicKey */
/** @typedef {PublicKey & {seed: Uint8Array}} PrivateKey */
/** @typedef {{kty: string, member: string, size: number, use: "sig" | "enc", sound: (raw: Uint8Array) => boolean}} Form */

const INVALID = "E_KEY_INVALID";
const MODULUS = 3329;

/** @type {Record<string, Form>} */
const FORMS = {
  Ed25519: { kty: "OKP", member: "x", size: 32, use: "sig", sound: isPointOfHighOrder },
  "ML-DSA-65": { kty: "AKP", member: "pub", size: 1952, use: "sig", sound: () => true },
  "ML-DSA-87": { kty: "AKP", member: "pub", size: 2592, use: "sig", sound: () => true },
  "HPKE-9-KE": { kty: "AKP", member: "pub", size: 1216, use: "enc", sound: (raw) => isHybrid(raw, 1184, isX25519) },
  "HPKE-10-KE": { kty: "AKP", member: "pub", size: 1665, use: "enc", sound: (raw) => isHybrid(raw, 1568, isP384) },
};

/** @param {() => unknown} action */
function works(action) {
  try {
    action();
    return true;
  } catch {
    return false;
  }
}

/** @param {Uint8Array} raw */
function isPointOfHighOrder(raw) {
  return works(() => ed25519.Point.fromBytes(raw)) && !ed25519.Point.fromBytes(raw).isSmallOrder();
}

/** The shared secret with a public key of low order is zero, which the library refuses. @param {Uint8Array} raw */
function isX25519(raw) {
  return works(() => x25519.getSharedSecret(new Uint8Array(32).fill(1), raw));
}

/** @param {Uint8Array} raw */
function isP384(raw) {
  return raw[0] === 4 && works(() => p384.Point.fromBytes(raw).assertValidity());
}

/**
 * An ML-KEM key whose coefficients, of 12 bits each and followed by 32 bytes, are reduced; and a key on a curve.
 * @param {Uint8Array} raw
 * @param {number} size of the ML-KEM key
 * @param {(raw: Uint8Array) => boolean} isOnCurve
 */
function isHybrid(raw, size, isOnCurve) {
  for (let at = 0; at < size - 32; at += 3) {
    const [a = 0, b = 0, c = 0] = raw.subarray(at, at + 3);
    if ((a | ((b & 15) << 8)) >= MODULUS || ((b >> 4) | (c << 4)) >= MODULUS) return false;
  }
  return isOnCurve(raw.subarray(size));
}

/**
 * A public key of which every rule of KGBX-E-005 holds, or E_KEY_INVALID.
 * @param {Json | undefined} jwk
 * @returns {PublicKey}
 */
export function publicKey(jwk) {
  const alg = jwk instanceof Map ? jwk.get("alg") : undefined;
  const form = typeof alg === "string" && Object.hasOwn(FORMS, alg) ? FORMS[alg] : undefined;
  if (typeof alg !== "string" || !form) return refuse(INVALID);
  const found = members(jwk, `kty alg ${form.member}${form.kty === "OKP" ? " crv" : ""}`, "", INVALID);
  if (found["kty"] !== form.kty || (form.kty === "OKP" && found["crv"] !== alg)) return refuse(INVALID);
  const raw = rawOf(found[form.member], form.size);
  return form.sound(raw) ? { alg, kid: kidOf(alg, raw), raw, use: form.use } : refuse(INVALID);
}

/**
 * @param {Json | undefined} text
 * @param {number} size
 */
function rawOf(text, size) {
  try {
    return unb64of(text, size);
  } catch {
    return refuse(INVALID);
  }
}

/**
 * The thumbprint of RFC 7638.
 * @param {string} alg
 * @param {Uint8Array} raw
 */
function kidOf(alg, raw) {
  const names = alg === "Ed25519" ? { crv: alg, kty: "OKP", x: b64(raw) } : { alg, kty: "AKP", pub: b64(raw) };
  return b64(sha256(ascii(JSON.stringify(names))));
}

/**
 * @param {Json | undefined} jwk
 * @returns {PrivateKey}
 */
export function privateKey(jwk) {
  if (!(jwk instanceof Map)) return refuse(INVALID);
  const rest = new Map(jwk);
  rest.delete("priv");
  const [key, seed] = [publicKey(rest), rawOf(jwk.get("priv"), 32)];
  const pair = SIGNATURES[key.alg];
  if (pair && b64(pair.publicOf(seed)) !== b64(key.raw)) return refuse(INVALID);
  return { ...key, seed };
}

/**
 * @param {PublicKey} key
 * @returns {Record<string, string>}
 */
export function jwkOf(key) {
  if (key.alg === "Ed25519") return { kty: "OKP", crv: key.alg, alg: key.alg, x: b64(key.raw) };
  return { kty: "AKP", alg: key.alg, pub: b64(key.raw) };
}

/**
 * A fresh key.
 * @param {string} alg
 * @returns {Promise<PrivateKey>}
 */
export async function newKey(alg) {
  const suite = SUITES.find((one) => one.alg === alg);
  const { seed, raw } = suite ? await generate(suite) : newSigningKey(alg);
  return { alg, kid: kidOf(alg, raw), raw, seed, use: suite ? "enc" : "sig" };
}

/** @param {string} alg */
function newSigningKey(alg) {
  const seed = random(32);
  return { seed, raw: (SIGNATURES[alg] ?? refuse(INVALID)).publicOf(seed) };
}

