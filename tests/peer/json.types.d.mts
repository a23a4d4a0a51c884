// SPDX-License-Identifier: EUPL-1.2
// What JSON can be; a type that names itself cannot be written in a comment.
import type { Fraction } from "./json.mjs";

export type Json = null | boolean | number | string | Fraction | Json[] | Map<string, Json>;
