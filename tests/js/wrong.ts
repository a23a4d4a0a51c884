// SPDX-License-Identifier: EUPL-1.2
// Every line that ends in "refused" must not compile, and no other.
import type { FamilyCase, Person } from "./family-case.js";

const common = {
  id: "00000000-0000-4000-8000-000000000001",
  recorded_at: "2026-03-01T10:00:00Z",
  recorded_by: { org: "urn:osb:oin:00000099000000001000" },
  regime: "jeugdwet",
  collected_for: "care",
} as const;
const salt = "AAAAAAAAAAAAAAAAAAAAAA";

export const right: Person = { ...common, salt };
export const withoutSalt: Person = { ...common }; // refused
export const ofAnotherList: Person = { ...common, salt, sex: "akkoord" }; // refused
export const misspelled: Person = { ...common, salt, birthdate: "2016" }; // refused
export const numberForText: Person = { ...common, salt, birth_date: 2016 }; // refused
export const nothing: Person = { ...common, salt, birth_date: null }; // refused
export const withoutSchema: FamilyCase = { persons: [] }; // refused
export const falseForAbsent: FamilyCase = { schema: "https://kgbx.example/schemas/family-case/1.0", synthetic: false }; // refused
