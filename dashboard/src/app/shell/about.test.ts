import { expect, test } from "vitest";
import { about } from "./about";

/** As text: to run them needs a browser. */
const PAGES = import.meta.glob<string>("../../features/*/page.ts", { query: "?raw", import: "default", eager: true });

/** The addresses of the navigation. */
function inNavigation(): string[] {
  return Object.values(PAGES).flatMap((text) => {
    const first = /path: "([^"]+)"/.exec(text)?.[1];
    return first && text.includes("navigation:") ? [first] : [];
  });
}

test("every page of the navigation says what it is for", () => {
  const paths = inNavigation();
  expect(paths.length).toBeGreaterThan(15);
  expect(paths.filter((path) => !about(path))).toEqual([]);
});
