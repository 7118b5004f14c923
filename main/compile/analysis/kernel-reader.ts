import type { Problem, SourceLocation } from '../../../app/base/studio-error.ts';
import { didYouMean } from '../../../app/base/did-you-mean.ts';
import { blockLimits, dim3Of, dimProblem, gridLimits, unitDim, type Dim3 } from '../../../app/model/dim3.ts';
import type { StructType } from '../../../app/model/message-type.ts';
import type { HandlerInfo, KernelInfo, OutputPort } from '../../../app/model/program.ts';
import type { AstNode } from '../ast/ast-node.ts';
import type { Declarations, KernelSection } from '../ast/declarations.ts';
import { limits } from '../limits.ts';
import { constantValue } from './constant-value.ts';
import { dependentDefaultsIn } from './dependent-defaults.ts';
import { macroOf, readParts, type KernelPart, type PlacedPart } from './kernel-sections.ts';
import { isName, nameTip, usageOf } from './macro-uses.ts';
import type { MessageTypes } from './message-types.ts';
import type { SourceDocs } from './source-docs.ts';
import * as refuse from './type-refusal.ts';

interface KernelContext {
  readonly declarations: Declarations;
  readonly docs: SourceDocs;
  readonly types: MessageTypes;
  readonly mainFile: string;
}

/** What a struct is used as. */
interface Use {
  readonly role: string;
  readonly limit: 'message' | 'state';
}

type PartOf<K extends KernelPart['kind']> = Extract<PlacedPart, { readonly kind: K }>;

/** What RING_ON brings into scope. */
const handlerNames = ['msg', 'ctx', 'state'];
const noState = 'ring::no_state';
const example =
  'Write a __global__ function, or #include <ring_kernel.cuh> and an actor: RING_KERNEL(echo); RING_ON(echo, Ping) { ctx.reply(Pong{msg.value}); }';

/** Puts kernels together from the uses of their macros, and says what is wrong with them. */
export class KernelReader {
  readonly #context: KernelContext;
  readonly #problems: Problem[] = [];

  constructor(context: KernelContext) {
    this.#context = context;
  }

  get problems(): readonly Problem[] {
    return this.#problems;
  }

  read(): KernelInfo[] {
    const { sections } = this.#context.declarations;
    const unsound = sections.filter((section) => !isSound(section));
    const firsts = unsound.filter(
      ({ kernel }, index) => unsound.findIndex((other) => other.kernel === kernel) === index,
    );
    for (const section of firsts) this.#checkSection(section);
    const parts = readParts(sections.filter(isSound));
    const declared = new Map<string, PartOf<'kernel'>>();
    for (const part of parts) {
      const { kernel } = part.section;
      const first = declared.get(kernel);
      if (part.kind !== 'kernel') this.#checkDeclared(part, { parts, isDeclared: first !== undefined });
      else if (first === undefined) declared.set(kernel, part);
      else {
        const message = `kernel '${kernel}' is declared twice`;
        this.#report(part, { code: 'duplicate-kernel', message, notes: this.#note('the first is here', first) });
      }
    }
    if (sections.length === 0 && this.#context.declarations.globalFunctions.length === 0) {
      const location = { file: this.#context.mainFile, line: 1 };
      const message = `${this.#context.mainFile} declares no kernel`;
      this.#problems.push({ severity: 'error', code: 'no-kernel', message, tip: example, location });
    }
    return [...declared].map(([name, part]) =>
      this.#kernel(
        name,
        part,
        parts.filter(({ section }) => section.kernel === name),
      ),
    );
  }

  /** What the compiler takes, and what yet makes no kernel. */
  #checkSection(section: KernelSection): void {
    const { kernel, place, within, node } = section;
    if (within === undefined) {
      const inner = node.inner?.find(isNamespace)?.name;
      const name = inner === undefined ? kernel : `${kernel}::${inner}`;
      const message = `'${name}' cannot be the name of a kernel`;
      this.#report({ place }, { code: 'kernel-name', message, tip: nameTip });
      return;
    }
    const message = `the kernel '${kernel}' lies in the namespace '${within}'`;
    const tip = `Close the namespace before the RING_ macros, and write its messages out: ${within}::Message.`;
    this.#report({ place }, { code: 'kernel-in-namespace', message, tip });
  }

  #checkDeclared(
    part: PlacedPart,
    { parts, isDeclared }: { readonly parts: readonly PlacedPart[]; readonly isDeclared: boolean },
  ): void {
    if (isDeclared) return;
    const { kernel } = part.section;
    const macro = macroOf[part.kind];
    const later = parts.find((other) => other.kind === 'kernel' && other.section.kernel === kernel);
    if (later !== undefined) {
      const message = `${macro}(${kernel}, …) comes before RING_KERNEL(${kernel}, …)`;
      const notes = this.#note('declared here', later);
      this.#report(part, { code: 'kernel-declared-later', message, tip: 'Move the RING_KERNEL up.', notes });
      return;
    }
    const names = new Set(parts.filter(({ kind }) => kind === 'kernel').map(({ section }) => section.kernel));
    const tip = didYouMean(kernel, [...names]) ?? `Declare it first: RING_KERNEL(${kernel});`;
    const message = `${macro}(${kernel}, …): kernel '${kernel}' is not declared`;
    this.#report(part, { code: 'kernel-not-declared', message, tip });
  }

  #kernel(name: string, declaration: PartOf<'kernel'>, parts: readonly PlacedPart[]): KernelInfo {
    const { docs } = this.#context;
    const handlers = this.#handlers(name, ofKind(parts, 'handler'));
    if (!parts.some(({ kind }) => kind === 'handler')) {
      const tip = `Add a handler: RING_ON(${name}, SomeMessage) { … }`;
      const message = `kernel '${name}' handles no message`;
      this.#report(declaration, { severity: 'warning', code: 'no-handler', message, tip });
    }
    const state = this.#state(name, declaration);
    const doc = docs.ofMacro(declaration.place);
    return {
      name,
      ...(doc && { doc }),
      ...(state && { state }),
      handlers,
      outputs: this.#outputs(name, ofKind(parts, 'output')),
      block: this.#block(ofKind(parts, 'block')),
      grid: this.#grid(ofKind(parts, 'grid')),
      location: this.#location(declaration),
    };
  }

  #state(kernel: string, part: PartOf<'kernel'>): StructType | undefined {
    if (part.stateType === noState) return undefined;
    return this.#struct(part.stateType, part, { role: `the state of '${kernel}'`, limit: 'state' });
  }

  #handlers(kernel: string, parts: readonly PartOf<'handler'>[]): HandlerInfo[] {
    const firstByType = new Map<string, PlacedPart>();
    return parts.flatMap((part) => {
      const message = this.#struct(part.messageType, part, { role: `a message of '${kernel}'`, limit: 'message' });
      if (message === undefined) return [];
      for (const problem of dependentDefaultsIn(message, this.#context.types.dependentDefaults)) this.#add(problem);
      const first = firstByType.get(message.name);
      if (first !== undefined) {
        const text = `kernel '${kernel}' has two handlers of ${message.name}`;
        this.#report(part, { code: 'duplicate-handler', message: text, notes: this.#note('the first is here', first) });
        return [];
      }
      firstByType.set(message.name, part);
      return [{ message, location: this.#location(part) }];
    });
  }

  #outputs(kernel: string, parts: readonly PartOf<'output'>[]): OutputPort[] {
    const outputs: OutputPort[] = [];
    const firstByName = new Map<string, PlacedPart>();
    for (const part of parts) {
      const first = firstByName.get(part.name);
      if (first !== undefined) {
        const text = `kernel '${kernel}' has two outputs '${part.name}'`;
        this.#report(part, { code: 'duplicate-output', message: text, notes: this.#note('the first is here', first) });
        continue;
      }
      firstByName.set(part.name, part);
      if (handlerNames.includes(part.name)) {
        const text = `output '${part.name}' of '${kernel}' has the name of a parameter of handlers, which hides it`;
        this.#report(part, { code: 'output-name', message: text, tip: 'Choose another name.' });
      }
      const role = `what output '${part.name}' of '${kernel}' carries`;
      const message = this.#struct(part.messageType, part, { role, limit: 'message' });
      if (message === undefined) continue;
      const doc = this.#context.docs.ofMacro(part.place);
      const location = this.#location(part);
      outputs.push({ name: part.name, index: outputs.length, message, ...(doc && { doc }), location });
    }
    return outputs;
  }

  #struct(type: string | undefined, part: PlacedPart, { role, limit }: Use): StructType | undefined {
    if (type === undefined) return undefined;
    const { types } = this.#context;
    const resolved = types.resolveStruct(type, part.section.scope);
    if (resolved.ok) {
      if (resolved.type.sizeBytes <= limits[limit]) return resolved.type;
      const { code, reason, tip } = refuse.tooLarge(limit, resolved.type.sizeBytes);
      this.#report(part, { code, message: `${role} ${reason}`, tip });
      return undefined;
    }
    if (resolved.refusal !== undefined) {
      const { code, reason, tip } = resolved.refusal;
      this.#report(part, { code, message: `${role} ${reason}`, tip });
      return undefined;
    }
    const note = { message: `${resolved.record.name} is ${role}`, location: this.#location(part) };
    for (const problem of types.of(resolved.record).problems)
      this.#add({ ...problem, notes: [...(problem.notes ?? []), note] });
    return undefined;
  }

  #block(parts: readonly PartOf<'block' | 'grid'>[]): Dim3 | 'any' {
    const sizes = this.#sizes(parts);
    return sizes?.length === 1 && sizes[0] === 0 ? 'any' : this.#dim(parts[0], sizes);
  }

  #grid(parts: readonly PartOf<'block' | 'grid'>[]): Dim3 {
    return this.#dim(parts[0], this.#sizes(parts));
  }

  #dim(part: PartOf<'block' | 'grid'> | undefined, sizes: readonly number[] | undefined): Dim3 {
    if (part === undefined || sizes === undefined) return unitDim;
    const problem = dimProblem(sizes, part.kind === 'block' ? blockLimits : gridLimits);
    if (problem === undefined) return dim3Of(sizes);
    const isPartlyAny = part.kind === 'block' && sizes.includes(0);
    const tip = isPartlyAny ? `ring::any stands alone: RING_BLOCK(${part.section.kernel}, ring::any).` : undefined;
    const message = `${macroText(part, sizes)}: ${problem.replace(/\.$/, '')}`;
    this.#report(part, { code: 'size-out-of-range', message, ...(tip !== undefined && { tip }) });
    return unitDim;
  }

  /** Undefined where none are given, or where they are no numbers, which it reports. */
  #sizes([part, second]: readonly PartOf<'block' | 'grid'>[]): readonly number[] | undefined {
    if (part === undefined) return undefined;
    const macro = `${macroOf[part.kind]}(${part.section.kernel}, …)`;
    if (second !== undefined) {
      const notes = this.#note('the first is here', part);
      this.#report(second, { code: 'duplicate-size', message: `${macro} is given twice`, notes });
    }
    const { variables } = this.#context.declarations;
    const values = (part.values ?? [undefined]).map((value) => constantValue(value, variables));
    if (values.length === 0 || values.length > 3) {
      const message = `${macroText(part, values)} needs 2 to 4 arguments`;
      this.#report(part, { code: 'macro-arguments', message, tip: `Write ${usageOf(macroOf[part.kind])}.` });
      return undefined;
    }
    const sizes = values.filter((value) => value !== undefined).map(Number);
    if (sizes.length === values.length) return sizes;
    const message = `${macro} needs plain numbers`;
    this.#report(part, { code: 'size-not-constant', message, tip: 'Write the numbers out.' });
    return undefined;
  }

  #note(message: string, part: PlacedPart): NonNullable<Problem['notes']> {
    return [{ message, location: this.#location(part) }];
  }

  #report(part: Pick<PlacedPart, 'place'>, problem: Omit<Problem, 'severity'> & Partial<Problem>): void {
    this.#add({ severity: 'error', location: this.#location(part), ...problem });
  }

  /** A struct that several kernels use is reported once. */
  #add(problem: Problem): void {
    const isKnown = this.#problems.some(
      ({ message, location }) =>
        message === problem.message &&
        location?.file === problem.location?.file &&
        location?.line === problem.location?.line,
    );
    if (!isKnown) this.#problems.push(problem);
  }

  #location(part: Pick<PlacedPart, 'place'>): SourceLocation {
    return this.#context.docs.location(part.place) ?? { file: this.#context.mainFile, line: 1 };
  }
}

function macroText({ kind, section }: PartOf<'block' | 'grid'>, sizes: readonly unknown[]): string {
  return `${macroOf[kind]}(${[section.kernel, ...sizes].map(String).join(', ')})`;
}

function isSound({ kernel, within, node }: KernelSection): boolean {
  return within === undefined && node.inner?.some(isNamespace) !== true && isName(kernel);
}

/** `RING_KERNEL(a::b)` opens two. */
function isNamespace({ kind }: AstNode): boolean {
  return kind === 'NamespaceDecl';
}

function ofKind<K extends KernelPart['kind']>(parts: readonly PlacedPart[], kind: K): PartOf<K>[] {
  return parts.filter((part): part is PartOf<K> => part.kind === kind);
}
