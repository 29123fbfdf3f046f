/** Where in the text a mistake is, counted from 1: `steps.tell.params.text` is at the step `tell`, below it if that is found. */
export function lineOf(text: string, field: string): number | undefined {
  const [top = "", step, ...below] = field.split(".");
  const lines = text.split("\n");
  if (top !== "steps" || step === undefined) return lineWith(lines, top, 0);
  const number = Number(step);
  const starts = lines.flatMap((line, at) => (/^\W*"?id"?\s*:/.test(line) ? [at] : []));
  const start = Number.isInteger(number)
    ? starts[number]
    : starts.find((at) => new RegExp(`:\\s*["']?${escaped(step)}["']?\\W*$`).test(lines[at] ?? ""));
  if (start === undefined) return undefined;
  const end = starts.find((at) => at > start) ?? lines.length;
  for (const name of below.toReversed()) {
    const found = lineWith(lines.slice(0, end), name, start);
    if (found) return found;
  }
  return start + 1;
}

function lineWith(lines: string[], name: string, from: number): number | undefined {
  const said = new RegExp(`(^|[\\s{,"'])${escaped(name)}["']?\\s*:`);
  const at = lines.findIndex((line, place) => place >= from && said.test(line));
  return name && at >= 0 ? at + 1 : undefined;
}

function escaped(name: string): string {
  return name.replace(/[^\w]/g, "\\$&");
}

/** From where to where a line goes, to select it. */
export function spanOfLine(text: string, line: number): [from: number, to: number] {
  const before = text.split("\n").slice(0, line - 1);
  const from = before.reduce((sum, each) => sum + each.length + 1, 0);
  const to = text.indexOf("\n", from);
  return [from, to < 0 ? text.length : to];
}
