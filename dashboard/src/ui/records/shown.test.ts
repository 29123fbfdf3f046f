import { describe, expect, it } from "vitest";
import { shownOf } from "./shown";

describe("a collected row in a list", () => {
  it("is a title, a text, a few facts and where it is", () => {
    const post = { ticker: "NVDA", reddit_id: "x1", title: "NVDA up", body: "Look", author: "ann", score: 1200 };
    expect(shownOf({ ...post, permalink: "/r/stocks/x1", created_utc: "2026-03-01", raw: {} })).toEqual({
      title: "NVDA up",
      text: "Look",
      facts: [
        ["author", "ann"],
        ["score", "1,200"],
      ],
      address: "https://www.reddit.com/r/stocks/x1",
    });
  });

  it("says whose it is, unless it is everybody's", () => {
    expect(shownOf({ title: "t", workspace: "default" }).facts).toEqual([]);
    expect(shownOf({ title: "t", workspace: "research" }).facts).toEqual([["workspace", "research"]]);
  });

  it("opens nothing but http and https", () => {
    expect(shownOf({ title: "t", url: "javascript:alert(1)" }).address).toBeNull();
    expect(shownOf({ title: "t", permalink: "//evil.example/r/" }).address).toBeNull();
  });
});
