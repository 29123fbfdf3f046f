import { IconPlus } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Page } from "@/app/page";
import { rootRoute } from "@/app/root";

export interface SubmitSearch {
  /** The task whose fields are taken over. */
  from?: string;
  type?: string;
}

export const route = createRoute({
  getParentRoute: () => rootRoute,
  path: "/submit",
  validateSearch: (search: Record<string, unknown>): SubmitSearch => ({
    from: typeof search.from === "string" ? search.from : undefined,
    type: typeof search.type === "string" ? search.type : undefined,
  }),
  component: lazyRouteComponent(() => import("./SubmitPage"), "SubmitPage"),
});

export const pages: Page[] = [
  {
    route,
    navigation: { label: "New task", icon: IconPlus, order: 15, key: "n", roles: ["operator", "admin"], members: true },
  },
];
