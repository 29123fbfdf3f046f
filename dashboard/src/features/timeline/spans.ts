export const SPANS = ["10m", "1h", "6h", "1d", "7d", "31d"] as const;
export type Span = (typeof SPANS)[number];
