import type { ChartOption } from "@/ui/chart/echarts";

/** A table and how it is drawn. The chart and its CSV are of the same numbers, which are those of the API. */
export interface Figure {
  /** Of a file. */
  name: string;
  title: string;
  /** What a row is of; then what its numbers are. */
  columns: [of: string, ...numbers: string[]];
  rows: [of: string, ...numbers: (number | null)[]][];
  /** For each number: its colour, and how it is drawn. */
  series: Series[];
  /** One bar below the other, for names; else along the time. */
  lying?: boolean;
  /** There is no half of what is counted. */
  whole?: boolean;
  /** What to write for the first column, below the axis. */
  label?: (of: string) => string;
}

export interface Series {
  color: string;
  line?: boolean;
  /** Those of one name stand on top of each other. */
  stack?: string;
}

const BAR_HEIGHT = 26;
const AROUND = 64;
const TALL = 260;

export function heightOf({ lying, rows }: Figure): number {
  return lying ? Math.max(140, AROUND + rows.length * BAR_HEIGHT) : TALL;
}

export function isEmpty({ rows }: Figure): boolean {
  return rows.every(([, ...numbers]) => numbers.every((number) => !number));
}

/** In words, for who does not see it: what each number comes to. */
export function saidOf({ title, columns, rows, lying }: Figure): string {
  if (lying && rows.length <= 8)
    return `${title}. ${rows.map(([of, ...numbers]) => `${of}: ${numbers.map((each) => each ?? "none").join(", ")}`).join("; ")}`;
  const [, ...names] = columns;
  const sums = names.map((name, place) => {
    const numbers = rows.map((row) => Number(row[place + 1] ?? 0));
    return `${name} up to ${round(Math.max(0, ...numbers))}`;
  });
  return `${title}. ${rows.length} of ${columns[0]}; ${sums.join(", ")}`;
}

function round(number: number): number {
  return Math.round(number * 100) / 100;
}

export function optionOf(figure: Figure): ChartOption {
  const { columns, rows, series, lying, whole, label = (of: string) => of } = figure;
  const names = rows.map(([of]) => label(of));
  const ofNames = { type: "category" as const, data: names, inverse: lying };
  const ofNumbers = { type: "value" as const, minInterval: whole ? 1 : undefined };
  return {
    grid: { left: 8, right: 28, top: 32, bottom: 8, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
    legend: { top: 0, left: 0, type: "scroll", icon: "roundRect", itemWidth: 10, itemHeight: 10 },
    // An HTML tooltip would be refused by the content policy.
    tooltip: { trigger: "axis", renderMode: "richText", axisPointer: { type: "shadow" } },
    xAxis: lying ? ofNumbers : ofNames,
    yAxis: lying ? ofNames : ofNumbers,
    series: series.map(({ color, line, stack }, place) => {
      const data = rows.map((row) => numberOf(row[place + 1]));
      const shared = { name: columns[place + 1], color, data };
      return line
        ? { ...shared, type: "line" as const, symbol: "circle", symbolSize: 5, connectNulls: false }
        : { ...shared, type: "bar" as const, stack, barMaxWidth: 22 };
    }),
  };
}

function numberOf(cell: string | number | null | undefined): number | null {
  return typeof cell === "number" ? round(cell) : null;
}
