import type { components } from "@/api/schema";
import { Chart } from "@/ui/chart/Chart";
import { useSettings } from "@/ui/settings";
import { inZone } from "@/ui/time/moments";

type Bucket = components["schemas"]["BucketView"];

const SERIES = [
  { key: "succeeded", name: "Succeeded", color: "#2f9e44" },
  { key: "failed", name: "Failed", color: "#e03131" },
  { key: "cancelled", name: "Cancelled", color: "#868e96" },
] as const;

/** How tasks ended, hour by hour. */
export default function ThroughputChart({ buckets }: { buckets: Bucket[] }) {
  const { zone } = useSettings();
  const sum = (key: "succeeded" | "failed" | "cancelled") => buckets.reduce((total, each) => total + each[key], 0);
  return (
    <Chart
      label={`Tasks by hour: ${SERIES.map(({ key, name }) => `${sum(key)} ${name.toLowerCase()}`).join(", ")}`}
      height={200}
      option={{
        grid: { left: 36, right: 8, top: 28, bottom: 22 },
        legend: { top: 0, icon: "roundRect", itemWidth: 10, itemHeight: 10 },
        tooltip: { trigger: "axis", renderMode: "richText" },
        xAxis: { type: "category", data: buckets.map(({ start }) => inZone(new Date(start), zone).slice(11, 16)) },
        yAxis: { type: "value", minInterval: 1 },
        series: SERIES.map(({ key, name, color }) => ({
          type: "bar" as const,
          name,
          stack: "ended",
          color,
          data: buckets.map((each) => each[key]),
        })),
      }}
    />
  );
}
