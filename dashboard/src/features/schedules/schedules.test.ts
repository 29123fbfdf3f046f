import { expect, test } from "vitest";
import { bodyOf, draftOf, emptyDraft, isMeant, isTimed, lengthOf, timingOf } from "./draft";
import type { Body, Schedule } from "./queries";
import { cronInWords, whenInWords } from "./words";

const entry = { ...emptyDraft("Europe/Berlin"), task_type: "reddit_crawl", params: { limit: 5, ticker: "" } };

test("a length of time is written as people write it", () => {
  expect([7_200, 86_400, 90, null, 0].map(lengthOf)).toEqual(["2h", "1d", "90s", "", ""]);
});

test("only what was picked is sent as a timing", () => {
  expect(timingOf({ ...entry, every: "2h" })).toEqual({ cron: "0 7 * * *", zone: "Europe/Berlin" });
  expect(timingOf({ ...entry, kind: "every", every: " 2h " })).toEqual({ every: "2h", zone: "Europe/Berlin" });
  const at = "2030-01-31T07:00:00Z";
  expect(timingOf({ ...entry, kind: "at", at, ends_at: at })).toEqual({ at, zone: "Europe/Berlin" });
  expect(isTimed(entry)).toBe(true);
  expect(isTimed({ ...entry, kind: "at" })).toBe(false);
});

test("a schedule that is only looked at in the form is sent as it was", () => {
  const definition = {
    timing: { every: 7_200, zone: "UTC", starts_at: "2030-01-31T07:00:00Z" },
    action: {
      kind: "tasks",
      task: { task_type: "reddit_crawl", params: { limit: 5 }, priority: 25, tags: ["daily"] },
      tickers: ["NVDA"],
      watchlist: false,
    },
    ...{ description: "", overlap: "buffer_all", missed: "all", pause_on_failure: true, jitter: 60, runs: 3 },
  } as unknown as Body;
  const sent = bodyOf(draftOf({ name: "mornings", definition } as Schedule), definition);
  expect(sent).toEqual({ ...definition, timing: { ...definition.timing, every: "2h" }, jitter: "1m" });
});

test("a plan is sent as the API has read it, and shown without what nobody said", () => {
  const params = { message: null };
  const step = { id: "say", task_type: "echo", params, needs: [], when: null, on_failure: "stop", needs_review: false };
  const said = {
    name: "morning",
    priority: 50,
    inputs: { what: null },
    steps: [{ id: "say", task_type: "echo", params }],
  };
  const plan = { ...said, description: null, tags: [], steps: [step] };
  const definition = {
    timing: { cron: "0 7 * * *", zone: "UTC" },
    action: { kind: "plan", plan, tickers: ["NVDA"], watchlist: false },
    ...{ description: "", overlap: "skip", missed: "last", pause_on_failure: false, jitter: 0 },
  } as unknown as Body;
  const draft = draftOf({ name: "mornings", definition } as Schedule);
  expect(JSON.parse(draft.plan)).toEqual(said);
  expect(bodyOf(draft, definition, said).action).toEqual({ ...definition.action, plan: said });
  expect([isMeant(draft), isMeant({ ...draft, plan: " " }), isMeant(emptyDraft("UTC"))]).toEqual([true, false, false]);
});

test("what was left empty is not sent", () => {
  const body = bodyOf({ ...entry, watchlist: true, tickers: ["NVDA"] });
  expect(body.action).toEqual({
    kind: "tasks",
    task: { task_type: "reddit_crawl", params: { limit: 5 } },
    tickers: [],
    watchlist: true,
  });
  expect(body).not.toHaveProperty("missed_window");
});

test("a cron line is said in words, unless they would be wrong", () => {
  expect(cronInWords("0 7 * * MON-FRI")).toBe("at 07:00, Monday through Friday");
  expect(cronInWords("0 7 1 * MON")).toBeNull();
  expect(cronInWords("never")).toBeNull();
  const timing = { cron: "0 7 * * *", zone: "Europe/Berlin" };
  expect(whenInWords({ definition: { timing }, when: "cron 0 7 * * *, Europe/Berlin" })).toBe(
    "at 07:00, Europe/Berlin",
  );
  expect(whenInWords({ definition: { timing: { every: 60, zone: "UTC" } }, when: "every minute" })).toBe(
    "every minute",
  );
});
