import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { type TaskDetail, taskTypes } from "@/api/tasks";
import { fieldsOf, type Schema } from "@/ui/forms/schema";
import { TemplateForm } from "@/ui/forms/TemplateForm";
import { bodyOf, candidates } from "./asTemplate";

/** Saves a task as a template, or as the next version of one. */
export function SaveAsTemplate({ task, close }: { task: TaskDetail; close: () => void }) {
  const types = useQuery(taskTypes);
  const schema = types.data?.find((each) => each.name === task.task_type)?.params_schema;
  const params = useMemo(
    () => candidates(fieldsOf((schema ?? {}) as Schema, "params")).map(({ param }) => param),
    [schema],
  );
  return (
    <TemplateForm
      params={params}
      says="With its params, priority, tags, retries and follow-ups."
      body={(description, asked) => bodyOf(task.id, description, asked)}
      close={close}
    />
  );
}
