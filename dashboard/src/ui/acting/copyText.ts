import { notifyOfFailure } from "./notify";

/**
 * Puts a text into the clipboard, or says that it is not there. Where the page came over plain HTTP from another machine,
 * as to a phone in the same network, browsers have only the old way.
 */
export async function copyText(text: string): Promise<boolean> {
  const done = (await theNewWay(text)) || theOldWay(text);
  if (!done) notifyOfFailure(new Error("This browser does not let the page copy. Select the text, and copy it there."));
  return done;
}

async function theNewWay(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

function theOldWay(text: string): boolean {
  const before = document.activeElement;
  const field = document.createElement("textarea");
  field.value = text;
  field.readOnly = true;
  field.style.position = "fixed";
  field.style.opacity = "0";
  // What is open over the page keeps the focus within itself.
  (before?.closest('[role="dialog"]') ?? document.body).append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  if (before instanceof HTMLElement) before.focus();
  return done;
}
