import { assertNever } from '../../../app/base/assert-never.ts';
import type { CreateFileInput } from '../../../app/contract/inputs.ts';

/** What a new file holds: a small actor that works, named after the file. */
export function templateText({ path, template }: CreateFileInput): string {
  const name = identifierOf(path);
  switch (template) {
    case 'empty':
      return '';
    case 'kernel':
      return kernel(name);
    case 'source':
      return source(name);
    case 'stateful':
      return stateful(name);
    case 'header':
      return header();
    default:
      return assertNever(template);
  }
}

/** A C++ identifier from a file's name: `my-kernel.cu` gives `my_kernel`. */
export function identifierOf(path: string): string {
  const base = path.slice(path.lastIndexOf('/') + 1).replace(/\.[^.]*$/, '');
  const name = base.replaceAll(/[^A-Za-z0-9_]+/g, '_').replace(/^_+/, '');
  return name === '' || /^\d/.test(name) || RESERVED.has(name) ? `actor_${name}` : name;
}

/** Names that a kernel's namespace cannot have; the commonest that people give to files. */
const RESERVED = new Set(
  'auto bool case char class const default delete do double else enum float for if int long main namespace new private public ring short state static struct switch template this union void while Question Answer Tick Sample SourceState CountQuery Count CountState'.split(
    ' ',
  ),
);

const kernel = (name: string): string => `#include <ring_kernel.cuh>

/// What the actor is asked.
struct Question {
  float a = 1.0f;
  float b = 2.0f;
};

/// What it answers.
struct Answer {
  float sum;
};

RING_KERNEL(${name});

RING_ON(${name}, Question) { ctx.reply(Answer{msg.a + msg.b}); }
`;

const source = (name: string): string => `#include <ring_kernel.cuh>

/// Makes the actor emit \`count\` samples.
struct Tick {
  uint32_t count = 10;
};

struct Sample {
  uint32_t index = 0;
  float value = 1.0f;
};

struct SourceState {
  uint32_t next;
};

RING_KERNEL(${name}, SourceState);
RING_OUTPUT(${name}, samples, Sample);

RING_ON(${name}, Tick) {
  for (uint32_t i = 0; i < msg.count; i++) {
    ctx.emit(samples, Sample{state.next, static_cast<float>(state.next) * 0.5f});
    state.next += 1;
  }
}
`;

const stateful = (name: string): string => `#include <ring_kernel.cuh>

/// One value; what the template of a source emits.
struct Sample {
  uint32_t index = 0;
  float value = 1.0f;
};

/// Asks what there has been so far.
struct CountQuery {};

struct Count {
  uint64_t count;
  float sum;
};

struct CountState {
  uint64_t count;
  float sum;
};

RING_KERNEL(${name}, CountState);
RING_OUTPUT(${name}, counts, Count);

RING_ON(${name}, Sample) {
  state.count += 1;
  state.sum += msg.value;
  ctx.emit(counts, Count{state.count, state.sum});
}

RING_ON(${name}, CountQuery) { ctx.reply(Count{state.count, state.sum}); }
`;

const header = (): string => `#pragma once
#include <ring_kernel.cuh>

/// A message that several kernels share.
struct Sample {
  uint32_t index = 0;
  float value = 1.0f;
};
`;
