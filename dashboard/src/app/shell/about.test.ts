import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { about } from "./about";

const FEATURES = join(import.meta.dirname, "../../features");

/** The addresses of the navigation, read from the declarations: they import what needs a browser. */
function inNavigation(): string[] {
  return readdirSync(FEATURES).flatMap((name) => {
    const text = readFileSync(join(FEATURES, name, "page.ts"), "utf8");
    const first = /path: "([^"]+)"/.exec(text)?.[1];
    return first && text.includes("navigation:") ? [first] : [];
  });
}

test("every page of the navigation says what it is for", () => {
  const paths = inNavigation();
  expect(paths.length).toBeGreaterThan(15);
  expect(paths.filter((path) => !about(path))).toEqual([]);
});
