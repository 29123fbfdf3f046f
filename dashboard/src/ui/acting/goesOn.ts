/** What somebody leaves behind whose rights have changed, such as `schedule:mornings`: it belongs to everybody and works on. */
export function goesOn(signed: string[] | undefined): string {
  if (!signed?.length) return "";
  const secrets = signed.some((each) => each.startsWith("trigger:"))
    ? " Give the hooks whose secrets they know new ones."
    : "";
  return ` What they have made goes on: ${signed.join(", ")}.${secrets}`;
}
