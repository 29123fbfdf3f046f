import type { ReactNode } from "react";
import "./ui.css";

/** Names with what is to be said of each. */
export function Facts({ of }: { of: [name: string, said: ReactNode][] }) {
  return (
    <dl className="facts">
      {of.map(([name, said]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{said}</dd>
        </div>
      ))}
    </dl>
  );
}
