import { layoutStruct, sizeOf, type FieldSpec } from '../../../app/model/layout.ts';
import type { EnumType, FieldType, StructType } from '../../../app/model/message-type.ts';
import type { Problem } from '../../../app/base/studio-error.ts';
import { beginOf, endOf, placeOf, type AstNode, type Place } from '../ast/ast-node.ts';
import { desugared, type Declarations } from '../ast/declarations.ts';
import type { EnumEntity, RecordEntity, Scope } from '../ast/scope.ts';
import { parseTypeName } from '../ast/type-name.ts';
import { cudaVector, fixedWidthByName, refusedScalars, scalarsByName } from './builtin-types.ts';
import { constantValue } from './constant-value.ts';
import { dependentDefault, looksAtOtherFields } from './dependent-defaults.ts';
import type { SourceDocs } from './source-docs.ts';
import { structRefusals } from './struct-refusals.ts';
import * as refuse from './type-refusal.ts';

export type Resolved<T> =
  | { readonly ok: true; readonly type: T }
  | { readonly ok: false; readonly refusal: refuse.TypeRefusal }
  /** A struct whose own problems say it all. */
  | { readonly ok: false; readonly refusal?: undefined; readonly record: RecordEntity };

/** What became of a record: its layout, or every reason why it cannot be a message. */
export interface MessageType {
  readonly struct?: StructType;
  readonly problems: readonly Problem[];
}

/** Turns the records of a program into message types, each once. */
export class MessageTypes {
  readonly #declarations: Declarations;
  readonly #docs: SourceDocs;
  readonly #byRecord = new Map<RecordEntity, MessageType>();
  /** Those whose fields are being read: one that is met again holds itself. */
  readonly #open = new Set<RecordEntity>();
  readonly #builtins = new Map<string, StructType>();
  readonly #enums = new Map<EnumEntity, EnumType>();
  /** `Struct.field` of the fields with an initializer. */
  readonly initializedFields = new Set<string>();
  /** Those, by the same names, whose initializer depends on other fields: for who handles the struct as a message. */
  readonly dependentDefaults = new Map<string, Problem>();

  constructor(declarations: Declarations, docs: SourceDocs) {
    this.#declarations = declarations;
    this.#docs = docs;
  }

  /** Structs of the device headers (`float4`) that are used. */
  get builtinStructs(): readonly StructType[] {
    return [...this.#builtins.values()];
  }

  of(record: RecordEntity): MessageType {
    const known = this.#byRecord.get(record);
    if (known !== undefined) return known;
    this.#open.add(record);
    const made = this.#make(record);
    this.#open.delete(record);
    this.#byRecord.set(record, made);
    return made;
  }

  /** The struct that `type` names as seen from `scope`. */
  resolveStruct(type: string, scope: Scope): Resolved<StructType> {
    const resolved = this.#resolve(type, scope);
    if (!resolved.ok) return resolved;
    if (resolved.type.kind === 'struct') return { ok: true, type: resolved.type.struct };
    const tip = 'Declare a struct for it.';
    return { ok: false, refusal: { code: 'message-not-struct', reason: `is '${type}', which is not a struct`, tip } };
  }

  /** The type as a field, a parameter or a variable of its own could have it. */
  resolveType(type: string, scope: Scope): Resolved<FieldType> {
    return this.#resolve(type, scope);
  }

  /** Bytes of what a message could hold; undefined for other types. */
  sizeOf(type: string, scope: Scope): number | undefined {
    const resolved = this.#resolve(type, scope);
    return resolved.ok ? sizeOf(resolved.type) : undefined;
  }

  #make(record: RecordEntity): MessageType {
    const problems = structRefusals(record).map((refusal) => this.#problem(record.name, refusal, record.place));
    if (record.node.tagUsed === 'union') return { problems };
    const fields: FieldSpec[] = [];
    let isPublic = record.node.tagUsed !== 'class';
    const members = record.node.inner ?? [];
    for (const [index, member] of members.entries()) {
      if (member.kind === 'AccessSpecDecl') isPublic = member.access === 'public';
      if (member.kind !== 'FieldDecl') continue;
      const field = this.#field(record, member, { isPublic, docsOf: sharedDeclaration(members, index) });
      if ('name' in field) fields.push(field);
      else problems.push(...field.problems);
    }
    if (problems.length > 0) return { problems };
    const doc = this.#docs.of(beginOf(record.node), endOf(record.node));
    const alignBytes = alignmentOf(record.node);
    const spec = { name: record.name, fields, ...(doc && { doc }), ...(alignBytes && { alignBytes }) };
    return { struct: layoutStruct(spec), problems: [] };
  }

  #field(
    record: RecordEntity,
    node: AstNode,
    { isPublic, docsOf }: { readonly isPublic: boolean; readonly docsOf: AstNode },
  ): FieldSpec | { readonly problems: readonly Problem[] } {
    const name = node.name ?? '';
    const place = placeOf(node) ?? record.place;
    const refused = (refusal: refuse.TypeRefusal): { problems: Problem[] } => {
      return { problems: [this.#problem(`'${name}' of ${record.name}`, refusal, place)] };
    };
    if (node.isBitfield === true) return refused(refuse.refusals.bitfield);
    if (name === '') return refused(refuse.refusals.anonymousMember);
    if (!isPublic) return refused(refuse.refusals.notPublic);
    const resolved = this.#resolveSpelled(node, record.scope);
    if (!resolved.ok && resolved.refusal !== undefined) return refused(resolved.refusal);
    if (!resolved.ok) return { problems: this.#nested(resolved.record, `'${name}' of ${record.name}`, place) };
    if (node.hasInClassInitializer === true) this.initializedFields.add(`${record.name}.${name}`);
    if (node.hasInClassInitializer === true && looksAtOtherFields(node)) {
      const problem = this.#problem(`'${name}' of ${record.name}`, dependentDefault, place);
      this.dependentDefaults.set(`${record.name}.${name}`, problem);
    }
    const doc = this.#docs.of(beginOf(node), endOf(docsOf));
    const alignBytes = alignmentOf(node);
    return { name, type: resolved.type, ...(doc && { doc }), ...(alignBytes && { alignBytes }) };
  }

  /** By the name as written where that says more, by the type behind it otherwise. */
  #resolveSpelled(node: AstNode, scope: Scope): Resolved<FieldType> {
    const spelled = node.type?.qualType ?? '';
    const instead = refusedScalars.get(spelled.replace(/^std::/, ''));
    if (instead !== undefined) return { ok: false, refusal: refuse.unportableScalar(spelled, instead) };
    if (/(?:^|:)u?int_fast\d+_t$/.test(spelled)) {
      return { ok: false, refusal: refuse.unportableScalar(spelled, spelled.replace('_fast', '')) };
    }
    return this.#resolve(node.type === undefined ? '' : desugared(node.type), scope);
  }

  #resolve(type: string, scope: Scope): Resolved<FieldType> {
    const name = parseTypeName(type);
    if (name.kind === 'array') return this.#resolveArray(name, scope);
    if (name.kind !== 'named') return { ok: false, refusal: refuse.refusals[name.kind] };
    return name.arguments === undefined
      ? this.#resolveName(name.name, scope)
      : this.#resolveTemplate(type, { name: name.name, args: name.arguments, scope });
  }

  #resolveArray({ element, length }: { element: string; length: number }, scope: Scope): Resolved<FieldType> {
    if (length === 0) return { ok: false, refusal: refuse.refusals.noElements };
    const resolved = this.#resolve(element, scope);
    return resolved.ok ? { ok: true, type: { kind: 'array', element: resolved.type, length } } : resolved;
  }

  #resolveTemplate(
    type: string,
    { name, args, scope }: { readonly name: string; readonly args: readonly string[]; readonly scope: Scope },
  ): Resolved<FieldType> {
    const unqualified = name.replace(/^(?:::)?ring::/, '');
    if (unqualified === 'buffer') return this.#resolveBuffer(args[0] ?? '', scope);
    const capacity = this.#capacity(args.at(-1) ?? '', scope);
    if (unqualified === 'text' && capacity !== undefined) return { ok: true, type: { kind: 'text', capacity } };
    if (unqualified === 'list' && capacity !== undefined) {
      const element = this.#resolve(args[0] ?? '', scope);
      return element.ok ? { ok: true, type: { kind: 'list', element: element.type, capacity } } : element;
    }
    return { ok: false, refusal: refuse.templateInstance(type) };
  }

  #resolveBuffer(type: string, scope: Scope): Resolved<FieldType> {
    const element = this.#resolve(type, scope);
    if (!element.ok) return element;
    const { kind } = element.type;
    if (kind !== 'scalar' && kind !== 'struct') return { ok: false, refusal: refuse.bufferElement(type) };
    return { ok: true, type: { kind: 'buffer', element: element.type } };
  }

  #capacity(argument: string, scope: Scope): number | undefined {
    const literal = /^(\d+)[uUlL]*$/.exec(argument);
    if (literal !== null) return Number(literal[1]);
    const entity = scope.lookup(argument);
    if (entity?.kind !== 'variable') return undefined;
    const value = constantValue(entity.node.inner?.at(0), this.#declarations.variables);
    return value === undefined ? undefined : Number(value);
  }

  #resolveName(name: string, scope: Scope): Resolved<FieldType> {
    const scalar = scalarsByName.get(name);
    if (scalar !== undefined) return { ok: true, type: { kind: 'scalar', scalar } };
    const entity = scope.lookup(name);
    switch (entity?.kind) {
      case 'alias':
        return this.#resolve(entity.type, entity.scope);
      case 'record': {
        if (entity.node.tagUsed === 'union') return { ok: false, refusal: refuse.refusals.union };
        if (this.#open.has(entity)) return { ok: false, refusal: refuse.recursiveStruct(entity.name) };
        const { struct } = this.of(entity);
        return struct === undefined ? { ok: false, record: entity } : { ok: true, type: { kind: 'struct', struct } };
      }
      case 'enum':
        return this.#resolveEnum(entity, scope);
      case 'template':
        return { ok: false, refusal: refuse.templateInstance(name) };
      case 'incomplete':
        return { ok: false, refusal: refuse.incompleteStruct(name) };
      case 'namespace':
      case 'variable':
      case undefined:
        return this.#resolveHeaderName(name.replace(/^(?:::)?(?:std::)?/, ''));
    }
  }

  /** Names from the headers of the prefix, which are in no dump. */
  #resolveHeaderName(name: string): Resolved<FieldType> {
    const scalar = fixedWidthByName.get(name);
    if (scalar !== undefined) return { ok: true, type: { kind: 'scalar', scalar } };
    const instead = refusedScalars.get(name);
    if (instead !== undefined) return { ok: false, refusal: refuse.unportableScalar(name, instead) };
    const vector = cudaVector(name);
    if (vector === undefined) return { ok: false, refusal: refuse.unknownType(name) };
    const struct = this.#builtins.get(name) ?? layoutStruct(vector);
    this.#builtins.set(name, struct);
    return { ok: true, type: { kind: 'struct', struct } };
  }

  #resolveEnum(entity: EnumEntity, scope: Scope): Resolved<FieldType> {
    const known = this.#enums.get(entity);
    if (known !== undefined) return { ok: true, type: { kind: 'enum', enum: known } };
    const fixed = entity.node.fixedUnderlyingType;
    if (fixed === undefined) return { ok: false, refusal: refuse.looseEnum(entity.name) };
    const underlying = this.#resolve(desugared(fixed), scope);
    if (!underlying.ok || underlying.type.kind !== 'scalar' || !isEnumBase(underlying.type.scalar)) {
      return { ok: false, refusal: refuse.enumOver(entity.name, fixed.qualType) };
    }
    const made = this.#makeEnum(entity, underlying.type.scalar);
    this.#enums.set(entity, made);
    return { ok: true, type: { kind: 'enum', enum: made } };
  }

  #makeEnum(entity: EnumEntity, underlying: EnumType['underlying']): EnumType {
    let next = 0n;
    const enumerators = (entity.node.inner ?? []).filter(({ kind }) => kind === 'EnumConstantDecl');
    const values = enumerators.map((node) => {
      const value = constantValue(node.inner?.find(isExpression), this.#declarations.variables) ?? next;
      next = value + 1n;
      const doc = this.#docs.of(beginOf(node), endOf(node));
      return { name: node.name ?? '', value: value.toString(), ...(doc && { doc }) };
    });
    const doc = this.#docs.of(beginOf(entity.node), endOf(entity.node));
    return { name: entity.name, underlying, values, ...(doc && { doc }) };
  }

  /** The problems of a nested struct, each with the way to it. */
  #nested(record: RecordEntity, holder: string, place: Place): Problem[] {
    const location = this.#docs.location(place);
    const note = { message: `${holder} is a ${record.name}`, ...(location && { location }) };
    return this.of(record).problems.map((problem) => ({ ...problem, notes: [...(problem.notes ?? []), note] }));
  }

  #problem(subject: string, refusal: refuse.TypeRefusal, place: Place): Problem {
    const location = this.#docs.location(place);
    const message = `${subject} ${refusal.reason}`;
    return { severity: 'error', code: refusal.code, message, tip: refusal.tip, ...(location && { location }) };
  }
}

/** In `float x, y, z;  ///< a place` the comment is about all three: the last declarator of the same declaration. */
function sharedDeclaration(members: readonly AstNode[], index: number): AstNode {
  const first = members[index]!;
  const begin = beginOf(first);
  let last = first;
  for (const member of members.slice(index + 1)) {
    const other = beginOf(member);
    if (member.kind !== 'FieldDecl' || other?.line !== begin?.line || other?.column !== begin?.column) break;
    last = member;
  }
  return last;
}

function alignmentOf(node: AstNode): number | undefined {
  const alignments = (node.inner ?? [])
    .filter(({ kind }) => kind === 'AlignedAttr')
    .map((attribute) => Number(constantValue(attribute.inner?.at(0), new Map()) ?? 16n));
  return alignments.length === 0 ? undefined : Math.max(...alignments);
}

function isExpression({ kind }: AstNode): boolean {
  return !kind.endsWith('Comment') && !kind.endsWith('Attr');
}

function isEnumBase(scalar: string): scalar is EnumType['underlying'] {
  return /^[iu]\d+$/.test(scalar);
}
