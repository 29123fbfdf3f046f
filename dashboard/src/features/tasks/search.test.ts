import { expect, test } from "vitest";
import { activeFilters, filtersOf } from "./search";

test("the address is read, and what cannot be meant is left out", () => {
  expect(
    filtersOf({ status: ["failed", "sideways"], ticker: "NVDA", text: "  ", tag: 7, sort: "-priority", page: 3 }),
  ).toEqual({ status: ["failed"], ticker: "NVDA", tag: "7", sort: "-priority" });
  expect(filtersOf({ status: "running", sort: "colour" })).toEqual({ status: ["running"] });
  expect(filtersOf({})).toEqual({});
});

test("every filter is named, and can be taken away alone", () => {
  const filters = filtersOf({ status: ["failed", "running"], ticker: "NVDA" });
  expect(activeFilters(filters).map(({ label }) => label)).toEqual(["Failed", "Running", "Ticker: NVDA"]);
  expect(activeFilters(filters)[0]?.without).toEqual({ status: ["running"], ticker: "NVDA" });
  expect(activeFilters(filters)[2]?.without.ticker).toBeUndefined();
});
