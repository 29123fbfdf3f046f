import { Chart } from "@/ui/chart/Chart";

const COLORS: Record<string, string> = { positive: "#2f9e44", neutral: "#868e96", negative: "#e03131" };

/** How many were scored how. The words stand at the bars: the colours only say it again. */
export default function ScoresChart({ scores }: { scores: Record<string, number> }) {
  const labels = Object.keys(scores);
  return (
    <Chart
      label={`Scores: ${labels.map((label) => `${scores[label]} ${label}`).join(", ")}`}
      height={40 + labels.length * 30}
      option={{
        grid: { left: 76, right: 40, top: 4, bottom: 22 },
        tooltip: { trigger: "axis", renderMode: "richText" },
        xAxis: { type: "value", minInterval: 1 },
        yAxis: { type: "category", data: labels, inverse: true },
        series: [
          {
            type: "bar" as const,
            name: "Posts",
            barMaxWidth: 20,
            label: { show: true, position: "right" },
            data: labels.map((label) => ({
              value: scores[label] ?? 0,
              itemStyle: { color: COLORS[label] ?? "#1f8574" },
            })),
          },
        ],
      }}
    />
  );
}
