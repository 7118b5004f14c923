import { initTRPC, tracked, TRPCError } from '@trpc/server';
import { z } from 'zod';

import { StudioError, type Problem } from '../base/studio-error.ts';
import { compareInput, inComparison, judgeInput } from './comparison.ts';
import { bufferImageInput, bufferStatisticsInput, bufferValuesInput, inLaunch, launchInput } from './functions.ts';
import { deadLetterListInput, removeLettersInput, replayInput } from './dead-letters.ts';
import {
  absoluteDir,
  actorName,
  burstInput,
  checkpointId,
  createFileInput,
  createProjectInput,
  editInput,
  filePath,
  inFile,
  injectInput,
  inProject,
  migrateInput,
  projectId,
  requestInput,
  restoreInput,
  saveCheckpointInput,
  settingInput,
  settingKey,
  startInput,
  writeStateInput,
} from './inputs.ts';
import type { StudioHost } from './studio-host.ts';

export interface ContractContext {
  readonly host: StudioHost;
}

/** What a window gets of a StudioError, as `error.data.studio`. */
export interface ErrorReport {
  readonly code: string;
  readonly message: string;
  readonly tip: string | undefined;
  readonly problems: readonly Problem[];
}

const t = initTRPC.context<ContractContext>().create({
  errorFormatter: ({ shape, error }) => {
    const { cause } = error;
    const studio: ErrorReport | undefined =
      cause instanceof StudioError
        ? { code: cause.code, message: cause.message, tip: cause.tip, problems: cause.problems }
        : undefined;
    const { stack: _, ...data } = shape.data; // paths of the host are nobody's business
    return { ...shape, data: { ...data, studio } };
  },
});

const procedure = t.procedure.use(async ({ next }) => {
  const result = await next();
  // A StudioError is the person's to read; anything else is ours, and the transport logs it.
  if (!result.ok && result.error.cause instanceof StudioError) {
    throw new TRPCError({
      code: 'UNPROCESSABLE_CONTENT',
      message: result.error.cause.message,
      cause: result.error.cause,
    });
  }
  return result;
});

// Not strict: what a procedure adds to the input is checked by a second parser, which sees the same value.
const inProjectProcedure = procedure.input(z.object({ projectId })).use(async ({ ctx, input, next }) => {
  return next({ ctx: { project: await ctx.host.project(input.projectId) } });
});

const resumable = z.strictObject({ projectId, lastEventId: z.string().max(64).nullish() });

const projects = t.router({
  recent: procedure.query(({ ctx }) => ctx.host.recentProjects()),
  forget: procedure.input(absoluteDir).mutation(({ ctx, input }) => ctx.host.forgetProject(input)),
  samples: procedure.query(({ ctx }) => ctx.host.samples()),
  openSample: procedure.input(z.string().regex(/^\w+$/)).mutation(({ ctx, input }) => ctx.host.openSample(input)),
  create: procedure.input(createProjectInput).mutation(({ ctx, input }) => ctx.host.createProject(input)),
  open: procedure.input(absoluteDir).mutation(({ ctx, input }) => ctx.host.openProject(input)),
  browse: procedure.input(absoluteDir.optional()).query(({ ctx, input }) => ctx.host.browse(input)),
  events: procedure.input(resumable).subscription(async function* ({ ctx, input, signal }) {
    const project = await ctx.host.project(input.projectId);
    for await (const { id, event } of project.events(input.lastEventId ?? undefined, signal ?? never())) {
      yield tracked(id, event);
    }
  }),
});

const files = t.router({
  edit: procedure
    .input(editInput.extend({ projectId }))
    .mutation(async ({ ctx, input: { projectId: id, ...edit } }) => (await ctx.host.project(id)).edit(edit)),
  save: inProjectProcedure
    .input(z.strictObject({ projectId, paths: z.array(filePath).max(1000).optional() }))
    .mutation(({ ctx, input }) => ctx.project.save(input.paths)),
  compileAgain: procedure
    .input(inFile)
    .mutation(async ({ ctx, input }) => (await ctx.host.project(input.projectId)).compileAgain(input.path)),
  create: procedure
    .input(createFileInput.extend({ projectId }))
    .mutation(async ({ ctx, input: { projectId: id, ...file } }) => (await ctx.host.project(id)).createFile(file)),
  rename: procedure
    .input(inFile.extend({ newPath: filePath }))
    .mutation(async ({ ctx, input }) =>
      (await ctx.host.project(input.projectId)).renameFile(input.path, input.newPath),
    ),
  delete: procedure
    .input(inFile)
    .mutation(async ({ ctx, input }) => (await ctx.host.project(input.projectId)).deleteFile(input.path)),
  revert: procedure
    .input(inFile)
    .mutation(async ({ ctx, input }) => (await ctx.host.project(input.projectId)).revertFile(input.path)),
  resolveConflict: procedure
    .input(inFile.extend({ take: z.enum(['draft', 'disk']) }))
    .mutation(async ({ ctx, input }) =>
      (await ctx.host.project(input.projectId)).resolveConflict(input.path, input.take),
    ),
  runningText: procedure
    .input(inFile)
    .query(async ({ ctx, input }) => (await ctx.host.project(input.projectId)).runningText(input.path)),
});

const run = t.router({
  start: procedure
    .input(startInput.extend({ projectId }))
    .mutation(async ({ ctx, input: { projectId: id, ...start } }) => (await ctx.host.project(id)).start(start)),
  stop: inProjectProcedure.mutation(({ ctx }) => ctx.project.stop()),
  pause: inProjectProcedure.mutation(({ ctx }) => ctx.project.pause()),
  resume: inProjectProcedure.mutation(({ ctx }) => ctx.project.resume()),
  reset: procedure
    .input(inProject.extend({ actorIds: z.array(z.string().max(256)).min(1).max(10_000) }))
    .mutation(async ({ ctx, input }) => (await ctx.host.project(input.projectId)).reset(input.actorIds)),
  dismissLost: inProjectProcedure.mutation(({ ctx }) => ctx.project.dismissLost()),
  clearConsole: inProjectProcedure.mutation(({ ctx }) => ctx.project.clearConsole()),
});

const states = t.router({
  read: procedure
    .input(inProject.extend({ actor: actorName }))
    .query(async ({ ctx, input }) => (await ctx.host.project(input.projectId)).states.read(input.actor)),
  write: procedure
    .input(writeStateInput.extend({ projectId }))
    .mutation(async ({ ctx, input: { projectId: id, ...write } }) => (await ctx.host.project(id)).states.write(write)),
  checkpoints: inProjectProcedure.query(({ ctx }) => ctx.project.states.listCheckpoints()),
  saveCheckpoint: procedure
    .input(saveCheckpointInput.extend({ projectId }))
    .mutation(async ({ ctx, input: { projectId: id, ...save } }) =>
      (await ctx.host.project(id)).states.saveCheckpoint(save),
    ),
  deleteCheckpoint: procedure
    .input(inProject.extend({ id: checkpointId }))
    .mutation(async ({ ctx, input }) => (await ctx.host.project(input.projectId)).states.deleteCheckpoint(input.id)),
  restoreCheckpoint: procedure
    .input(restoreInput.extend({ projectId }))
    .mutation(async ({ ctx, input: { projectId: id, ...restore } }) =>
      (await ctx.host.project(id)).states.restoreCheckpoint(restore),
    ),
  planMigration: procedure
    .input(inProject.extend({ actorIds: z.array(z.string().max(256)).min(1).max(10_000) }))
    .query(async ({ ctx, input }) => (await ctx.host.project(input.projectId)).states.planMigration(input.actorIds)),
  migrate: procedure
    .input(migrateInput.extend({ projectId }))
    .mutation(async ({ ctx, input: { projectId: id, ...migrate } }) =>
      (await ctx.host.project(id)).states.migrate(migrate),
    ),
});

const functions = t.router({
  launch: procedure
    .input(launchInput.extend({ projectId }))
    .mutation(async ({ ctx, input: { projectId: id, ...launch } }) =>
      (await ctx.host.project(id)).functions.launch(launch),
    ),
  cancel: procedure
    .input(inLaunch.extend({ projectId }))
    .mutation(async ({ ctx, input }) => (await ctx.host.project(input.projectId)).functions.cancel(input.launchId)),
  list: inProjectProcedure.query(({ ctx }) => ctx.project.functions.list()),
  values: procedure
    .input(bufferValuesInput.extend({ projectId }))
    .query(async ({ ctx, input: { projectId: id, ...input } }) => (await ctx.host.project(id)).functions.values(input)),
  statistics: procedure
    .input(bufferStatisticsInput.extend({ projectId }))
    .query(async ({ ctx, input: { projectId: id, ...input } }) =>
      (await ctx.host.project(id)).functions.statistics(input),
    ),
  image: procedure
    .input(bufferImageInput.extend({ projectId }))
    .query(async ({ ctx, input: { projectId: id, ...input } }) => (await ctx.host.project(id)).functions.image(input)),
});

const comparisons = t.router({
  compare: procedure
    .input(compareInput.extend({ projectId }))
    .mutation(async ({ ctx, input: { projectId: id, ...compare } }) =>
      (await ctx.host.project(id)).comparisons.compare(compare),
    ),
  cancel: procedure
    .input(inComparison.extend({ projectId }))
    .mutation(async ({ ctx, input }) =>
      (await ctx.host.project(input.projectId)).comparisons.cancel(input.comparisonId),
    ),
  judge: procedure
    .input(judgeInput.extend({ projectId }))
    .query(async ({ ctx, input: { projectId: id, ...judge } }) =>
      (await ctx.host.project(id)).comparisons.judge(judge),
    ),
  regainGpu: inProjectProcedure.mutation(({ ctx }) => ctx.project.comparisons.regainGpu()),
});

const inject = t.router({
  send: procedure
    .input(injectInput.extend({ projectId }))
    .mutation(async ({ ctx, input: { projectId: id, ...sent } }) => (await ctx.host.project(id)).send(sent)),
  request: procedure
    .input(requestInput.extend({ projectId }))
    .mutation(async ({ ctx, input: { projectId: id, ...sent } }) => (await ctx.host.project(id)).request(sent)),
  burst: procedure
    .input(burstInput.extend({ projectId }))
    .mutation(async ({ ctx, input: { projectId: id, ...sent } }) => (await ctx.host.project(id)).burst(sent)),
  cancelBurst: procedure
    .input(inProject.extend({ burstId: z.string().max(64) }))
    .mutation(async ({ ctx, input }) => (await ctx.host.project(input.projectId)).cancelBurst(input.burstId)),
});

const limit = z.int().min(1).max(10_000);
const telemetry = t.router({
  stream: procedure.input(inProject.extend({ hz: z.number().min(0.1).max(30) })).subscription(async function* ({
    ctx,
    input,
    signal,
  }) {
    const project = await ctx.host.project(input.projectId);
    yield* project.telemetry(input.hz, signal ?? never());
  }),
  history: inProjectProcedure.query(({ ctx }) => ctx.project.telemetryHistory()),
  outputs: procedure.input(inProject).subscription(async function* ({ ctx, input, signal }) {
    const project = await ctx.host.project(input.projectId);
    yield* project.outputs(signal ?? never());
  }),
  listOutputs: procedure
    .input(inProject.extend({ before: z.int().min(1).optional(), limit }))
    .query(async ({ ctx, input }) => (await ctx.host.project(input.projectId)).listOutputs(input.before, input.limit)),
  listDeadLetters: procedure
    .input(deadLetterListInput.extend({ projectId }))
    .query(async ({ ctx, input: { projectId: id, ...input } }) => (await ctx.host.project(id)).listDeadLetters(input)),
  replayDeadLetters: procedure
    .input(replayInput.extend({ projectId }))
    .mutation(async ({ ctx, input: { projectId: id, ...input } }) =>
      (await ctx.host.project(id)).replayDeadLetters(input),
    ),
  removeDeadLetters: procedure
    .input(removeLettersInput.extend({ projectId }))
    .mutation(async ({ ctx, input }) => (await ctx.host.project(input.projectId)).removeDeadLetters(input.selection)),
});

/** The studio's API, the same for every transport. */
export const studioRouter = t.router({
  machine: procedure.query(({ ctx }) => ctx.host.machine()),
  gpuFigures: procedure.subscription(async function* ({ ctx, signal }) {
    yield* ctx.host.gpuFigures(signal ?? never());
  }),
  settings: t.router({
    read: procedure.input(settingKey).query(({ ctx, input }) => ctx.host.readSetting(input)),
    write: procedure.input(settingInput).mutation(({ ctx, input }) => ctx.host.writeSetting(input.key, input.value)),
  }),
  projects,
  files,
  run,
  states,
  functions,
  comparisons,
  inject,
  telemetry,
});

export type StudioRouter = typeof studioRouter;

/** A caller without a signal never goes away. */
function never(): AbortSignal {
  return new AbortController().signal;
}
