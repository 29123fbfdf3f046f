import { expect, test } from "vitest";
import { browserOf } from "./browserOf";

test("a browser is named as people name it", () => {
  const chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36";
  expect(browserOf(chrome)).toBe("Chrome on Linux");
  expect(browserOf(`${chrome.replace("X11; Linux x86_64", "Windows NT 10.0")} Edg/130.0`)).toBe("Edge on Windows");
  expect(browserOf("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1")).toBe(
    "Safari on iOS",
  );
});

test("what is no browser is shown as it is", () => {
  expect(browserOf("python-httpx/0.27")).toBe("python-httpx/0.27");
  expect(browserOf("")).toBe("unknown");
});
