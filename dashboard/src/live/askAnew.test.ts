import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { expect, test } from "vitest";
import { askAnew } from "./askAnew";

test("a first load that is on its way is asked again: it may have been read before what has happened", async () => {
  const client = new QueryClient();
  const answers: ((answer: string) => void)[] = [];
  const queryFn = () => new Promise<string>((answer) => answers.push(answer));
  const observer = new QueryObserver(client, { queryKey: ["task"], queryFn });
  const leave = observer.subscribe(() => null);
  const asked = askAnew(client, { queryKey: ["task"] });
  answers[0]?.("before");
  await expect.poll(() => answers.length).toBe(2);
  answers[1]?.("after");
  await asked;
  expect(client.getQueryData(["task"])).toBe("after");
  leave();
});
