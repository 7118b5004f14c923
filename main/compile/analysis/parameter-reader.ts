import type { Problem } from '../../../app/base/studio-error.ts';
import type { FieldType, ScalarKind } from '../../../app/model/message-type.ts';
import type { FunctionParameter, ParameterType } from '../../../app/model/program.ts';
import { placeOf, type AstNode } from '../ast/ast-node.ts';
import { desugared } from '../ast/declarations.ts';
import type { Scope } from '../ast/scope.ts';
import { cppType } from '../type-proof.ts';
import type { MessageTypes } from './message-types.ts';
import type { SourceDocs } from './source-docs.ts';

export interface ReadParameter extends Omit<FunctionParameter, 'offset' | 'sizeBytes'> {
  /** The type in C++, spelled out of what was read. */
  readonly proof: string;
}

interface ParameterContext {
  readonly types: MessageTypes;
  readonly docs: SourceDocs;
  readonly scope: Scope;
  /** Of the function, for what is wrong. */
  readonly functionName: string;
}

/** Integers whose size is the device's own: on the CPU device 32 bits. By themselves they can be passed; arrays of them cannot. */
const deviceIntegers: ReadonlyMap<string, ScalarKind> = new Map([
  ['long', 'i32'],
  ['unsigned long', 'u32'],
]);

const parameterTip = 'Parameters are numbers, bool, enums, structs that could be messages, and pointers to buffers.';

/** Reads the parameters of one function. */
export class ParameterReader {
  readonly problems: Problem[] = [];
  readonly #context: ParameterContext;

  constructor(context: ParameterContext) {
    this.#context = context;
  }

  read(node: AstNode, index: number): ReadParameter | undefined {
    const name = node.name ?? `parameter${index + 1}`;
    const written = unqualified(node.type?.qualType ?? '');
    const type = unqualified(node.type === undefined ? '' : desugared(node.type));
    if (type.endsWith('&') || type.includes('(&')) {
      this.#refuse(node, {
        code: 'parameter-is-reference',
        reason: `is a reference (${written}), and what the host has is not in the device's memory`,
        tip: 'Take a pointer to a buffer, or the value itself.',
      });
      return undefined;
    }
    const pointee = /^(.*?) ?\*$/.exec(type)?.[1];
    const read = pointee === undefined ? this.#value(type, node) : this.#pointer(pointee, node);
    return read && { name, cppType: written, ...read };
  }

  #value(type: string, node: AstNode): Pick<ReadParameter, 'type' | 'proof'> | undefined {
    const own = deviceIntegers.get(type);
    if (own !== undefined) {
      return { type: { kind: 'value', type: { kind: 'scalar', scalar: own } }, proof: type };
    }
    const resolved = this.#resolve(type, node);
    return resolved && { type: { kind: 'value', type: resolved }, proof: cppType(resolved) };
  }

  #pointer(pointee: string, node: AstNode): Pick<ReadParameter, 'type' | 'proof'> | undefined {
    const isConst = /^(?:volatile )?const /.test(pointee);
    const isVolatile = /^(?:const )?volatile /.test(pointee);
    const element = pointee.replace(/^(?:(?:const|volatile) )*/, '');
    const qualifiers = `${isConst ? 'const ' : ''}${isVolatile ? 'volatile ' : ''}`;
    if (element === 'void') return { type: { kind: 'pointer', isConst }, proof: `${qualifiers}void*` };
    if (element.endsWith('*') || element.includes('(')) {
      this.#refuse(node, {
        code: 'parameter-not-supported',
        reason: `is '${element} *': a buffer holds no addresses`,
        tip: 'Put the data into one buffer, and pass offsets.',
      });
      return undefined;
    }
    const resolved = this.#resolve(element, node);
    if (resolved === undefined) return undefined;
    if (resolved.kind !== 'scalar' && resolved.kind !== 'struct') {
      this.#refuse(node, {
        code: 'parameter-not-supported',
        reason: `is a pointer to '${element}', which is no element of a buffer`,
        tip: 'Elements of buffers are numbers, bool, char and structs.',
      });
      return undefined;
    }
    const type: ParameterType = { kind: 'pointer', element: resolved, isConst };
    return { type, proof: `${qualifiers}${cppType(resolved)}*` };
  }

  #resolve(type: string, node: AstNode): FieldType | undefined {
    const { types, scope, docs, functionName } = this.#context;
    const resolved = types.resolveType(type, scope);
    if (resolved.ok) return resolved.type;
    if (resolved.refusal !== undefined) {
      const { code, reason, tip } = resolved.refusal;
      const isUnknown = code === 'field-type-not-supported';
      this.#refuse(node, {
        code: 'parameter-not-supported',
        reason: isUnknown ? `is '${type}', which the host cannot pass` : reason,
        tip: isUnknown ? parameterTip : tip,
      });
      return undefined;
    }
    const place = placeOf(node);
    const location = place && docs.location(place);
    const message = `'${node.name ?? ''}' of ${functionName} is a ${resolved.record.name}`;
    const note = { message, ...(location && { location }) };
    for (const problem of types.of(resolved.record).problems)
      this.problems.push({ ...problem, notes: [...(problem.notes ?? []), note] });
    return undefined;
  }

  #refuse(node: AstNode, problem: { readonly code: string; readonly reason: string; readonly tip: string }): void {
    const place = placeOf(node);
    const location = place && this.#context.docs.location(place);
    const { code, reason, tip } = problem;
    const message = `'${node.name ?? ''}' of ${this.#context.functionName} ${reason}`;
    this.problems.push({ severity: 'error', code, message, tip, ...(location && { location }) });
  }
}

/** Without what concerns the function's own copy only. */
function unqualified(type: string): string {
  return type
    .replace(/(?: ?\b(?:__restrict|restrict|const|volatile))+$/, '')
    .replace(/^(?:(?:const|volatile) )+(?=[^*]*$)/, '');
}
