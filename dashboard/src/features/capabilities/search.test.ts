import { expect, test } from "vitest";
import type { Capability } from "@/api/workers";
import { filtersOf, matching } from "./search";

const queue = { backlog: 0, state: "running", rate: null, workers_online: 1 };
const all = [
  { ...queue, capability: "echo" },
  { ...queue, capability: "reddit_crawl", backlog: 3, workers_online: 0 },
  { ...queue, capability: "reddit_comments", state: "circuit_open" },
] as Capability[];
const names = (filters: Parameters<typeof matching>[1]) => matching(all, filters).map(({ capability }) => capability);

test("what the address asks for is shown", () => {
  expect(filtersOf({ show: "sideways", name: " " })).toEqual({});
  expect(names(filtersOf({ show: "waiting" }))).toEqual(["reddit_crawl"]);
  expect(names(filtersOf({ show: "held" }))).toEqual(["reddit_comments"]);
  expect(names(filtersOf({ show: "unserved", name: "echo" }))).toEqual([]);
  expect(names(filtersOf({ name: "Reddit" }))).toEqual(["reddit_crawl", "reddit_comments"]);
});
