import type { ReactNode } from "react";
import "./dataTable.css";

export interface Column<T> {
  head: string;
  cell: (row: T) => ReactNode;
  /** Buttons stand at the end of their row, and need no heading that is seen. */
  actions?: boolean;
  /** What the row is called: on a phone it heads the card. A cell that is null is left out there. */
  title?: boolean;
  /** Numbers. */
  right?: boolean;
}

interface Props<T> {
  label: string;
  columns: Column<T>[];
  rows: T[];
  keyOf: (row: T) => string | number;
  dimmed?: boolean;
}

/** A table of some dozens of rows; on a phone every row is a card. Longer lists are drawn by `TaskRows`. */
export function DataTable<T>({ label, columns, rows, keyOf, dimmed = false }: Props<T>) {
  // No table element: its rows would lose their meaning where they are shown as blocks.
  return (
    <div className="data-frame">
      <div className="data" role="table" aria-label={label} aria-busy={dimmed} data-dimmed={dimmed || undefined}>
        <div role="rowgroup">
          <div role="row">
            {columns.map(({ head, actions, right }) => (
              <div key={head} role="columnheader" data-right={right || undefined}>
                {actions ? <span className="unseen">{head}</span> : head}
              </div>
            ))}
          </div>
        </div>
        <div role="rowgroup">
          {rows.map((row) => (
            <div key={keyOf(row)} role="row" data-row={keyOf(row)}>
              {columns.map(({ head, cell, actions, title, right }) => (
                <div
                  key={head}
                  role="cell"
                  data-head={actions || title ? undefined : head}
                  data-title={title || undefined}
                  data-actions={actions || undefined}
                  data-right={right || undefined}
                >
                  {cell(row)}
                </div>
              ))}
            </div>
          ))}
        </div>
      </div>
    </div>
  );
}
