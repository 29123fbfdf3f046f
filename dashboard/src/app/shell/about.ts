/** What each page of the navigation is for, in the words of somebody who sees it for the first time. */
const ABOUT: Record<string, string> = {
  "/": "What needs you now, and how the last day went",
  "/tasks": "Every piece of work: find it, follow it, stop it or run it again",
  "/board": "Tasks as cards, by their state; move one to cancel, retry or approve it",
  "/timeline": "When tasks ran, on which worker, and what is still to come",
  "/plans": "Several tasks in their order: this, then that",
  "/submit": "Have something done, in words or with a form",
  "/schedules": "What is done by the clock",
  "/templates": "Tasks and plans that were saved, to run them again with other values",
  "/triggers": "What is done when something happens, such as a call from outside",
  "/failures": "What failed, put together by its cause, and put right together",
  "/workers": "The machines that do the work; invite another one here",
  "/capabilities": "The queue of each kind of work: what waits, and what holds it back",
  "/coverage": "How fresh the data of each ticker is",
  "/records": "The data that was collected, to search and to export",
  "/tickers": "The shares that you follow",
  "/agent": "It collects by itself what is missing, within a budget",
  "/charts": "Figures and charts of the last hours and days",
  "/alerts": "What you were told of, and the rules for that",
  "/workspaces": "Teams with limits of their own",
  "/admin": "People, API keys, sessions, and who did what",
  "/account": "Your password, and where you are signed in",
};

export function about(path: string): string | undefined {
  return ABOUT[path];
}
