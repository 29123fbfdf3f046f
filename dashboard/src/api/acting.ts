let actedAt = Number.NEGATIVE_INFINITY;

for (const kind of ["pointerdown", "keydown"] as const)
  document.addEventListener(kind, () => (actedAt = performance.now()), { capture: true, passive: true });

/** Milliseconds since somebody clicked, tapped or typed here. */
export function sinceAPersonActed(): number {
  return performance.now() - actedAt;
}
