import { useComputedColorScheme } from "@mantine/core";
import { type RefObject, useEffect, useRef } from "react";
import { type ChartOption, echarts } from "./echarts";

/** Makes a picture of the chart as it is. */
export type Picture = () => Promise<Blob | null>;

interface Props {
  option: ChartOption;
  /** What is to be seen, for who does not see it. */
  label: string;
  height: number;
  /** Is set while the chart is there. */
  picture?: RefObject<Picture | null>;
}

/** A chart in the colours of the theme. Import it lazily: ECharts is larger than the rest of a page. */
export function Chart({ option, label, height, picture }: Props) {
  const frame = useRef<HTMLDivElement>(null);
  const chart = useRef<ReturnType<typeof echarts.init>>(undefined);
  const scheme = useComputedColorScheme("light");
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    const made = echarts.init(element, scheme === "dark" ? "dark" : undefined);
    chart.current = made;
    if (picture)
      picture.current = () => {
        const backgroundColor = scheme === "dark" ? "#242424" : "#ffffff";
        const canvas = made.renderToCanvas({ pixelRatio: 2, backgroundColor });
        return new Promise((found) => canvas.toBlob(found, "image/png"));
      };
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(element);
    return () => {
      observer.disconnect();
      made.dispose();
      chart.current = undefined;
      if (picture) picture.current = null;
    };
  }, [scheme, picture]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme is another chart, which needs its option
  useEffect(() => {
    chart.current?.setOption({ backgroundColor: "transparent", animation: false, ...option }, { notMerge: true });
  }, [option, scheme]);
  return <div ref={frame} role="img" aria-label={label} style={{ height }} />;
}
