import { useEffect, useState } from "react";

const PREFIX = "clawdbot.draft.";

/** State that survives a reload, a closed tab and a new version, until it is cleared. */
export function useDraft<T extends object>(name: string, empty: T): [T, (value: T) => void, () => void] {
  const [value, setValue] = useState<T>(() => ({ ...empty, ...kept<T>(name) }));
  useEffect(() => {
    localStorage.setItem(PREFIX + name, JSON.stringify(value));
  }, [name, value]);
  return [value, setValue, () => setValue(empty)];
}

function kept<T>(name: string): Partial<T> {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + name) ?? "{}") as Partial<T>;
  } catch {
    return {};
  }
}

export function keepDraft(name: string, value: object): void {
  localStorage.setItem(PREFIX + name, JSON.stringify(value));
}
