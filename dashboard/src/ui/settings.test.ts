import { expect, test } from "vitest";
import { keptOf, settingsOf } from "./settings";

test("what is kept with the account comes back as it was", () => {
  const kept = {
    theme: "dark" as const,
    time_zone: "Europe/Berlin",
    density: "compact" as const,
    columns: { tasks: ["status"] },
  };
  expect(settingsOf(kept).zone).toBe("Europe/Berlin");
  expect(keptOf(settingsOf(kept))).toEqual(kept);
});

test("what cannot be meant is as if nothing had been set", () => {
  const settings = settingsOf({ theme: "pink" as never, time_zone: "Mars/Olympus" });
  expect(settings.theme).toBe("system");
  expect(settings.chosenZone).toBeNull();
  expect(settings.zone).not.toBe("Mars/Olympus");
});
