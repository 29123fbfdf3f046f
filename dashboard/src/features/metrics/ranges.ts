/** What the address of the page may name. Apart from the requests, since every visit loads it. */

export const RANGES = ["1d", "7d", "30d", "90d", "1y"] as const;
export type Range = (typeof RANGES)[number];
