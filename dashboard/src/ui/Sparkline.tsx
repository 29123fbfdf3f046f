const WIDTH = 4;
const GAP = 1;
const HEIGHT = 22;

interface Props {
  succeeded: number[];
  failed: number[];
  /** What it shows, in words. */
  label: string;
}

/** Small bars over time: what went well below, what failed above it. Its label says the same in numbers. */
export function Sparkline({ succeeded, failed, label }: Props) {
  const most = Math.max(1, ...succeeded.map((well, place) => well + (failed[place] ?? 0)));
  const width = succeeded.length * (WIDTH + GAP);
  return (
    <svg
      width={width}
      height={HEIGHT}
      viewBox={`0 0 ${width} ${HEIGHT}`}
      role="img"
      aria-label={`${label}: ${sum(succeeded)} succeeded, ${sum(failed)} failed`}
    >
      <line x1={0} x2={width} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} stroke="var(--mantine-color-default-border)" />
      {succeeded.map((well, place) => {
        const ill = failed[place] ?? 0;
        const [up, over] = [height(well, most), height(ill, most)];
        const x = place * (WIDTH + GAP);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place in time
          <g key={place}>
            <rect x={x} y={HEIGHT - up} width={WIDTH} height={up} fill="var(--mantine-color-teal-6)" />
            <rect x={x} y={HEIGHT - up - over} width={WIDTH} height={over} fill="var(--mantine-color-red-6)" />
          </g>
        );
      })}
    </svg>
  );
}

/** Something that happened is never nothing to see. */
function height(count: number, most: number): number {
  return count === 0 ? 0 : Math.max(2, (count / most) * (HEIGHT - 1));
}

function sum(counts: number[]): number {
  return counts.reduce((all, each) => all + each, 0);
}
