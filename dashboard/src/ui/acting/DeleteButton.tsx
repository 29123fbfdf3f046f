import { Button } from "@mantine/core";
import { IconTrash } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { askFirst } from "./dialogs";
import { useAct } from "./useAct";

interface Props {
  name: string;
  /** What is gone then, and what stays. */
  says: ReactNode;
  act: (name: string) => Promise<unknown>;
  /** The list that it was in. */
  back: string;
}

/** Deletes what the page shows, after a yes, and leads back to the list. */
export function DeleteButton({ name, says, act, back }: Props) {
  const navigate = useNavigate();
  const remove = useAct(act, { touches: [], says: () => `${name} is deleted.` });
  return (
    <Button
      size="compact-md"
      variant="subtle"
      color="red"
      leftSection={<IconTrash size={16} aria-hidden />}
      loading={remove.isPending}
      onClick={() =>
        askFirst({
          title: `Delete ${name}?`,
          says,
          word: "Delete",
          onYes: () => remove.mutate(name, { onSuccess: () => navigate({ to: back as never, replace: true }) }),
        })
      }
    >
      Delete
    </Button>
  );
}
