import type { StructType } from '../../app/model/message-type.ts';
import type { KernelInfo } from '../../app/model/program.ts';
import type { Analysis } from './analysis/analyze.ts';
import { tooLarge } from './analysis/type-refusal.ts';
import { limits } from './limits.ts';
import { threadEntry } from './thread-entry.ts';
import { symbolAddresses } from './symbol-proofs.ts';
import { typeProof } from './type-proof.ts';

/** Changes whenever the same program would give another unit: cached images depend on it. */
export const generatorVersion = 4;

/**
 * The unit that is compiled: the user's file, what was read from it stated as facts for the compiler to prove, and an
 * entry for each kernel and each plain function (macros of kernels/actor/ring_entry.cuh). Devices differ in the headers,
 * not in this text.
 */
export function generateUnit(mainPath: string, analysis: Analysis): string {
  const { program, namespaces, notMessages } = analysis;
  return [
    program.threads === 'many' ? '#include <ring_many_threads.h>' : '#include <ring_one_thread.h>',
    '#include <ring_ahead.cuh>',
    ...program.structs.flatMap((struct, index) => identityAhead(struct, namespaces[index] ?? '')),
    ...program.kernels.flatMap(portsAhead),
    `#include "${mainPath}"`,
    '#include <ring_entry.cuh>',
    ...program.structs.flatMap(proofs),
    ...program.structs.map((struct, index) => inNamespace(namespaces[index] ?? '', identity(struct))),
    ...notMessages.map(({ name, namespace, why }) => inNamespace(namespace, notAMessage(name, why))),
    ...program.kernels.flatMap(entry),
    ...threadEntry(analysis),
    ...symbolAddresses(program.symbols),
    'RING_DEFAULTS_BEGIN',
    ...program.structs.map(({ name }, index) => `RING_DEFAULT(${index}, ::${name})`),
    'RING_DEFAULTS_END',
    '',
  ].join('\n');
}

function proofs(struct: StructType): string[] {
  const type = `::${struct.name}`;
  return [
    `RING_PROVE_STRUCT(${type}, ${struct.sizeBytes}, ${struct.alignBytes})`,
    ...struct.fields.flatMap((field) => [
      `RING_PROVE_FIELD(${type}, ${field.name}, ${field.offset}, ${field.sizeBytes})`,
      typeProof(type, field),
    ]),
  ];
}

function entry(kernel: KernelInfo, index: number): string[] {
  const { name, outputs, handlers } = kernel;
  const ports = outputs.map((output) => `RING_PORT_ID(${output.name}, ${output.index})`).join(' ');
  return [
    ...(ports === '' ? [] : [`namespace ring_kernel_${name} { ${ports} }`]),
    `RING_ENTRY_BEGIN(${name})`,
    ...handlers.map(({ message }) => `RING_ENTRY_HANDLER(${name}, ::${message.name}, ${hex(message.typeId)})`),
    `RING_ENTRY_END(${name}, ${index})`,
  ];
}

/** Declares what `identity` defines, for compilers that look no further than to where it is first used. */
function identityAhead({ name, sizeBytes }: StructType, namespace: string): string[] {
  const own = namespace === '' ? name : name.slice(namespace.length + 2);
  // A struct in a struct is declared by that one only.
  if (sizeBytes > limits.message || own.includes('::')) return [];
  return [`RING_AHEAD(${inNamespace(namespace, `RING_DECLARE_TYPE_ID(${own})`)})`];
}

function portsAhead({ name, outputs }: KernelInfo): string[] {
  if (outputs.length === 0) return [];
  const ports = outputs.map((output) => `RING_DECLARE_PORT_ID(${output.name})`).join(' ');
  return [`RING_AHEAD(namespace ring_kernel_${name} { ${ports} })`];
}

/** A state can be larger than what can be sent. */
function identity({ name, sizeBytes, typeId }: StructType): string {
  if (sizeBytes <= limits.message) return `RING_TYPE_ID(::${name}, ${hex(typeId)})`;
  return notAMessage(name, `it ${tooLarge('message', sizeBytes).reason}`);
}

function notAMessage(name: string, why: string): string {
  return `RING_NOT_A_MESSAGE(::${name}, ${JSON.stringify(why)})`;
}

/** Where argument-dependent lookup finds it. */
function inNamespace(namespace: string, text: string): string {
  return namespace === '' ? text : `namespace ${namespace} { ${text} }`;
}

function hex(id: number): string {
  return `0x${id.toString(16).padStart(8, '0')}u`;
}
