import { expect, test } from "vitest";
import { ApiError } from "@/api/problem";
import { illOf, partsOf } from "./parts";

const at = "2026-03-01T08:00:30Z";
const overview = {
  at,
  parts: [
    { name: "postgres", state: "ok", at, age_seconds: 0, detail: "" },
    { name: "core", state: "down", at: "2026-03-01T08:00:00Z", age_seconds: 30, detail: "Core has not been heard of." },
    { name: "temporal", state: "unknown", at: null, age_seconds: null, detail: "" },
  ],
  counts: {},
  workers: { idle: 1, offline: 2 },
  alerts_firing: 0,
  unread: 0,
} as never;

const wellness = (parts: ReturnType<typeof partsOf>) => Object.fromEntries(parts.map(({ name, well }) => [name, well]));

test("each part is as the API says", () => {
  const parts = partsOf(overview, null, "open");
  expect(wellness(parts)).toEqual({
    API: true,
    Postgres: true,
    Core: false,
    Temporal: null,
    Workers: true,
    "Live changes": true,
  });
  expect(parts.find(({ name }) => name === "Workers")?.says).toBe("1 of 3 are there");
});

test("an API that is away knows of nothing; one that refuses has no database", () => {
  const away = new ApiError({ status: 0, detail: "", errors: [] });
  expect(wellness(partsOf(overview, away, "lost"))).toEqual({ API: false, Postgres: null, "Live changes": false });
  const refusing = new ApiError({ status: 503, detail: "The database does not answer.", errors: [] });
  expect(wellness(partsOf(overview, refusing, "open"))).toMatchObject({ API: true, Postgres: false });
});

test("what is said is the cause: the connection of the page only where no other is known", () => {
  const said = (error: unknown, connection: "open" | "lost") => {
    const { ill, isOffline } = illOf(partsOf(overview, error, connection), connection);
    return isOffline ? "offline" : ill.map(({ name }) => name).join();
  };
  expect(said(new ApiError({ status: 503, detail: "", errors: [] }), "lost")).toBe("Postgres");
  expect(said(new ApiError({ status: 0, detail: "", errors: [] }), "lost")).toBe("offline");
  expect(said(null, "lost")).toBe("offline");
  expect(said(null, "open")).toBe("Core");
});
