import { Text } from "@mantine/core";
import { type KeyboardEvent, useMemo } from "react";
import type { Step } from "@/api/plans";
import { Status } from "@/ui/Status";
import { lookOf } from "@/ui/statuses";
import { BOX, drawingOf, stepBeside } from "./layout";
import { shownStatus } from "./words";

interface Props {
  steps: Step[];
  critical: string[];
  chosen?: string;
  choose: (step: string | undefined) => void;
}

/** The steps from left to right, each with its state. One stop for the Tab key; arrows go from step to step. */
export function StepGraph({ steps, critical, chosen, choose }: Props) {
  const shape = JSON.stringify(steps.map(({ id, needs }) => ({ id, needs })));
  // Drawn anew only when the plan is another one: its states change all the time, its shape never does.
  const drawing = useMemo(() => drawingOf(JSON.parse(shape)), [shape]);
  const places = new Map(drawing.boxes.map((box) => [box.id, box]));
  const first = chosen && places.has(chosen) ? chosen : steps[0]?.id;
  const onPath = new Set(critical);

  function onKeyDown(event: KeyboardEvent<HTMLElement>) {
    const from = (event.target as HTMLElement).dataset.step;
    const to = from && stepBeside(drawing.boxes, from, event.key);
    if (!to) return;
    event.preventDefault();
    event.currentTarget.querySelector<HTMLElement>(`[data-step="${CSS.escape(to)}"]`)?.focus();
  }

  return (
    <>
      <div className="graph">
        <div
          className="graph-sheet"
          role="group"
          aria-label="Steps as a graph; arrow keys go from step to step"
          style={{ width: drawing.width, height: drawing.height }}
          onKeyDown={onKeyDown}
        >
          <svg className="graph-lines" width={drawing.width} height={drawing.height} aria-hidden="true">
            {drawing.lines.map(({ from, to, path }) => (
              <path
                key={`${from}>${to}`}
                d={path}
                data-critical={(onPath.has(from) && onPath.has(to)) || undefined}
                data-chosen={from === chosen || to === chosen || undefined}
              />
            ))}
          </svg>
          {steps.map((step) => {
            const { x = 0, y = 0 } = places.get(step.id) ?? {};
            const color = lookOf(shownStatus(step)).color;
            return (
              <button
                key={step.id}
                type="button"
                className="graph-box"
                data-step={step.id}
                aria-pressed={step.id === chosen}
                tabIndex={step.id === first ? 0 : -1}
                title={`${step.id}: ${step.task_type}`}
                style={{ left: x, top: y, ...BOX, "--box-color": `var(--mantine-color-${color}-6)` } as object}
                onClick={() => choose(step.id === chosen ? undefined : step.id)}
              >
                <span className="graph-name">{step.id}</span>
                <span className="graph-state">
                  <Status of={shownStatus(step)} size="sm" />
                  {step.parts !== null && step.parts > 1 && `${step.succeeded}/${step.parts}`}
                </span>
              </button>
            );
          })}
        </div>
      </div>
      {critical.length > 1 && (
        <Text size="xs" c="dimmed">
          Nothing could be sooner than the longest way, the thick line: {critical.join(", ")}.
        </Text>
      )}
    </>
  );
}
