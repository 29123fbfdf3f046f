import { expect, test } from "vitest";
import { localOf, momentOf } from "./zoned";

test.each([
  ["2026-03-01T08:00", "UTC", "2026-03-01T08:00:00.000Z"],
  ["2026-03-01T08:00", "Europe/Berlin", "2026-03-01T07:00:00.000Z"],
  ["2026-07-01T08:00", "Europe/Berlin", "2026-07-01T06:00:00.000Z"],
  ["2026-03-29T03:30", "Europe/Berlin", "2026-03-29T01:30:00.000Z"],
  ["2026-03-01T08:00", "Asia/Kolkata", "2026-03-01T02:30:00.000Z"],
])("%s in %s is %s, and back", (local, zone, moment) => {
  expect(momentOf(local, zone)?.toISOString()).toBe(moment);
  expect(localOf(new Date(moment), zone)).toBe(local);
});

test("what is no time is none", () => {
  expect(momentOf("", "UTC")).toBeNull();
});
