import type { TaskDetail } from "@/api/tasks";

type Copied = Pick<TaskDetail, "task_type" | "params" | "priority_label" | "tags">;

/** Quoted for a shell, so that nothing in a param can become a command. */
export function quoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

export function asCli({ task_type, params, priority_label, tags }: Copied): string {
  const words = ["clawdbot", "tasks", "add", task_type];
  for (const [name, value] of Object.entries(params))
    words.push(`${name}=${typeof value === "string" ? value : JSON.stringify(value)}`);
  if (priority_label !== "normal") words.push("--priority", priority_label);
  for (const tag of tags) words.push("--tag", tag);
  return words.map(quoted).join(" ");
}

export function asCurl({ task_type, params, priority_label, tags }: Copied, base: string): string {
  const body = { task_type, params, priority: priority_label, tags };
  return [
    `curl -s ${quoted(new URL("api/v1/tasks", base).href)}`,
    `-H "Authorization: Bearer $CLAWDBOT_API_KEY"`,
    `-H 'Content-Type: application/json'`,
    `-d ${quoted(JSON.stringify(body))}`,
  ].join(" \\\n  ");
}
