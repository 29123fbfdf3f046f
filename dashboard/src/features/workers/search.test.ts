import { expect, test } from "vitest";
import type { Worker } from "@/api/workers";
import { filtersOf, isFiltered, matching } from "./search";

const fleet = [
  { name: "mac-1", status: "busy", capabilities: ["reddit_crawl", "echo"] },
  { name: "Mac-2", status: "offline", capabilities: ["echo"] },
] as Worker[];

test("the address is read, and what cannot be meant is left out", () => {
  expect(filtersOf({ view: "table", state: "asleep", name: 7, capability: "  " })).toEqual({
    view: "table",
    name: "7",
  });
  expect(isFiltered({ view: "table" })).toBe(false);
  expect(isFiltered({ state: "busy" })).toBe(true);
});

test("every filter that is given must match", () => {
  const names = (filters: Parameters<typeof matching>[1]) => matching(fleet, filters).map(({ name }) => name);
  expect(names({ name: "mac" })).toEqual(["mac-1", "Mac-2"]);
  expect(names({ name: "mac", capability: "reddit_crawl" })).toEqual(["mac-1"]);
  expect(names({ capability: "echo", state: "offline" })).toEqual(["Mac-2"]);
});
