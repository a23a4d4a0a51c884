// SPDX-License-Identifier: EUPL-1.2
// Reads one JSON document a line; answers true or false a line: does AJV, in its strict mode, accept it?
// Arguments: the file of the schema. The first line of the answer says that the schema was compiled.
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";

const schema = JSON.parse(readFileSync(process.argv[2], "utf8"));
// An extension may be one of several types: that is the one union of types, and AJV wants to be told.
const ajv = new Ajv2020({ strict: true, allowUnionTypes: true });
addFormats(ajv);
ajv.addVocabulary(["x-kgbx-status", "x-kgbx-source", "x-kgbx-codes"]);
const accepts = ajv.compile(schema);
console.log("compiled");
for await (const line of createInterface({ input: process.stdin })) {
  console.log(String(accepts(JSON.parse(line))));
}
