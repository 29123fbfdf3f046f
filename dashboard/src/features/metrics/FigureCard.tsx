import { ActionIcon, Group, Loader, Text, Tooltip } from "@mantine/core";
import { IconPhoto, IconTable } from "@tabler/icons-react";
import { lazy, Suspense, useMemo, useRef } from "react";
import type { Picture } from "@/ui/chart/Chart";
import { Section } from "@/ui/Section";
import { csvText } from "@/ui/tables/csv";
import { download, save } from "@/ui/tables/download";
import { type Figure, heightOf, isEmpty, optionOf, saidOf } from "./figure";

const Chart = lazy(() => import("@/ui/chart/Chart").then((module) => ({ default: module.Chart })));

/** A chart with its numbers as CSV, and itself as PNG. */
export function FigureCard({ figure, empty }: { figure: Figure; empty: string }) {
  const picture = useRef<Picture | null>(null);
  const option = useMemo(() => optionOf(figure), [figure]);
  const height = heightOf(figure);
  const nothing = isEmpty(figure);

  async function savePicture() {
    const content = await picture.current?.();
    if (content) save(`${figure.name}.png`, content);
  }

  return (
    <Section
      title={figure.title}
      aside={
        <Group gap={4}>
          <Tooltip label="Save as CSV">
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`Save as CSV: ${figure.title}`}
              onClick={() => download(`${figure.name}.csv`, csvText(figure.columns, figure.rows), "text/csv")}
            >
              <IconTable size={16} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label="Save as PNG">
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`Save as PNG: ${figure.title}`}
              disabled={nothing}
              onClick={() => void savePicture()}
            >
              <IconPhoto size={16} />
            </ActionIcon>
          </Tooltip>
        </Group>
      }
    >
      {nothing ? (
        <Text size="sm" c="dimmed" py="md" ta="center">
          {empty}
        </Text>
      ) : (
        <Suspense fallback={<Loader aria-label="Loading" style={{ height }} />}>
          <Chart option={option} label={saidOf(figure)} height={height} picture={picture} />
        </Suspense>
      )}
    </Section>
  );
}
