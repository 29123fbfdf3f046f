import { Button, Group, Menu } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import { actOnStep, type Part, PLANS, type Seen, type StepAct, type Which } from "@/api/plans";
import { useMay } from "@/api/session";
import { order } from "@/api/tasks";
import { askFirst, openForm } from "@/ui/acting/dialogs";
import { useAct } from "@/ui/acting/useAct";
import { CommentForm, ParamsForm, ResultForm } from "./StepForms";

interface Props {
  which: Which;
  of: Partial<Pick<Part, "task_id" | "task_status" | "task_round" | "review_before">> & Pick<Part, "status">;
  /** All entries of a step: what is typed for one of them is not offered. */
  isMany?: boolean;
  /** In a row of a table. */
  isMenu?: boolean;
}

interface Offer {
  word: string;
  go: () => void;
}

/** What can be done about a step, or about one of its entries, as it stands now; nothing to who only looks. */
export function StepActs({ which, of, isMany = false, isMenu = false }: Props) {
  const may = useMay();
  const touches = [[PLANS, "one", which.plan]];
  const act = useAct((said: StepAct) => actOnStep(which, said), { touches });
  const offers = offersOf({ which, of, isMany, now: act.mutate });
  if (!may.operate || offers.length === 0) return null;
  if (isMenu)
    return (
      <Menu position="bottom-end">
        <Menu.Target>
          <Button
            size="compact-xs"
            variant="default"
            loading={act.isPending}
            rightSection={<IconChevronDown size={12} aria-hidden />}
            aria-label={`Acts on entry ${which.place}`}
          >
            Act
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {offers.map(({ word, go }) => (
            <Menu.Item key={word} onClick={go}>
              {word}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    );
  return (
    <Group gap="xs">
      {offers.map(({ word, go }, place) => (
        <Button
          key={word}
          size="compact-sm"
          variant={place === 0 ? "filled" : "default"}
          loading={place === 0 && act.isPending}
          onClick={go}
        >
          {word}
        </Button>
      ))}
    </Group>
  );
}

interface Asked extends Required<Pick<Props, "which" | "of" | "isMany">> {
  now: (act: StepAct) => void;
}

function offersOf(asked: Asked): Offer[] {
  const { status, task_id, task_status } = asked.of;
  if (status === "failed" || status === "cancelled") return repairs(asked);
  if (status === "review") return reviews(asked.which, asked.of);
  if (task_id && status === "running" && task_status === "awaiting_approval") return approvals(asked.which, task_id);
  return [];
}

function repairs({ which, of, isMany, now }: Asked): Offer[] {
  const skip = () =>
    askFirst({
      title: `Skip ${which.step}?`,
      says: "The plan goes on without it. A step of which all that it needs was skipped is skipped, too.",
      word: "Skip it",
      grave: false,
      onYes: () => now({ verb: "skip" }),
    });
  const typed: Offer[] = [
    {
      word: "Retry with other params",
      go: () =>
        openForm(`Retry ${which.step} with other params`, (close) => (
          <ParamsForm which={which} task={of.task_id ?? undefined} close={close} />
        )),
    },
    {
      word: "Set its result",
      go: () => openForm(`The result of ${which.step}`, (close) => <ResultForm which={which} close={close} />),
    },
  ];
  return [{ word: "Retry", go: () => now({ verb: "retry" }) }, ...(isMany ? [] : typed), { word: "Skip", go: skip }];
}

function reviews(which: Which, { task_round, review_before }: Props["of"]): Offer[] {
  const seen: Seen = { round: task_round ?? undefined, review_before: review_before ?? undefined };
  const ask = (word: string, verb: "approve" | "reject" | "request-changes", says: string) => ({
    word,
    go: () =>
      openForm(`${word}: ${which.step}`, (close) => (
        <CommentForm
          plan={which.plan}
          word={word}
          says={says}
          isRequired={verb === "request-changes"}
          grave={verb === "reject"}
          act={(text) =>
            actOnStep(which, verb === "request-changes" ? { verb, text, ...seen } : { verb, comment: text, ...seen })
          }
          close={close}
        />
      )),
  });
  return [
    ask("Approve", "approve", "The plan goes on with this result."),
    ask("Request changes", "request-changes", "It is made again, and told what shall be different."),
    ask("Reject", "reject", "The step has failed then, and the plan does what it says for that."),
  ];
}

/** Before it begins: a decision about its task. */
function approvals(which: Which, task: string): Offer[] {
  const ask = (word: string, command: "approve" | "reject", says: string) => ({
    word,
    go: () =>
      openForm(`${word} ${which.step}?`, (close) => (
        <CommentForm
          plan={which.plan}
          word={word}
          says={says}
          grave={command === "reject"}
          act={(text) => order({ id: task, command, text })}
          close={close}
        />
      )),
  });
  return [
    ask("Let it begin", "approve", "It begins as soon as a worker has room."),
    ask("Refuse it", "reject", "It does not run, and the step has failed."),
  ];
}
