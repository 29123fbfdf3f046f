/**
 * `part`: collected lately, but less than is usual. `empty`: it succeeded and there was nothing. `unasked`: nobody has ever
 * collected it.
 */
export const CELL_STATES = ["fresh", "part", "stale", "failing", "never", "empty", "unasked"] as const;
export type CellState = (typeof CELL_STATES)[number];
