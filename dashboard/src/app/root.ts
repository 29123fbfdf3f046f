import { createRootRoute } from "@tanstack/react-router";

/** The parent of every page; what it shows around them is set in router.tsx. */
export const rootRoute = createRootRoute();
