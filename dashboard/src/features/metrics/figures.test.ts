import { describe, expect, it } from "vitest";
import { csvText } from "@/ui/tables/csv";
import { isEmpty, optionOf, saidOf } from "./figure";
import * as figures from "./figures";

const bucket = { start: "2026-03-01T08:00:00Z", created: 5, succeeded: 3, failed: 1, cancelled: 0, rejected: 0 };

describe("a figure", () => {
  const figure = figures.throughput({ as_of: null, per: "hour", buckets: [bucket] }, "Europe/Berlin");

  it("is drawn of the numbers of the API, in the zone of the page", () => {
    const option = optionOf(figure) as { xAxis: { data: string[] }; series: { name: string; data: number[] }[] };
    expect(option.xAxis.data).toEqual(["03-01 09:00"]);
    expect(option.series.map(({ name, data }) => [name, ...data])).toEqual([
      ["created", 5],
      ["succeeded", 3],
      ["failed", 1],
      ["cancelled", 0],
      ["rejected", 0],
    ]);
  });

  it("is the same in its CSV, and in words", () => {
    expect(csvText(figure.columns, figure.rows)).toBe(
      "hour,created,succeeded,failed,cancelled,rejected\r\n2026-03-01T08:00:00Z,5,3,1,0,0\r\n",
    );
    expect(saidOf(figure)).toBe(
      "Tasks by hour. 1 of hour; created up to 5, succeeded up to 3, failed up to 1, cancelled up to 0, rejected up to 0",
    );
  });

  it("has no HTML in its tooltip, which the content policy would refuse", () => {
    expect(optionOf(figure).tooltip).toMatchObject({ renderMode: "richText" });
  });

  it("is empty when nothing happened", () => {
    expect([isEmpty(figure), isEmpty(figures.throughput({ as_of: null, per: "hour", buckets: [] }, "UTC"))]).toEqual([
      false,
      true,
    ]);
  });
});
