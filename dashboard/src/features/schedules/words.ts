import { toString as inWords } from "cronstrue";
import type { Schedule, Timing } from "./queries";

const PLAIN_DAY = /^[*?]/;

/** A cron line as people say it; null for one that cannot be read, or that cronstrue would say wrongly. */
export function cronInWords(cron: string): string | null {
  const [, , dayOfMonth = "*", , dayOfWeek = "*"] = cron.trim().split(/\s+/);
  // Where both are given a day need only be one of them, as for Debian's cron; cronstrue says "and".
  if (!PLAIN_DAY.test(dayOfMonth) && !PLAIN_DAY.test(dayOfWeek)) return null;
  try {
    const said = inWords(cron, { use24HourTimeFormat: true, throwExceptionOnParseError: true });
    return said.charAt(0).toLowerCase() + said.slice(1);
  } catch {
    return null;
  }
}

/** What it makes: the type of its tasks, or its plan. */
export function madeInWords({
  action,
}: {
  action: { task?: { task_type: string } | null; plan?: { name: string } | null };
}) {
  return action.plan ? `plan ${action.plan.name}` : (action.task?.task_type ?? "");
}

/** When it is due. Intervals and moments are said by the API. */
export function whenInWords({ definition, when }: Pick<Schedule, "when"> & { definition: { timing: Timing } }): string {
  const { cron, zone } = definition.timing;
  const said = cron ? cronInWords(cron) : null;
  return said ? `${said}, ${zone}` : when;
}
