import type { Problem, SourceLocation } from '../../../app/base/studio-error.ts';
import { layoutStruct, type FieldSpec } from '../../../app/model/layout.ts';
import type { FunctionInfo, ParameterType } from '../../../app/model/program.ts';
import { beginOf, endOf, placeOf, type AstNode } from '../ast/ast-node.ts';
import type { GlobalFunction } from '../ast/declarations.ts';
import { functionName, hasUntypedValue, isPattern, withoutUnnamed } from './function-name.ts';
import { ParameterReader, type ReadParameter } from './parameter-reader.ts';
import { projectPath, type SourceDocs } from './source-docs.ts';
import type { MessageTypes } from './message-types.ts';

/** A function as the generated unit refers to it. */
export interface FunctionReference {
  /** Within the global namespace: `::app::scale`, `::reduce<float, 256>`. */
  readonly expression: string;
  /** Types of its parameters in C++, spelled out of what was read, so that the compiler can compare. */
  readonly parameterTypes: readonly string[];
}

export interface ReadFunctions {
  readonly functions: readonly FunctionInfo[];
  /** In the same order. */
  readonly references: readonly FunctionReference[];
  readonly problems: readonly Problem[];
}

interface FunctionContext {
  readonly types: MessageTypes;
  readonly docs: SourceDocs;
  /** What comes before in the numbers of entries. */
  readonly firstEntry: number;
}

interface Found {
  readonly info: Omit<FunctionInfo, 'entry'>;
  readonly reference: FunctionReference;
}

/** Reads the `__global__` functions of a program's own files, and says what the host cannot launch. */
export function readFunctions(declared: readonly GlobalFunction[], context: FunctionContext): ReadFunctions {
  const own = declared.filter(({ node }) => projectPath(placeOf(node)?.file ?? '') !== undefined);
  const problems: Problem[] = [];
  const found = new Map<string, Found>();
  for (const declaration of own) {
    if (isPattern(declaration)) continue;
    const { function: read, problems: wrong } = readFunction(declaration, context);
    problems.push(...wrong);
    if (read === undefined) continue;
    // A declaration and its definition are one; the definition comes later and has the places of its own text.
    found.set(`${read.reference.expression}(${read.reference.parameterTypes.join()})`, read);
  }
  problems.push(...neverInstantiated(own, context));
  const all = [...found.values()];
  return {
    functions: all.map(({ info }, index) => ({
      ...info,
      name: distinctName(info, all),
      entry: context.firstEntry + index,
    })),
    references: all.map(({ reference }) => reference),
    problems: distinct(problems),
  };
}

function readFunction(
  declaration: GlobalFunction,
  { types, docs }: FunctionContext,
): { readonly function?: Found; readonly problems: readonly Problem[] } {
  const { node, scope } = declaration;
  if (node.isInvalid === true) return { problems: [] };
  const named = functionName(declaration);
  const location = locationOf(node, docs);
  const reader = new ParameterReader({ types, scope, functionName: named.name, docs });
  const parameters = (node.inner ?? []).filter(({ kind }) => kind === 'ParmVarDecl');
  const read = parameters.map((parameter, index) => reader.read(parameter, index));
  const problems = [...shapeProblems(declaration, named.name, location), ...reader.problems];
  if (problems.length > 0) return { problems };
  const known = read.filter((parameter) => parameter !== undefined);
  const doc = docOf(declaration, docs);
  const info = { name: named.name, ...layOut(known), ...(doc && { doc }), location };
  const reference = { expression: named.expression, parameterTypes: known.map(({ proof }) => proof) };
  return { function: { info, reference }, problems: [] };
}

function layOut(read: readonly ReadParameter[]): Pick<FunctionInfo, 'parameters' | 'parameterBytes'> {
  const block = parameterBlock(read);
  const parameters = read.map(({ name, cppType, type }, index) => {
    const { offset, sizeBytes } = block.fields[index]!;
    return { name, cppType, type, offset, sizeBytes };
  });
  return { parameters, parameterBytes: read.length === 0 ? 0 : block.sizeBytes };
}

/** Parameters lie one after the other as the members of a struct do; a pointer is an address in the arena. */
function parameterBlock(parameters: readonly { readonly name: string; readonly type: ParameterType }[]) {
  const fields = parameters.map(({ name, type }): FieldSpec => {
    return { name, type: type.kind === 'value' ? type.type : { kind: 'scalar', scalar: 'u32' } };
  });
  return layoutStruct({ name: 'parameters', fields });
}

/** What is wrong with the function whatever its parameters are. */
function shapeProblems(declaration: GlobalFunction, name: string, location: SourceLocation): Problem[] {
  const { node } = declaration;
  const problem = (code: string, message: string, tip: string): Problem => {
    return { severity: 'error', code, message, tip, location };
  };
  const result = (node.type?.qualType ?? '').split(' (')[0]!;
  return [
    ...(node.kind === 'CXXMethodDecl'
      ? [problem('function-is-member', `'${name}' is a member: the host cannot launch it`, 'Declare it outside.')]
      : []),
    ...(result === 'void'
      ? []
      : [
          problem(
            'function-returns',
            `'${name}' returns ${result}, and a __global__ function returns void`,
            'Write the result through a pointer parameter.',
          ),
        ]),
    ...(hasUntypedValue(declaration)
      ? [
          problem(
            'function-auto-value',
            `'${name}' has a template parameter 'auto'`,
            'Give the value a type: template <int N>.',
          ),
        ]
      : []),
    ...(node.variadic === true
      ? [problem('function-variadic', `'${name}' takes '...': the host passes a fixed list`, 'Name its parameters.')]
      : []),
  ];
}

/** Templates that nothing makes a function of: the host launches functions only. */
function neverInstantiated(own: readonly GlobalFunction[], { docs }: FunctionContext): Problem[] {
  const patterns = own.filter(isPattern);
  const instances = own.filter((declaration) => !isPattern(declaration));
  return patterns.flatMap(({ node, scope }) => {
    if (node.kind === 'CXXMethodDecl') return [];
    if (instances.some((instance) => instance.node.name === node.name && instance.scope === scope)) return [];
    const name = withoutUnnamed(scope.qualify(node.name ?? ''));
    const parameters = (node.type?.qualType ?? '()').replace(/^[^(]*/, '');
    return [
      {
        severity: 'warning' as const,
        code: 'function-not-instantiated',
        message: `the template '${name}' is instantiated nowhere: the host cannot launch it`,
        tip: `For example: template __global__ void ${name}<…>${parameters};`,
        location: locationOf(node, docs),
      },
    ];
  });
}

function distinctName({ name, parameters }: Found['info'], all: readonly Found[]): string {
  const isShared = all.filter(({ info }) => info.name === name).length > 1;
  return isShared ? `${name}(${parameters.map(({ cppType }) => cppType).join(', ')})` : name;
}

/** The comment stands above the line that the declaration begins in, whatever comes first there. */
function docOf({ node, template }: GlobalFunction, docs: SourceDocs): string | undefined {
  const begin = beginOf(template ?? node);
  const end = endOf(node);
  return docs.of(begin && { ...begin, column: 1 }, end);
}

function locationOf(node: AstNode, docs: SourceDocs): SourceLocation {
  const place = placeOf(node);
  return (place && docs.location(place)) ?? { file: '', line: 1 };
}

function distinct(problems: readonly Problem[]): Problem[] {
  const keys = problems.map(({ message, location }) => `${message} ${location?.line ?? 0}`);
  return problems.filter((_, index) => keys.indexOf(keys[index]!) === index);
}
