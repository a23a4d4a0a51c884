// SPDX-License-Identifier: EUPL-1.2
// Sections 4.2 and 10: HPKE of both suites as the page spells it out, beside the library that envelope.mjs uses.
import { x25519 } from "@noble/curves/ed25519.js";
import { p384 } from "@noble/curves/nist.js";
import { sha3_256, shake256 } from "@noble/hashes/sha3.js";
import { ml_kem1024, ml_kem768 } from "@noble/post-quantum/ml-kem.js";
import { ascii, be, concat } from "./bytes.mjs";
import { decrypt } from "./crypto.mjs";

const LABEL = { x: Uint8Array.of(0x5c, 0x2e, 0x2f, 0x2f, 0x5e, 0x5c), p: ascii("MLKEM1024-P384") };
const FF = Uint8Array.of(0xff);
const lp = (/** @type {Uint8Array} */ bytes) => concat(be(bytes.length, 2), bytes);

/**
 * The shared secret of the first suite.
 * @param {Uint8Array} seed
 * @param {Uint8Array} ek
 */
function secretOfX(seed, ek) {
  const [made, ctM, ctX] = [shake256(seed, { dkLen: 96 }), ek.subarray(0, 1088), ek.subarray(1088)];
  const scalar = made.subarray(64);
  const ssM = ml_kem768.decapsulate(ctM, ml_kem768.keygen(made.subarray(0, 64)).secretKey);
  return sha3_256(concat(ssM, x25519.getSharedSecret(scalar, ctX), ctX, x25519.getPublicKey(scalar), LABEL.x));
}

/**
 * The shared secret of the reserve.
 * @param {Uint8Array} seed
 * @param {Uint8Array} ek
 */
function secretOfP(seed, ek) {
  const [made, ctM, ctP] = [shake256(seed, { dkLen: 112 }), ek.subarray(0, 1568), ek.subarray(1568)];
  const scalar = made.subarray(64);
  const ssM = ml_kem1024.decapsulate(ctM, ml_kem1024.keygen(made.subarray(0, 64)).secretKey);
  const ssP = p384.getSharedSecret(scalar, ctP, false).subarray(1, 49);
  return sha3_256(concat(ssM, ssP, ctP, p384.getPublicKey(scalar, false), LABEL.p));
}

/**
 * The content key.
 * @param {string} alg
 * @param {Uint8Array} seed
 * @param {Uint8Array} ek
 * @param {Uint8Array} encryptedKey
 */
export function unwrapSpelled(alg, seed, ek, encryptedKey) {
  const [kem, shared] = alg === "HPKE-9-KE" ? [0x647a, secretOfX(seed, ek)] : [0x0051, secretOfP(seed, ek)];
  const suiteId = concat(ascii("HPKE"), be(kem, 2), be(0x0011, 2), be(0x0002, 2));
  const info = concat(ascii("JOSE-HPKE rcpt"), FF, ascii("A256GCM"), FF);
  const none = new Uint8Array(0);
  const ikm = concat(lp(none), lp(shared), ascii("HPKE-v1"), suiteId, lp(ascii("secret")), be(108, 2));
  const secret = shake256(concat(ikm, be(0, 1), lp(none), lp(info)), { dkLen: 108 });
  return decrypt(secret.subarray(0, 32), secret.subarray(32, 44), encryptedKey, "E_DECRYPT");
}
