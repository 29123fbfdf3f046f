import { answerOf, api } from "./client";
import type { components } from "./schema";

export type Bulk = components["schemas"]["BulkView"];
export type NewBulk = components["schemas"]["NewBulk"];

const at = (id: string) => ({ path: { bulk_id: id } });

/** Actions on all that match: counted first, then done by the server, whatever becomes of the page. */
export const bulk = {
  preview: (body: NewBulk): Promise<Bulk> => answerOf(api.POST("/api/v1/tasks/bulk", { body })),
  run: (id: string): Promise<Bulk> => answerOf(api.POST("/api/v1/tasks/bulk/{bulk_id}/run", { params: at(id) })),
  stop: (id: string): Promise<Bulk> => answerOf(api.POST("/api/v1/tasks/bulk/{bulk_id}/stop", { params: at(id) })),
  show: (id: string, signal: AbortSignal): Promise<Bulk> =>
    answerOf(api.GET("/api/v1/tasks/bulk/{bulk_id}", { params: at(id), signal })),
  list: async (signal: AbortSignal): Promise<Bulk[]> =>
    (await answerOf(api.GET("/api/v1/tasks/bulk", { signal }))).bulks,
};
