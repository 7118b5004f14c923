import { z } from 'zod';

export const openWorkSchema = z.strictObject({
  name: z.string(),
  /** The project's folder. */
  dir: z.string(),
  /** Files with edits that are not in the project's folder yet. The host keeps them, also when it ends. */
  unsaved: z.array(z.string()),
  /** Its actors run, or are paused: they end with the host. */
  isRunning: z.boolean(),
});

/** What is going on in a project that ends with the studio, or waits for the next start. */
export type OpenWork = z.infer<typeof openWorkSchema>;
