/** Each answer of the API about figures, as figures. */
import type { components } from "@/api/schema";
import { inZone } from "@/ui/time/moments";
import type { Figure, Series } from "./figure";

type View = components["schemas"];

const BLUE = "#1c7ed6";
const GREEN = "#2f9e44";
const RED = "#e03131";
const GRAY = "#868e96";
const PINK = "#d6336c";
const YELLOW = "#f08c00";
const ORANGE = "#d9480f";
const VIOLET = "#7048e8";

const ENDED: Series[] = [GREEN, RED, GRAY, PINK].map((color) => ({ color, stack: "ended" }));

/** Hours are those of the page's zone; days and weeks are UTC's. */
export function whenLabel(per: string, zone: string): (start: string) => string {
  const isShort = per === "hour" || per === "minute";
  return (start) => (isShort ? inZone(new Date(start), zone).slice(5, 16) : start.slice(0, 10));
}

export function throughput(view: View["ThroughputView"], zone: string): Figure {
  return {
    name: "throughput",
    whole: true,
    title: `Tasks by ${view.per}`,
    columns: [view.per, "created", "succeeded", "failed", "cancelled", "rejected"],
    rows: view.buckets.map((each) => [
      each.start,
      each.created,
      each.succeeded,
      each.failed,
      each.cancelled,
      each.rejected,
    ]),
    series: [{ color: BLUE, line: true }, ...ENDED],
    label: whenLabel(view.per, zone),
  };
}

export function durations(view: View["TaskMetricsView"]): Figure {
  return {
    name: "durations",
    title: "How long tasks took, in seconds, by day (UTC)",
    columns: ["day", "mean", "95th percentile"],
    rows: view.days.map((each) => [each.day, each.avg_seconds, each.p95_seconds]),
    series: [{ color: BLUE }, { color: VIOLET, line: true }],
  };
}

export function types(view: View["TaskMetricsView"]): Figure {
  const ended = (each: View["TypeCountsView"]) => each.succeeded + each.failed + each.cancelled + each.rejected;
  return {
    name: "types",
    whole: true,
    title: "Tasks by type",
    columns: ["type", "succeeded", "failed", "cancelled", "rejected"],
    rows: [...view.types]
      .sort((one, other) => ended(other) - ended(one))
      .map((each) => [each.task_type, each.succeeded, each.failed, each.cancelled, each.rejected]),
    series: ENDED,
    lying: true,
  };
}

export function errorRates(view: View["ErrorsView"]): Figure {
  return {
    name: "errors-by-type",
    title: "Share of tasks that failed, by type, in per cent",
    columns: ["type", "failed, per cent"],
    rows: view.types.map((each) => [each.task_type, percent(each.error_rate)]),
    series: [{ color: RED }],
    lying: true,
  };
}

export function sourceErrors(view: View["ErrorsView"]): Figure {
  return {
    name: "errors-by-source",
    whole: true,
    title: "Tasks by source of the data",
    columns: ["source", "succeeded", "failed"],
    rows: view.sources.map((each) => [each.source, each.succeeded, each.failed]),
    series: [GREEN, RED].map((color) => ({ color, stack: "ended" })),
    lying: true,
  };
}

export function backlog(view: View["QueueView"]): Figure {
  return {
    name: "queue",
    whole: true,
    title: "Tasks in the queues right now",
    columns: ["capability", "waiting", "in a worker's hands"],
    rows: view.capabilities.map((each) => [each.capability, each.waiting, each.held]),
    series: [
      { color: YELLOW, stack: "open" },
      { color: BLUE, stack: "open" },
    ],
    lying: true,
  };
}

export function waits(view: View["QueueView"]): Figure {
  return {
    name: "waits",
    title: "Waits of first attempts in the last hour, in seconds",
    columns: ["capability", "median", "95th percentile", "oldest that waits"],
    rows: view.capabilities.map((each) => [
      each.capability,
      each.wait_p50_seconds,
      each.wait_p95_seconds,
      each.oldest_seconds,
    ]),
    series: [{ color: BLUE }, { color: VIOLET }, { color: ORANGE }],
    lying: true,
  };
}

export function waitsByHour(view: View["QueueView"], zone: string): Figure {
  return {
    name: "waits-by-hour",
    title: "Waits of first attempts over the last day, in seconds",
    columns: ["hour", "median", "95th percentile"],
    rows: (view.waits ?? []).map((each) => [each.start, each.wait_p50_seconds, each.wait_p95_seconds]),
    series: [
      { color: BLUE, line: true },
      { color: VIOLET, line: true },
    ],
    label: whenLabel("hour", zone),
  };
}

export function slots(view: View["WorkerMetricsView"]): Figure {
  return {
    name: "workers",
    whole: true,
    title: "Slots of workers right now",
    columns: ["worker", "in use", "free"],
    rows: (view.workers ?? []).map((each) => [
      each.name,
      each.current_tasks,
      Math.max(0, each.slots - each.current_tasks),
    ]),
    series: [
      { color: BLUE, stack: "slots" },
      { color: GRAY, stack: "slots" },
    ],
    lying: true,
  };
}

export function success(view: View["WorkerMetricsView"]): Figure {
  return {
    name: "worker-success",
    title: "Success of workers, in per cent",
    columns: ["worker", "succeeded, per cent"],
    rows: (view.workers ?? []).map((each) => [each.name, percent(each.success_rate)]),
    series: [{ color: GREEN }],
    lying: true,
  };
}

export function freshness(view: View["FreshnessMetricsView"]): Figure {
  return {
    name: "freshness",
    whole: true,
    title: "Tickers of each source",
    columns: ["source", "fresh", "stale", "failing", "no success"],
    rows: view.sources.map((each) => [each.source, each.fresh, each.stale, each.failing, each.never]),
    series: [GREEN, YELLOW, RED, ORANGE].map((color) => ({ color, stack: "state" })),
    lying: true,
  };
}

export function ages(view: View["FreshnessMetricsView"]): Figure {
  return {
    name: "ages",
    title: "Median age of the data, in hours",
    columns: ["source", "hours"],
    rows: view.sources.map((each) => [
      each.source,
      each.median_age_seconds === null ? null : each.median_age_seconds / 3_600,
    ]),
    series: [{ color: BLUE }],
    lying: true,
  };
}

const KINDS = ["crawl", "probe", "retry", "escalate", "advice", "discover"] as const;

export function decisions(view: View["AgentMetricsView"]): Figure {
  return {
    name: "agent-decisions",
    whole: true,
    title: "The agent's decisions by day (UTC)",
    columns: ["day", ...KINDS, "refused rounds"],
    rows: view.days.map((each) => [each.day, ...KINDS.map((kind) => each.decisions[kind] ?? 0), each.refused]),
    series: [
      ...[BLUE, YELLOW, VIOLET, ORANGE, GRAY].map((color) => ({ color, stack: "decisions" })),
      { color: RED, line: true },
    ],
  };
}

export function spending(view: View["AgentMetricsView"]): Figure {
  return {
    name: "agent-cost",
    title: "What the agent's tasks cost by day (UTC), in dollars",
    columns: ["day", "dollars"],
    rows: view.days.map((each) => [each.day, each.usd]),
    series: [{ color: GREEN }],
  };
}

export function agentSources(view: View["AgentMetricsView"]): Figure {
  return {
    name: "agent-sources",
    whole: true,
    title: "The agent's tasks and calls by source",
    columns: ["source", "tasks", "calls"],
    rows: view.sources.map((each) => [each.source, each.tasks, each.calls]),
    series: [{ color: BLUE }, { color: VIOLET }],
    lying: true,
  };
}

function percent(rate: number | null): number | null {
  return rate === null ? null : Math.round(rate * 1_000) / 10;
}
