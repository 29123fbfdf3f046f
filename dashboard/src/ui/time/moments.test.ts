import { expect, test } from "vitest";
import { distance, inZone, span } from "./moments";

const NOON = new Date("2026-03-01T12:00:00Z");

test.each([
  ["2026-03-01T11:59:58Z", "now"],
  ["2026-03-01T11:57:00Z", "3 min. ago"],
  ["2026-03-01T14:10:00Z", "in 2 hr."],
  ["2026-02-28T11:00:00Z", "yesterday"],
  ["2024-02-28T11:00:00Z", "2 yr. ago"],
])("%s is %s", (moment, words) => {
  expect(distance(new Date(moment), NOON)).toBe(words);
});

test("a moment is shown in the zone that was chosen", () => {
  expect(inZone(NOON, "UTC")).toBe("2026-03-01 12:00:00");
  expect(inZone(NOON, "America/New_York")).toBe("2026-03-01 07:00:00");
  expect(inZone(new Date("2026-03-01T23:30:00Z"), "Asia/Kolkata")).toBe("2026-03-02 05:00:00");
});

test.each([
  [12, "12 ms"],
  [8_340, "8.3 s"],
  [59_400, "59 s"],
  [59_990, "60 s"],
  [200_000, "3 min 20 s"],
  [3_600_000, "1 h"],
  [273_600_000, "3 d 4 h"],
])("%d ms is %s", (milliseconds, words) => {
  expect(span(milliseconds)).toBe(words);
});
