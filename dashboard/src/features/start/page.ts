import { IconHome } from "@tabler/icons-react";
import { createRoute, lazyRouteComponent } from "@tanstack/react-router";
import type { Page } from "@/app/page";
import { rootRoute } from "@/app/root";

export const route = createRoute({
  getParentRoute: () => rootRoute,
  path: "/",
  component: lazyRouteComponent(() => import("./StartPage"), "StartPage"),
});

export const pages: Page[] = [{ route, navigation: { label: "Start", icon: IconHome, order: 0, key: "h" } }];
