import { notifications } from "@mantine/notifications";
import { ApiError, sentenceOf } from "@/api/problem";

export function notifyOfFailure(error: unknown): void {
  // Sign-in is open over the page by now, which says it better.
  if (error instanceof ApiError && error.status === 401) return;
  notifications.show({ color: "red", title: "That was not done", message: sentenceOf(error), autoClose: 12_000 });
}

const LETTER_MS = 70;

/** Long enough to be read. */
export function notifyOfSuccess(message: string): void {
  notifications.show({ color: "claw", message, autoClose: Math.max(5_000, message.length * LETTER_MS) });
}
