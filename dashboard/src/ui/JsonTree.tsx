import { Code } from "@mantine/core";
import { CopyButton } from "@/ui/acting/CopyButton";
import "./ui.css";

/** Anything as it is, as text: nothing in it is ever read as HTML. */
export function JsonTree({ of, label }: { of: unknown; label: string }) {
  const text = JSON.stringify(of, null, 2);
  return (
    <div className="json">
      <Code block tabIndex={0} aria-label={label}>
        {text}
      </Code>
      <CopyButton text={text} label={`Copy ${label.toLowerCase()}`} className="json-copy" />
    </div>
  );
}
