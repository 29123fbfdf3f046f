import { Anchor, Group, Text } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { Link, useNavigate } from "@tanstack/react-router";
import { useVirtualizer } from "@tanstack/react-virtual";
import { type MouseEvent, memo, useMemo, useRef, useState } from "react";
import { Status } from "@/ui/Status";
import { useSettings } from "@/ui/settings";
import { lookOf } from "@/ui/statuses";
import { inZone, span } from "@/ui/time/moments";
import { useNow } from "@/ui/time/now";
import { type Bar, type By, endOf, keyOf, nearest, place, type Row, rowsOf, startOf } from "./layout";
import { useFinger } from "./useFinger";
import { ticksOf, type Window } from "./window";

/** A finger needs more room than a mouse; and where there is nothing else, nothing can be pointed at. */
const [isCoarse, cannotHover] = ["(pointer: coarse)", "(hover: none)"].map((query) => matchMedia(query).matches);
const ROW = isCoarse ? 32 : 26;
/** So far from a bar, in pixels, a finger still means it. */
const REACH = 16;
const TICK_WIDTH = 90;

interface Props {
  bars: Bar[];
  by: By;
  window: Window;
  dimmed: boolean;
  /** Arrow keys, plus, minus and 0, while the chart has the focus. */
  onKey: (key: string) => void;
}

/** Work in time: a line for each worker, ticker or type, with more lines where work overlaps. */
export function Gantt({ bars, by, window, dimmed, onKey }: Props) {
  const now = useNow().getTime();
  const { zone } = useSettings();
  const scroll = useRef<HTMLDivElement>(null);
  const { ref: head, width } = useElementSize();
  const [pointed, setPointed] = useState<string | null>(null);
  const navigate = useNavigate();
  const finger = useFinger(pointed, setPointed, ({ task_id }) =>
    navigate({ to: "/tasks/$id", params: { id: task_id } as never }),
  );
  const rows = useMemo(() => rowsOf(bars, by, window, now), [bars, by, window, now]);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW,
    overscan: 8,
  });
  const ticks = ticksOf(window, zone, Math.max(2, Math.floor(width / TICK_WIDTH)));
  const at = (moment: number) => `${(100 * (moment - window.since)) / (window.until - window.since)}%`;
  function touched({ target, currentTarget, clientX }: MouseEvent, { bars: own }: Row): Bar | undefined {
    const hit = (target as Element).closest<HTMLElement>("[data-key]")?.dataset.key;
    const { left, width: wide } = currentTarget.getBoundingClientRect();
    const near = () => nearest(own, (100 * (clientX - left)) / wide, (100 * REACH) / wide, window, now);
    return hit ? own.find((bar) => keyOf(bar) === hit) : near();
  }

  return (
    <>
      <div
        ref={scroll}
        className="gantt"
        data-dimmed={dimmed || undefined}
        role="group"
        aria-label={`Timeline by ${by}: ${bars.length} bars. Arrow keys move it, plus and minus zoom, 0 goes to now.`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        onKeyDown={(event) => onKey(event.key)}
        onPointerDown={finger.onPointerDown}
        onPointerCancel={finger.onPointerCancel}
      >
        <div className="gantt-head">
          <span className="gantt-label">{by === "type" ? "Type" : by === "ticker" ? "Ticker" : "Worker"}</span>
          <div className="gantt-track" ref={head}>
            {ticks.map((tick) => (
              <span key={tick.at} className="gantt-tick" style={{ left: at(tick.at) }}>
                {tick.label}
              </span>
            ))}
          </div>
        </div>
        <div className="gantt-body" style={{ height: virtual.getTotalSize() }}>
          <div className="gantt-lines" aria-hidden>
            {ticks.map((tick) => (
              <span key={tick.at} className="gantt-line" style={{ left: at(tick.at) }} />
            ))}
            {now > window.since && now < window.until && (
              <span className="gantt-now" style={{ left: at(now) }} data-now title="Now" />
            )}
          </div>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const row = rows[index];
            if (!row) return null;
            return (
              <div
                key={`${row.lane} ${index}`}
                className="gantt-row"
                data-first={row.isFirst || undefined}
                style={{ height: ROW, transform: `translateY(${start}px)` }}
              >
                <span className="gantt-label" title={row.lane}>
                  {row.isFirst ? row.lane : ""}
                </span>
                <div
                  className="gantt-track"
                  onClickCapture={(event) => finger.onClickCapture(event, () => touched(event, row))}
                >
                  {row.bars.map((bar) => (
                    <OneBar
                      key={keyOf(bar)}
                      bar={bar}
                      by={by}
                      window={window}
                      now={now}
                      isPointed={keyOf(bar) === pointed}
                      onPoint={setPointed}
                    />
                  ))}
                </div>
              </div>
            );
          })}
        </div>
      </div>
      <Pointed bar={bars.find((bar) => keyOf(bar) === pointed)} zone={zone} now={now} />
    </>
  );
}

interface BarProps {
  bar: Bar;
  by: By;
  window: Window;
  now: number;
  isPointed: boolean;
  onPoint: (key: string) => void;
}

/** One that has ended stays as it is, whatever the clock says. */
const OneBar = memo(
  OneBarOf,
  (one, other) =>
    one.bar === other.bar &&
    one.window === other.window &&
    one.isPointed === other.isPointed &&
    (one.bar.end !== null || one.now === other.now),
);

function OneBarOf({ bar, by, window, now, isPointed, onPoint }: BarProps) {
  const { left, width } = place(bar, window, now);
  const { color, icon: Icon, label } = lookOf(bar.status);
  const name = [by !== "type" && bar.task_type, by !== "ticker" && bar.ticker].filter(Boolean).join(" ");
  return (
    <Link
      to="/tasks/$id"
      params={{ id: bar.task_id } as never}
      className="gantt-bar"
      data-bar={bar.task_id}
      data-key={keyOf(bar)}
      data-pointed={isPointed || undefined}
      aria-label={`${bar.task_type} ${bar.ticker ?? ""}: ${label}, ${span(endOf(bar, now) - startOf(bar))}`}
      style={{
        left: `${left}%`,
        width: `${width}%`,
        background: `var(--mantine-color-${color}-light)`,
        borderColor: `var(--mantine-color-${color}-filled)`,
      }}
      onPointerEnter={({ pointerType }) => pointerType !== "touch" && onPoint(keyOf(bar))}
      onFocus={() => onPoint(keyOf(bar))}
    >
      <Icon size={12} aria-hidden className={lookOf(bar.status).moving ? "turning" : undefined} />
      <span>{name || bar.worker}</span>
    </Link>
  );
}

/** What the bar below the pointer, with the focus, or touched last, is. */
function Pointed({ bar, zone, now }: { bar: Bar | undefined; zone: string; now: number }) {
  if (!bar)
    return (
      <Text size="xs" c="dimmed">
        {cannotHover
          ? "Touch a bar to read what it is; touch it again to open its task."
          : "Point at a bar to read what it is; click it to open its task."}
      </Text>
    );
  const from = inZone(new Date(bar.start), zone);
  const to = bar.end ? inZone(new Date(bar.end), zone).slice(11) : bar.attempt === null ? "" : "now";
  return (
    <Group gap="xs" mih={22}>
      <Status of={bar.status} size="sm" />
      <Text size="xs">
        {[
          `${bar.task_type} ${bar.ticker ?? ""}`.trim(),
          bar.worker,
          bar.attempt !== null && `attempt ${bar.attempt}${bar.round ? ` of retry ${bar.round}` : ""}`,
          to ? `${from} – ${to} ${zone}` : `starts ${from} ${zone}`,
          bar.attempt !== null && span(endOf(bar, now) - startOf(bar)),
        ]
          .filter(Boolean)
          .join(" · ")}
      </Text>
      {cannotHover && (
        <Anchor component={Link} to="/tasks/$id" params={{ id: bar.task_id } as never} size="xs">
          Open its task
        </Anchor>
      )}
    </Group>
  );
}
