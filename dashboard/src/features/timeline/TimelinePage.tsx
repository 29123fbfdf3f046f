import { ActionIcon, Alert, Button, Group, Loader, SegmentedControl, Stack, Title, Tooltip } from "@mantine/core";
import { useDocumentVisibility } from "@mantine/hooks";
import { IconChevronLeft, IconChevronRight, IconZoomIn, IconZoomOut } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { useMemo, useRef } from "react";
import { useMay } from "@/api/session";
import { useRefresh } from "@/live/useRefresh";
import { Empty } from "@/ui/Empty";
import { ErrorSentence } from "@/ui/ErrorSentence";
import { TextFilter } from "@/ui/forms/TextFilter";
import { TypeFilter } from "@/ui/forms/TypeFilter";
import { useNow } from "@/ui/time/now";
import { Gantt } from "./Gantt";
import { route, type TimelineSearch } from "./page";
import { TIMELINE, timelineQuery } from "./queries";
import { SPANS, type Span } from "./spans";
import { moved, type Window, windowOf, zoomed } from "./window";
import "./timeline.css";

const REFRESH_MS = 3_000;

/** What ran when and where, what runs, and what is to start. */
export function TimelinePage() {
  const search = route.useSearch();
  const { span = "1h", by = "worker" } = search;
  const may = useMay();
  const navigate = useNavigate();
  const window = useWindow(span, search.until);
  const timeline = useQuery(timelineQuery(window, search));
  useRefresh([TIMELINE], REFRESH_MS);

  const go = (changes: TimelineSearch) =>
    navigate({ to: "/timeline", search: { ...search, ...changes } as never, replace: true });
  const move = (part: number) => go({ until: moved(window, part) });
  const zoom = (step: 1 | -1) => go(zoomed(span, step, window, search.until === undefined));
  const isFiltered = Boolean(search.worker || search.ticker || search.task_type || search.workspace);

  function onKey(key: string) {
    if (key === "ArrowLeft") move(-0.25);
    else if (key === "ArrowRight") move(0.25);
    else if (key === "+") zoom(-1);
    else if (key === "-") zoom(1);
    else if (key === "0") go({ until: undefined });
  }

  return (
    <Stack gap="xs" className="timeline-page">
      <Title order={1}>Timeline</Title>
      <Group gap="xs">
        <SegmentedControl
          aria-label="Lines"
          size="xs"
          data={[
            { value: "worker", label: "By worker" },
            { value: "ticker", label: "By ticker" },
            { value: "type", label: "By type" },
          ]}
          value={by}
          onChange={(chosen) => go({ by: chosen === "worker" ? undefined : (chosen as "ticker" | "type") })}
        />
        <Steer span={span} follows={search.until === undefined} go={go} move={move} zoom={zoom} />
        <TypeFilter value={search.task_type} onChange={(task_type) => go({ task_type })} />
        <TextFilter label="Ticker" value={search.ticker} onChange={(ticker) => go({ ticker })} w={110} />
        <TextFilter label="Worker" value={search.worker} onChange={(worker) => go({ worker })} w={130} />
      </Group>
      {timeline.error && <ErrorSentence error={timeline.error} again={() => timeline.refetch()} />}
      {timeline.data?.capped && (
        <Alert color="yellow" p="xs">
          There is more than can be shown at once. Zoom in, or narrow it by type, ticker or worker.
        </Alert>
      )}
      {timeline.isPending && <Loader aria-label="Loading" />}
      {timeline.data && timeline.data.bars.length === 0 && (
        <Empty title={isFiltered ? "Nothing in this time matches these filters" : "Nothing ran in this time"}>
          {isFiltered ? (
            <Button
              variant="default"
              onClick={() => go({ worker: undefined, ticker: undefined, task_type: undefined, workspace: undefined })}
            >
              Clear all filters
            </Button>
          ) : (
            <Group gap="xs">
              <Button variant="default" onClick={() => zoom(1)} disabled={span === "31d"}>
                Look at a longer time
              </Button>
              {may.operate && (
                <Button component={Link} to="/submit">
                  New task
                </Button>
              )}
            </Group>
          )}
        </Empty>
      )}
      {timeline.data && timeline.data.bars.length > 0 && (
        <Gantt bars={timeline.data.bars} by={by} window={window} dimmed={timeline.isPlaceholderData} onKey={onKey} />
      )}
    </Stack>
  );
}

/** The same object while it is the same time. A page that nobody looks at stands still. */
function useWindow(span: Span, until: string | undefined): Window {
  const visible = useDocumentVisibility() !== "hidden";
  const now = useNow();
  const seen = useRef(now);
  if (visible) seen.current = now;
  const { since, until: end } = windowOf(span, until, seen.current);
  return useMemo(() => ({ since, until: end }), [since, end]);
}

interface SteerProps {
  span: Span;
  follows: boolean;
  go: (changes: TimelineSearch) => void;
  move: (part: number) => void;
  zoom: (step: 1 | -1) => void;
}

function Steer({ span, follows, go, move, zoom }: SteerProps) {
  const button = (label: string, icon: React.ReactNode, onClick: () => void, disabled = false) => (
    <Tooltip label={label}>
      <ActionIcon variant="default" size={30} aria-label={label} onClick={onClick} disabled={disabled}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
  return (
    <Group gap={4} wrap="nowrap">
      {button("Earlier", <IconChevronLeft size={16} />, () => move(-0.5))}
      <Button size="xs" variant={follows ? "light" : "default"} onClick={() => go({ until: undefined })}>
        Now
      </Button>
      {button("Later", <IconChevronRight size={16} />, () => move(0.5))}
      {button("Zoom in", <IconZoomIn size={16} />, () => zoom(-1), span === SPANS[0])}
      {button("Zoom out", <IconZoomOut size={16} />, () => zoom(1), span === SPANS.at(-1))}
      <SegmentedControl
        aria-label="Length of time"
        size="xs"
        visibleFrom="sm"
        data={[...SPANS]}
        value={span}
        onChange={(chosen) => go({ span: chosen as Span })}
      />
    </Group>
  );
}
