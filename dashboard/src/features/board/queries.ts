import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answerOf, api } from "@/api/client";
import type { components } from "@/api/schema";
import { TASKS } from "@/api/tasks";
import { upToDate } from "./patches";

export type Board = components["schemas"]["BoardView"];
export type Card = components["schemas"]["CardView"];

export interface BoardFilters {
  text?: string;
  task_type?: string;
  ticker?: string;
  worker?: string;
  tag?: string;
  /** Of the whole page. */
  workspace?: string;
}

export const BOARD = [TASKS, "board"];

export function boardQuery(filters: BoardFilters) {
  return queryOptions({
    queryKey: [...BOARD, filters],
    queryFn: async ({ signal }): Promise<Board> => {
      const asked = Date.now();
      return upToDate(await answerOf(api.GET("/api/v1/tasks/board", { params: { query: filters }, signal })), asked);
    },
    placeholderData: keepPreviousData,
  });
}
