import { queryOptions, useQueryClient } from "@tanstack/react-query";
import { answerOf, api } from "@/api/client";
import { once } from "@/api/once";
import type { components } from "@/api/schema";
import { askAnew } from "@/live/askAnew";
import { useInTurn } from "@/live/inTurn";
import { useTaskEvents } from "@/live/live";

type Schemas = components["schemas"];
export type Schedule = Schemas["ScheduleView"];
export type ScheduleDetail = Schemas["ScheduleDetailView"];
export type Run = Schemas["RunView"];
export type Body = Schemas["ScheduleBody-Input"];
export type NewSchedule = Schemas["NewSchedule-Input"];
/** As JSON; the API says what is wrong with it. */
export type Plan = Record<string, unknown>;
export type Timing = Schemas["Timing"];

export const SCHEDULES = "schedules";
/** A thousand that are due at once are one question. */
const PAUSE_MS = 500;
const PREVIEWED = 6;

/** ``workspace``: of one of them; undefined: of all that one sees. */
export function schedules(workspace: string | undefined) {
  return queryOptions({
    queryKey: [SCHEDULES, "list", workspace ?? "all"],
    queryFn: ({ signal }) => answerOf(api.GET("/api/v1/schedules", { params: { query: { workspace } }, signal })),
  });
}

/** Asks anew for what is on show of schedules when something has happened to one. */
export function useScheduleNews(): void {
  const client = useQueryClient();
  const want = useInTurn(() => askAnew(client, { queryKey: [SCHEDULES] }), PAUSE_MS);
  useTaskEvents({ onSchedule: want });
}

/** By name, as people write addresses, or by id, of which there is one only. */
const named = (schedule: string) => ({ path: { schedule } });

export function scheduleDetail(key: string) {
  return queryOptions({
    queryKey: [SCHEDULES, "one", key],
    queryFn: ({ signal }) => answerOf(api.GET("/api/v1/schedules/{schedule}", { params: named(key), signal })),
  });
}

/** The next moments of a timing that nobody has saved; what is wrong with it is a refusal. */
export function previewOf(timing: Timing, zone: string) {
  return queryOptions({
    queryKey: ["schedule-preview", timing, zone],
    queryFn: ({ signal }) =>
      answerOf(api.POST("/api/v1/schedules/preview", { body: { timing, zone, count: PREVIEWED }, signal })),
  });
}

export const steer = {
  create: (body: NewSchedule) =>
    once("schedule", body, (header) => answerOf(api.POST("/api/v1/schedules", { params: { header }, body }))),
  change: (id: string, body: Body) => answerOf(api.PUT("/api/v1/schedules/{schedule}", { params: named(id), body })),
  pause: (id: string, reason: string) =>
    answerOf(api.POST("/api/v1/schedules/{schedule}/pause", { params: named(id), body: { reason } })),
  resume: (id: string) => answerOf(api.POST("/api/v1/schedules/{schedule}/resume", { params: named(id) })),
  run: (id: string) => answerOf(api.POST("/api/v1/schedules/{schedule}/run", { params: named(id) })),
  backfill: (id: string, start: string, end: string) =>
    answerOf(api.POST("/api/v1/schedules/{schedule}/backfill", { params: named(id), body: { start, end } })),
  remove: (id: string) => answerOf(api.DELETE("/api/v1/schedules/{schedule}", { params: named(id) })),
};
