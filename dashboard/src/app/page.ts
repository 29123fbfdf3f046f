import type { Icon } from "@tabler/icons-react";
import type { AnyRoute } from "@tanstack/react-router";
import type { Role } from "@/api/session";

/** A page as its feature's folder declares it, in `features/<name>/page.ts`. Nothing else lists it. */
export interface Page {
  route: AnyRoute;
  /** Where it stands in the navigation; a page without a label (one task) does not. */
  navigation?: {
    label: string;
    icon: Icon;
    /** Tens, so that one fits in between. */
    order: number;
    /** Pressed after g, e.g. `t` for tasks. */
    key: string;
    /** Who is offered it; everybody, if left out. */
    roles?: Role[];
    /** Also offered to members of workspaces. */
    members?: true;
  };
}

/** Every `page` export of every feature. */
const found = import.meta.glob<{ pages: Page[] }>("../features/*/page.ts", { eager: true });

export const pages: Page[] = Object.values(found).flatMap((module) => module.pages);

export type NavigationEntry = NonNullable<Page["navigation"]> & { path: string };

export const navigation: NavigationEntry[] = pages
  .flatMap(({ navigation: entry, route }) =>
    entry ? [{ ...entry, path: (route.options as { path: string }).path }] : [],
  )
  .sort((one, other) => one.order - other.order);

export function offeredTo(role: Role, isMember: boolean): NavigationEntry[] {
  return navigation.filter(
    (entry) => (!entry.roles || entry.roles.includes(role)) && (!isMember || entry.members === true),
  );
}
