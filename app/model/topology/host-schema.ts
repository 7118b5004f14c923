import { z } from 'zod';

import { distributionSchema } from './distribution.ts';
import { projectPath } from './project-path.ts';

// Entries of `hosts`: the built-in host actors, which are all that a topology can name.

/** The output of those that send. */
export const hostOutput = 'out';

export const dataFileEndings = ['.jsonl', '.ndjson', '.csv'] as const;

const dataFile = projectPath(dataFileEndings, 'Data files');

/** What holds where an entry leaves it out. */
export const hostDefaults = {
  delayMs: 0,
  content: 'message',
  speed: 1,
  badLines: 'stop',
  mode: 'replace',
} as const;

const MOST_MS = 2 ** 40;
const periodMs = z.number().gt(0).max(MOST_MS);

/** What the numbers of an entry can be; the options of host actors that programs make, too. */
export const hostNumbers = {
  periodMs,
  delayMs: z.number().min(0).max(MOST_MS).optional(),
  durationMs: periodMs.optional(),
  count: z.int().min(1).max(Number.MAX_SAFE_INTEGER).optional(),
  rateHz: z.number().gt(0).max(1e9).optional(),
  speed: z.number().gt(0).optional(),
  seed: z.int().min(0).max(Number.MAX_SAFE_INTEGER).optional(),
} as const;

const fields = z.record(z.string(), z.unknown());

const message = fields.optional().meta({
  description:
    'The fields; those with an initializer may be left out. In a number field "{sequence}" stands for the number of the ' +
    'message, from 0, and "{timeMs}" for the Unix time in ms; in a text field both may stand within other text.',
});

const type = z.string().min(1).optional().meta({
  description: 'The message struct. May be left out where the receivers handle only one.',
});

const position = z.strictObject({ x: z.number(), y: z.number() }).optional().meta({
  description: 'Place on the canvas, in pixels.',
});

const content = z.enum(['message', 'envelope']).optional().meta({
  description:
    'message: a line holds the fields. envelope (JSON lines only): {"atMs", "from", "port", "type", "message"}.',
  default: hostDefaults.content,
});

interface Named<Id> {
  readonly id: Id;
}

/** The schema of an entry, for ids as the topology wants them. */
export function hostSchema<Id extends z.ZodType<string>>(id: Id) {
  const named = { id: id.meta({ description: 'Unique name, among actors too; channels refer to it.' }) };
  return z.discriminatedUnion('host', [
    timerSchema(named),
    generatorSchema(named),
    replaySchema(named),
    sinkSchema(named),
  ]);
}

function timerSchema<Id extends z.ZodType<string>>(named: Named<Id>) {
  return z.strictObject({
    ...named,
    host: z.literal('timer').meta({ description: 'Sends a message at fixed times, by "<id>.out".' }),
    type,
    message,
    periodMs: hostNumbers.periodMs.meta({
      description: 'From one message to the next. Times do not drift; missed ones are counted.',
    }),
    delayMs: hostNumbers.delayMs.meta({ description: 'Before the first.', default: hostDefaults.delayMs }),
    count: hostNumbers.count.meta({ description: 'Messages in all. Default: without end.' }),
    position,
  });
}

function generatorSchema<Id extends z.ZodType<string>>(named: Named<Id>) {
  return z.strictObject({
    ...named,
    host: z.literal('generator').meta({ description: 'Sends many messages, by "<id>.out".' }),
    type,
    message,
    fields: z.record(z.string(), distributionSchema).optional().meta({
      description: 'How fields are filled, by their path: "value", "place.x", "points[0]".',
    }),
    rateHz: hostNumbers.rateHz.meta({
      description: 'Messages a second. Default: as fast as the receivers take them.',
    }),
    count: hostNumbers.count.meta({ description: 'Messages in all. Default: until durationMs, else without end.' }),
    durationMs: hostNumbers.durationMs.meta({
      description: 'How long it sends. Default: until count, else without end.',
    }),
    seed: hostNumbers.seed.meta({
      description: 'The same seed gives the same messages. Default: derived from the run’s seed and the id.',
    }),
    position,
  });
}

function replaySchema<Id extends z.ZodType<string>>(named: Named<Id>) {
  return z.strictObject({
    ...named,
    host: z.literal('replay').meta({ description: 'Sends what a file holds, by "<id>.out".' }),
    file: dataFile.meta({
      description: 'JSON lines (.jsonl, .ndjson) or CSV with a header (.csv), relative to this file.',
    }),
    type,
    content,
    rateHz: hostNumbers.rateHz.meta({
      description: 'Messages a second. Default: as fast as the receivers take them.',
    }),
    timeField: z.string().min(1).optional().meta({
      description:
        'Send at the pace of this field, in ms; of an envelope it is atMs. It may be a column that the message lacks.',
    }),
    speed: hostNumbers.speed.meta({
      description: 'With timeField: how much faster.',
      default: hostDefaults.speed,
    }),
    badLines: z.enum(['stop', 'skip']).optional().meta({
      description: 'stop: the first line that is no message ends the replay, which has failed. skip: they are counted.',
      default: hostDefaults.badLines,
    }),
    position,
  });
}

function sinkSchema<Id extends z.ZodType<string>>(named: Named<Id>) {
  return z.strictObject({
    ...named,
    host: z.literal('sink').meta({ description: 'Writes what it gets to a file.' }),
    file: dataFile.meta({
      description: 'JSON lines (.jsonl, .ndjson) or CSV with a header (.csv), relative to this file.',
    }),
    content,
    mode: z.enum(['replace', 'append']).optional().meta({
      description:
        'replace: the file appears when the run ends, in place of an earlier one. append: lines are added as they come.',
      default: hostDefaults.mode,
    }),
    position,
  });
}
