import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef } from "react";
import { type ChartOption, echarts } from "./echarts";

interface Props {
  option: ChartOption;
  /** What is to be seen, for who does not see it. */
  label: string;
  height: number;
}

/** A chart in the colours of the theme. Import it lazily: ECharts is larger than the rest of a page. */
export function Chart({ option, label, height }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const chart = useRef<ReturnType<typeof echarts.init>>(undefined);
  const scheme = useComputedColorScheme("light");
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const made = echarts.init(element, scheme === "dark" ? "dark" : undefined);
    chart.current = made;
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.dispose();
      chart.current = undefined;
    };
  }, [scheme]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme is another chart, which needs its option
  useEffect(() => {
    chart.current?.setOption({ backgroundColor: "transparent", animation: false, ...option }, { notMerge: true });
  }, [option, scheme]);
  return <div ref={frame} role="img" aria-label={label} style={{ height }} />;
}
