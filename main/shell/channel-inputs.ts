import { z } from 'zod';
import type { channels } from './channel-names.ts';

const MOST_COMMANDS = 500;

export const menuCommandSchema = z.strictObject({
  id: z.string().min(1).max(128),
  title: z.string().min(1).max(200),
  group: z.string().min(1).max(64),
  keys: z.string().max(64).optional(),
  isLocal: z.boolean(),
  isEnabled: z.boolean(),
});

/** The arguments that each channel takes. Whatever does not fit is refused. */
export const channelInputs = {
  connect: z.tuple([z.string().min(1).max(64)]),
  chooseProject: z.tuple([]),
  offerCommands: z.tuple([z.array(menuCommandSchema).max(MOST_COMMANDS)]),
  showsProject: z.tuple([z.string().min(1).max(4096).nullable()]),
  listening: z.tuple([]),
  flushed: z.tuple([z.int().min(0)]),
} as const satisfies Record<keyof typeof channels, z.ZodType>;
