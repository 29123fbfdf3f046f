/** Queues and freshness over the time, as figures. */
import type { components } from "@/api/schema";
import type { Figure, Series } from "./figure";
import { whenLabel } from "./figures";

type History = components["schemas"]["HistoryView"];
type Moments = components["schemas"]["MomentsView"];

const OF_NAMES = ["#1c7ed6", "#f08c00", "#2f9e44", "#7048e8", "#d6336c", "#0c8599", "#d9480f", "#5c940d"];
const GRAY = "#868e96";
const RED = "#e03131";
const DARK_GREEN = "#2b8a3e";

/** The names with most of it over the whole time; a chart of thirty capabilities tells nothing. */
export function largest(buckets: Moments[], of: "waiting" | "held", most = OF_NAMES.length): string[] {
  const sums = new Map<string, number>();
  for (const { queues } of buckets)
    for (const [name, counted] of Object.entries(queues)) sums.set(name, (sums.get(name) ?? 0) + counted[of]);
  const named = [...sums].filter(([, sum]) => sum > 0);
  return named
    .sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1))
    .slice(0, most)
    .map(([name]) => name);
}

function byCapability(view: History, of: "waiting" | "held"): Pick<Figure, "columns" | "rows" | "series"> {
  const names = largest(view.buckets, of);
  const rest = (bucket: Moments) => {
    const total = bucket[of];
    if (total === null) return null;
    return Math.max(0, total - names.reduce((sum, name) => sum + (bucket.queues[name]?.[of] ?? 0), 0));
  };
  const numbers = (bucket: Moments) =>
    // Where nothing was written down there is a gap, and no zero.
    names.map((name) => (bucket.moments ? (bucket.queues[name]?.[of] ?? 0) : null));
  const hasRest = view.buckets.some((bucket) => (rest(bucket) ?? 0) > 1e-6);
  return {
    columns: [view.per, ...names, ...(hasRest ? ["others"] : [])],
    rows: view.buckets.map((bucket) => [bucket.start, ...numbers(bucket), ...(hasRest ? [rest(bucket)] : [])]),
    series: [...names.map((_, place) => OF_NAMES[place] ?? GRAY), ...(hasRest ? [GRAY] : [])].map(
      (color): Series => ({ color, stack: of }),
    ),
  };
}

export function queueLength(view: History, zone: string): Figure {
  const { columns, rows, series } = byCapability(view, "waiting");
  return {
    name: "queue-over-time",
    title: `Tasks that waited, mean of each ${view.per}`,
    columns: [columns[0], "the most at once", ...columns.slice(1)],
    rows: rows.map(([start, ...numbers], place) => [start, view.buckets[place]?.most_waiting ?? null, ...numbers]),
    series: [{ color: RED, line: true }, ...series],
    label: whenLabel(view.per, zone),
  };
}

export function inHands(view: History, zone: string): Figure {
  return {
    name: "in-hands-over-time",
    title: `Tasks in workers' hands, mean of each ${view.per}`,
    ...byCapability(view, "held"),
    label: whenLabel(view.per, zone),
  };
}

export function freshOverTime(view: History, zone: string): Figure {
  const sources = [...new Set(view.buckets.flatMap((bucket) => Object.keys(bucket.sources)))].sort();
  const percent = (share: number | null | undefined) =>
    share === null || share === undefined ? null : Math.round(share * 1_000) / 10;
  return {
    name: "freshness-over-time",
    title: `Tickers with data younger than ${view.fresh_hours} hours, in per cent`,
    columns: [view.per, "all sources", ...sources],
    rows: view.buckets.map((bucket) => [
      bucket.start,
      percent(bucket.fresh),
      ...sources.map((name) => percent(bucket.sources[name])),
    ]),
    series: [DARK_GREEN, ...sources.map((_, place) => OF_NAMES[place % OF_NAMES.length] ?? GRAY)].map((color) => ({
      color,
      line: true,
    })),
    label: whenLabel(view.per, zone),
  };
}
