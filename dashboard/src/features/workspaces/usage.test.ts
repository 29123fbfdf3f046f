import { expect, test } from "vitest";
import { usageOf } from "./usage";

test("a limit is named where there is one", () => {
  const one = { open_now: 1_200, last_hour: 3, cost_today: 0.5, open_tasks: 5_000, tasks_per_hour: null } as never;
  expect(usageOf({ ...(one as object), cost_per_day: 20 } as never)).toEqual({
    open: "1,200 of 5,000",
    hour: "3",
    day: "$0.50 of $20",
  });
});
