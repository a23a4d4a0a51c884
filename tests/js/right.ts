// SPDX-License-Identifier: EUPL-1.2
// A program that builds a family case with the generated types and reads it back.
import type { FamilyCase, Person, Statement } from "./family-case.js";

const common = {
  recorded_at: "2026-03-01T10:00:00Z",
  recorded_by: { org: "urn:osb:oin:00000099000000001000" },
  salt: "AAAAAAAAAAAAAAAAAAAAAA",
  regime: "jeugdwet",
  collected_for: "care",
} as const;

const child: Person = { ...common, id: "00000000-0000-4000-8000-000000000001", birth_date: "2016" };

const told: Statement = {
  ...common,
  id: "00000000-0000-4000-8000-000000000002",
  kind: "wens",
  topics: ["identity.name"],
  about: [child.id],
  told_by: { person: child.id },
  told_on: "2026-02",
  wording: { text: "Ik wil dat het rustig wordt.", language: "nl", form: "woordelijk" },
};

const file: FamilyCase = {
  schema: "https://kgbx.example/schemas/family-case/1.0",
  synthetic: true,
  persons: [child],
  statements: [told],
};

const words: string[] = (file.statements ?? []).map((statement) => statement.wording.text);
console.log(JSON.stringify({ file, words }));
