import { inZone } from "./moments";

/** The moment that a clock in this zone shows as `2026-03-01T08:00`; null for what is no time. */
export function momentOf(local: string, zone: string): Date | null {
  const asUtc = new Date(`${local}${local.length === 16 ? ":00" : ""}Z`);
  if (Number.isNaN(asUtc.getTime())) return null;
  // Twice, because the first guess may lie on the other side of a change of the clocks.
  let guess = asUtc.getTime();
  for (let turn = 0; turn < 2; turn++) guess = asUtc.getTime() - offset(new Date(guess), zone);
  return new Date(guess);
}

/** `2026-03-01T08:00`, for an input. */
export function localOf(moment: Date, zone: string): string {
  return inZone(moment, zone).replace(" ", "T").slice(0, 16);
}

function offset(moment: Date, zone: string): number {
  return (
    new Date(`${inZone(moment, zone).replace(" ", "T")}Z`).getTime() - Math.floor(moment.getTime() / 1_000) * 1_000
  );
}
