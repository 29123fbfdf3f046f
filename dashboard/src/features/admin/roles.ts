/** What each role may do, in a sentence. */
export const ROLES = [
  {
    value: "viewer",
    label: "Viewer",
    says: "May see everything but people, keys and the audit log, and change nothing.",
  },
  { value: "operator", label: "Operator", says: "May also submit, cancel, retry, approve, pause and steer." },
  {
    value: "admin",
    label: "Admin",
    says: "May do everything: also people, keys, workers, rules and the agent's budget.",
  },
];
