// SPDX-License-Identifier: EUPL-1.2
// Section 8: receipts, opened and compared with what was sent.
import { refuse } from "./bytes.mjs";
import { sha256 } from "./crypto.mjs";
import { members, parse } from "./json.mjs";
import { judge } from "./open.mjs";
import { readReceipt } from "./receipt.mjs";

const SKEW = 300;

/**
 * Open a receipt for a message that was sent, of which the payload is known.
 * @param {Uint8Array} bytes
 * @param {Uint8Array} sent payload of the message's statement
 * @param {Parameters<typeof judge>[2]} options
 */
export async function openReceipt(bytes, sent, options) {
  const { manifest, sender, iat } = await judge(bytes, "receipt", options);
  const said = readReceipt(manifest.receipt);
  const message = members(parse(sent), "v suite kind id kc iat exp from to type parts", "thid ref");
  if (said.id !== message["id"] || said.from !== options.identity.org) refuse("E_BINDING");
  if (said.digest !== Buffer.from(sha256(sent)).toString("hex")) refuse("E_BINDING");
  const { to, parts } = message;
  const addressed = Array.isArray(to) && to.some((entry) => entry instanceof Map && entry.get("org") === sender);
  if (!addressed) refuse("E_SENDER_MISMATCH");
  const count = Array.isArray(parts) ? parts.length : 0;
  if (said.parts > count || (said.status !== "refused" && said.parts !== count)) refuse("E_BINDING");
  if (said.at < Number(message["iat"]) - SKEW || said.at > iat + SKEW) refuse("E_TIME");
  return { by: sender, status: said.status };
}
