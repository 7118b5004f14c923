import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';

import * as abi from '../../app/abi/arena-layout.ts';
import * as cuda from '../../app/abi/cuda-layout.ts';
import type { FaultCause } from '../../app/device/device.ts';
import { faultCause } from '../devices/arena/fault-cause.ts';
import { compileArguments, paths, preparation } from './clang/arguments.ts';
import { ClangProcess } from './clang/clang-process.ts';
import { readRingHeaders } from './clang/ring-headers.ts';

const root = join(import.meta.dirname, '..', '..');
const headers = readRingHeaders(join(root, 'kernels'));
const clang = new ClangProcess({
  entryPoint: join(root, 'dist', 'compiler.process.js'),
  preparation: () => preparation(headers),
});
afterAll(() => clang[Symbol.asyncDispose]());

/** As for a unit, but nothing is included beforehand: a header is to bring along what it needs. */
const bareArguments = compileArguments({ threads: 'one', castsPointers: false }).filter(
  (argument, index, all) => argument !== '-include-pch' && all[index - 1] !== '-include-pch',
);

/** What the compiler has to say about a unit; empty when it compiles. */
async function complaints(unit: string): Promise<string[]> {
  const files = { [paths.unit]: unit };
  const { exitCode, stderr } = await clang.run({ args: bareArguments, files, outputs: [] });
  const texts = [...stderr.matchAll(/"message":\{"text":"((?:[^"\\]|\\.)*)"/g)].map(([, text = '']) => text);
  return exitCode === 0 ? [] : [`exit code ${exitCode}`, ...texts];
}

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
const prove = (condition: string): string => `static_assert(${condition}, "${condition.replaceAll('"', '')}");`;

/** Assertions for a table of offsets; `path` says where a field lies in the struct. */
function provedOffsets(
  struct: string,
  table: Readonly<Record<string, number>>,
  path: (field: string) => string = snake,
): string[] {
  return Object.entries(table).map(([field, offset]) =>
    field === 'sizeBytes'
      ? prove(`sizeof(ring::abi::${struct}) == ${offset}`)
      : prove(`__builtin_offsetof(ring::abi::${struct}, ${path(field)}) == ${offset}`),
  );
}

function provedEnum(name: string, values: Readonly<Record<string, number>>): string[] {
  return Object.entries(values).map(([value, number]) =>
    prove(`static_cast<unsigned>(ring::abi::${name}::${snake(value)}) == ${number}`),
  );
}

/** The enumerators of `enum class name`, as the header has them. */
function enumerators(header: string, name: string): Record<string, number> {
  const body = new RegExp(`enum class ${name} : u\\w+ \\{([^}]*)\\}`).exec(String(headers[header]))?.[1] ?? '';
  const found = [...body.replace(/\/\/.*/g, '').matchAll(/(\w+) = (\d+)/g)];
  return Object.fromEntries(found.map(([, key = '', value]) => [key, Number(value)]));
}

const controlFields = new Set(['command', 'acknowledged', 'state', 'heartbeat', 'lastError']);

function actorPath(field: string): string {
  if (controlFields.has(field)) return `ctl.${snake(field)}`;
  const stat = /^stats([A-Z]\w*)$/.exec(field)?.[1];
  return stat === undefined ? snake(field) : `stats.${snake(stat).slice(1)}`;
}

const constants = {
  kMagic: abi.ABI_MAGIC,
  kVersion: abi.ABI_VERSION,
  kArenaHeaderAddress: abi.ARENA_HEADER_ADDRESS,
  kStopWordAddress: abi.STOP_WORD_ADDRESS,
  kReplyPort: abi.REPLY_PORT,
  kSendPort: abi.SEND_PORT,
  kTopicPort: abi.TOPIC_PORT,
  kUrgentPriority: abi.URGENT_PRIORITY,
  kUrgentRun: abi.URGENT_RUN,
  kFlagTombstone: abi.FLAG_TOMBSTONE,
  kFlagDeadLetter: abi.FLAG_DEAD_LETTER,
  kFlagRetain: abi.FLAG_RETAIN,
  kFlagProcessed: abi.FLAG_PROCESSED,
  kFlagDropped: abi.FLAG_DROPPED,
  kFlagReceipt: abi.FLAG_RECEIPT,
  kFlagPassOn: abi.FLAG_PASS_ON,
  kGpus: abi.MOST_GPUS,
  kReasons: abi.REASON_COUNT,
  kHistogramBuckets: abi.HISTOGRAM_BUCKETS,
  kMaxBatch: abi.MAX_BATCH,
  kLanes: abi.LANE_COUNT,
  kKeyIsText: abi.KEY_IS_TEXT,
  kBufferSlots: abi.BUFFER_SLOTS,
  kBufferMarks: abi.BUFFER_MARKS,
  kTopicToHost: abi.TOPIC_TO_HOST,
  kMaxNameBytes: abi.MAX_NAME_BYTES,
  kMisses: abi.MISS_COUNT,
  kMissed: abi.MISSED,
};

describe('the memory protocol', () => {
  it('is the same in TypeScript and C++', async () => {
    const assertions = [
      ...provedOffsets('header', abi.HEADER),
      ...provedOffsets('ring', abi.RING),
      ...provedOffsets('actor', abi.ACTOR, actorPath),
      ...provedOffsets('channel', abi.CHANNEL),
      ...provedOffsets('route', abi.ROUTE),
      ...provedOffsets('group', abi.GROUP),
      ...provedOffsets('topic', abi.TOPIC),
      ...provedOffsets('miss', abi.MISS),
      ...provedOffsets('misses', abi.MISSES),
      ...provedOffsets('ledger_record', abi.LEDGER_RECORD),
      ...provedOffsets('ledger', abi.LEDGER),
      ...provedEnum('delivery_outcome', abi.DELIVERY_OUTCOME),
      ...provedOffsets('worker', abi.WORKER),
      ...provedOffsets('arena', abi.ARENA),
      ...provedOffsets('buffer', abi.BUFFER),
      ...provedEnum('command', abi.COMMAND),
      ...provedEnum('state', abi.ACTOR_STATE),
      ...provedEnum('phase', abi.PHASE),
      ...provedEnum('lane', abi.LANE),
      ...provedEnum('overflow', abi.OVERFLOW),
      ...provedEnum('routing', abi.ROUTING),
      ...provedEnum('miss_kind', abi.MISS_KIND),
      ...provedEnum('miss_answer', abi.MISS_ANSWER),
      ...Object.entries(constants).map(([name, value]) => prove(`ring::abi::${name} == ${value}`)),
    ];
    expect(assertions.length).toBeGreaterThan(200);
    expect(await complaints(['#include "/ring/abi/ring_abi.h"', ...assertions].join('\n'))).toEqual([]);
  });

  it('is the same for what only CUDA has', async () => {
    const assertions = [
      ...provedOffsets('actor_launch', cuda.ACTOR_LAUNCH),
      ...provedOffsets('report', cuda.REPORT),
      ...provedOffsets('print_record', cuda.PRINT_RECORD),
      ...provedEnum('print_kind', cuda.PRINT_KIND),
      prove(`ring::abi::kHasLeft == ${cuda.HAS_LEFT}u`),
      prove(`ring::abi::kNoPlace == ${cuda.NO_PLACE}u`),
      prove(`ring::abi::kFaultTextBytes == ${cuda.FAULT_TEXT_BYTES}`),
      prove(`ring::abi::kPrintTextBytes == ${cuda.PRINT_TEXT_BYTES}`),
    ];
    expect(await complaints(['#include "/ring/abi/ring_abi_cuda.h"', ...assertions].join('\n'))).toEqual([]);
  });

  it('has the same launch of threads in TypeScript and C++', async () => {
    const { sizeBytes, ...offsets } = abi.LAUNCH;
    const launch = 'ring::simt::launch';
    const assertions = [
      prove(`sizeof(${launch}) == ${sizeBytes}`),
      ...Object.entries(offsets).map(([field, offset]) =>
        prove(`__builtin_offsetof(${launch}, ${snake(field)}) == ${offset}`),
      ),
    ];
    expect(await complaints(['#include "/ring/cpu/ring_threads.h"', ...assertions].join('\n'))).toEqual([]);
  });

  it('would not pass with another offset', async () => {
    const wrong = provedOffsets('ring', { ...abi.RING, head: 252 });
    const found = await complaints(['#include "/ring/abi/ring_abi.h"', ...wrong].join('\n'));
    expect(found.join()).toContain('head');
  });

  it('has every enumerator in TypeScript', () => {
    const inSnake = (values: Readonly<Record<string, number>>): Record<string, number> =>
      Object.fromEntries(Object.entries(values).map(([key, value]) => [snake(key), value]));
    expect(enumerators('ring/abi/ring_abi.h', 'command')).toEqual(inSnake(abi.COMMAND));
    expect(enumerators('ring/abi/ring_abi.h', 'state')).toEqual(inSnake(abi.ACTOR_STATE));
    expect(enumerators('ring/abi/ring_abi.h', 'phase')).toEqual(inSnake(abi.PHASE));
    expect(enumerators('ring/abi/ring_abi.h', 'lane')).toEqual(inSnake(abi.LANE));
    expect(enumerators('ring/abi/ring_abi.h', 'overflow')).toEqual(inSnake(abi.OVERFLOW));
    expect(enumerators('ring/abi/ring_abi.h', 'routing')).toEqual(inSnake(abi.ROUTING));
    expect(enumerators('ring/abi/ring_abi_names.h', 'miss_answer')).toEqual(inSnake(abi.MISS_ANSWER));
    const reasons = Object.entries(enumerators('ring/abi/ring_abi.h', 'reason'));
    expect(reasons.map(([name]) => name.replaceAll('_', '-'))).toEqual([...abi.DEVICE_REASONS]);
    expect(reasons.map(([, value]) => value)).toEqual(abi.DEVICE_REASONS.map((_, index) => index));
  });

  it('knows what each failure of the device code is', () => {
    const expected: Record<string, FaultCause> = {
      stopped: 'runaway',
      stack_overflow: 'stack-overflow',
      outbox_overflow: 'outbox-overflow',
      assertion: 'assertion-failed',
      trap: 'trap',
      divide_by_zero: 'divide-by-zero',
      null_pointer: 'null-pointer',
      unreachable: 'trap',
      bad_index: 'out-of-bounds',
      bad_buffer: 'invalid-buffer',
      too_many_topics: 'too-many-topics',
      divergence: 'divergent-barrier',
      too_many_threads: 'too-many-threads',
      bad_barrier: 'invalid-barrier',
      not_in_mask: 'not-in-mask',
      not_cooperative: 'not-cooperative',
    };
    const failures = Object.entries(enumerators('ring/abi/ring_failure.h', 'failure'));
    expect(failures.length).toBeGreaterThan(0);
    for (const [name, code] of failures) expect([name, faultCause(code, '')]).toEqual([name, expected[name]]);
    expect(Math.max(...failures.map(([, code]) => code))).toBe(failures.length);
  });
});

describe('each header', () => {
  // Parts of cuda_fp16.h and cuda_bf16.h, which define what they are written in.
  const isPart = (path: string): boolean => /\/cuda_small_float_/.test(path);
  const own = Object.keys(headers).filter((path) => /\.(cuh|h)$|\/\w+$/.test(path) && !isPart(path));
  it.each(own)('%s compiles alone, and twice in one unit', async (path) => {
    expect(await complaints(`#include "/${path}"\n#include "/${path}"\nint nothing;\n`)).toEqual([]);
  });
});
