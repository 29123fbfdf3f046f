import { expect, it } from "vitest";
import { csvText } from "./csv";

it("writes what any spreadsheet reads, and no formula", () => {
  const text = csvText(
    ["what", "count"],
    [
      ['a, "b"', 1.5],
      ["=1+1", -2],
      ["", null],
    ],
  );
  expect(text).toBe('what,count\r\n"a, ""b""",1.5\r\n\'=1+1,-2\r\n,\r\n');
});
