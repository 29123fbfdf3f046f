import { inZone } from "@/ui/time/moments";
import { localOf } from "@/ui/time/zoned";
import { SPANS, type Span } from "./spans";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const LENGTHS: Record<Span, number> = {
  "10m": 10 * MINUTE,
  "1h": HOUR,
  "6h": 6 * HOUR,
  "1d": DAY,
  "7d": 7 * DAY,
  "31d": 31 * DAY,
};
/** How much of a window that follows the clock lies ahead, for what is scheduled. */
const AHEAD = 0.2;
/** A window that follows the clock moves on in so many steps across its length. */
const STEPS = 60;

export interface Window {
  since: number;
  until: number;
}

export function windowOf(span: Span, until: string | undefined, now: Date): Window {
  const length = LENGTHS[span];
  const step = length / STEPS;
  const end = until ? new Date(until).getTime() : Math.ceil((now.getTime() + AHEAD * length) / step) * step;
  return { since: end - length, until: end };
}

/** The end of the window when it is moved by this part of its length. */
export function moved({ since, until }: Window, part: number): string {
  return new Date(until + part * (until - since)).toISOString();
}

/** One step closer or farther; the middle stays, unless the window follows the clock. */
export function zoomed(span: Span, step: 1 | -1, window: Window, follows: boolean): { span: Span; until?: string } {
  const to = SPANS[SPANS.indexOf(span) + step];
  if (!to) return { span, until: follows ? undefined : new Date(window.until).toISOString() };
  const middle = (window.since + window.until) / 2;
  return { span: to, until: follows ? undefined : new Date(middle + LENGTHS[to] / 2).toISOString() };
}

export interface Tick {
  at: number;
  label: string;
}

const TICKS = [MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 30 * MINUTE, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY];
const LONGEST = [2 * DAY, 5 * DAY, 7 * DAY];

/** Round times in this zone, so many at most. */
export function ticksOf({ since, until }: Window, zone: string, most: number): Tick[] {
  const step = [...TICKS, ...LONGEST].find((each) => (until - since) / each <= most) ?? 7 * DAY;
  const local = new Date(`${localOf(new Date(since), zone)}:00Z`).getTime();
  const offset = Math.floor(since / MINUTE) * MINUTE - local;
  const ticks: Tick[] = [];
  for (let at = Math.ceil(local / step) * step + offset; at < until; at += step) {
    const text = inZone(new Date(at), zone);
    const midnight = text.slice(11, 16) === "00:00";
    ticks.push({ at, label: step >= DAY || midnight ? text.slice(5, 10) : text.slice(11, 16) });
  }
  return ticks.filter((tick) => tick.at >= since);
}
