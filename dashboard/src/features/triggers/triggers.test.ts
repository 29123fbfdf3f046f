import { expect, test } from "vitest";
import { bodyOf, draftOf, EMPTY, inPlace, isWhole } from "./draft";
import type { Body, Trigger } from "./queries";

const shared = { description: "", per_minute: 60 };

test.each([
  {
    source: { kind: "hook", signature: "stripe", window: 60 },
    action: { kind: "task", task: { task_type: "echo", params: { message: "of payload.x" }, tags: ["kept"] } },
    filter: "payload.x > 1",
  },
  {
    source: { kind: "task", statuses: ["failed"], task_type: null, times: 3, within: "3600s", alike: "ticker" },
    action: { kind: "template", template: "greeting", fields: { who: "payload.task.id" } },
  },
  {
    source: { kind: "plan", statuses: ["succeeded"], name: "morning" },
    action: { kind: "plan", plan: { name: "p", steps: [] }, inputs: { a: 1 } },
  },
  { source: { kind: "record", record: "sec_filings" }, action: { kind: "template", template: "t", fields: {} } },
])("one that is only looked at in the form is sent as it was: $source.kind", (given) => {
  const definition = { ...given, ...shared } as unknown as Body;
  const within = (definition.source as { within?: string }).within;
  const stored = within
    ? { ...definition, source: { ...definition.source, within: Number.parseInt(within, 10) } }
    : definition;
  const draft = draftOf({ name: "mine", definition: stored } as unknown as Trigger);
  expect(draft.name).toBe("mine");
  expect(bodyOf(draft, definition)).toEqual(definition);
});

test("it is whole when there is something to make of an object", () => {
  const draft = { ...EMPTY, makes: "echo" };
  expect(isWhole(draft)).toBe(true);
  expect(isWhole({ ...draft, values: "{" })).toBe(false);
  expect(isWhole({ ...draft, values: "[]" })).toBe(false);
  expect(isWhole({ ...draft, kind: "record" })).toBe(false);
  expect(isWhole({ ...EMPTY, does: "plan" })).toBe(true);
  expect(isWhole(EMPTY)).toBe(false);
});

test("what it makes of a template is of the workspace where it belongs, also when the page is about another one", () => {
  const draft = { ...EMPTY, does: "template" as const, makes: "greeting", makes_in: "a" };
  expect(inPlace(draft, "a", ["greeting"])).toEqual(draft);
  // While they are being loaded.
  expect(inPlace(draft, "a", undefined)).toEqual(draft);
  for (const [place, names] of [
    ["b", ["other"]],
    ["b", undefined],
    // Of the same name, and another one.
    ["b", ["greeting"]],
    [null, ["greeting"]],
    // Deleted meanwhile.
    ["a", ["other"]],
  ] as const) {
    const there = inPlace(draft, place, names && [...names]);
    expect(there.makes).toBe(null);
    expect(isWhole(there)).toBe(false);
  }
  const task = { ...draft, does: "task" as const, makes: "echo" };
  expect(inPlace(task, "b", [])).toEqual(task);
});
