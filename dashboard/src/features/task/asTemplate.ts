import type { NewTemplate } from "@/api/templates";
import type { Field } from "@/ui/forms/schema";
import type { Asked } from "@/ui/forms/TemplateForm";

/** What can become a field: every param, objects by their parts. `name` must be free of dots. */
export function candidates(fields: Field[], before = ""): { name: string; param: string }[] {
  return fields.flatMap((field) => {
    const param = before + field.name;
    if (field.fields.length) return candidates(field.fields, `${param}.`);
    return [{ name: param.replaceAll(".", "-"), param }];
  });
}

export function bodyOf(task: string, description: string, { asked, required }: Asked): NewTemplate {
  const fields = asked.map((param) => {
    const name = param.replaceAll(".", "-");
    return [name, { ...(name === param ? {} : { param }), required: required.includes(param) }];
  });
  return { from_task: task, description, fields: Object.fromEntries(fields), kind: "clawdbot.template/1" };
}
