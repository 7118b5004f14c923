import { isOurs, placeOf, type AstNode, type AstType, type Place } from './ast-node.ts';
import { Scope, type EnumEntity, type RecordEntity } from './scope.ts';

/** One of the namespaces `ring_kernel_<name>` that the macros of ring_kernel.cuh open, each use its own. */
export interface KernelSection {
  readonly kernel: string;
  readonly node: AstNode;
  readonly place: Place;
  readonly scope: Scope;
  /** The namespace around it, where none should be. */
  readonly within: string | undefined;
}

/** A `__global__` function as declared. */
export interface GlobalFunction {
  readonly node: AstNode;
  readonly scope: Scope;
  /** The template that it is an instance of, or the pattern of. */
  readonly template?: AstNode;
}

/** What a translation unit declares, as far as messages, kernels and plain functions go. */
export interface Declarations {
  readonly global: Scope;
  /** In the order of declaration, those in the headers of the prefix apart. */
  readonly records: readonly RecordEntity[];
  readonly sections: readonly KernelSection[];
  /** Variables of namespaces and classes. */
  readonly globals: readonly { readonly node: AstNode; readonly scope: Scope }[];
  /** Functions that the host launches; redeclarations too. */
  readonly globalFunctions: readonly GlobalFunction[];
  /** Constants by Clang's id, for values of constant expressions. */
  readonly variables: ReadonlyMap<string, AstNode>;
  /** Where functions are declared first, by the linker's name. */
  readonly functions: ReadonlyMap<string, Place>;
}

const kernelPrefix = 'ring_kernel_';
const specialization = 'ClassTemplateSpecializationDecl';

export function readDeclarations(root: AstNode): Declarations {
  const reader = new DeclarationReader();
  reader.readAll(root.inner, reader.global);
  return reader;
}

/** The type without typedefs at its top. */
export function desugared(type: AstType): string {
  return type.desugaredQualType ?? type.qualType;
}

class DeclarationReader implements Declarations {
  readonly global = new Scope('');
  readonly records: RecordEntity[] = [];
  readonly sections: KernelSection[] = [];
  readonly globals: { readonly node: AstNode; readonly scope: Scope }[] = [];
  readonly globalFunctions: GlobalFunction[] = [];
  readonly variables = new Map<string, AstNode>();
  readonly functions = new Map<string, Place>();
  readonly #namespacesById = new Map<string, Scope>();
  readonly #namesById = new Map<string, { readonly name: string; readonly scope: Scope }>();
  readonly #unnamedById = new Map<string, AstNode>();
  /** Depth of unnamed namespaces and private members around the declaration in hand. */
  #hiddenDepth = 0;

  readAll(nodes: readonly AstNode[] | undefined, scope: Scope): void {
    for (const node of nodes ?? []) this.#read(node, scope);
  }

  #read(node: AstNode, scope: Scope): void {
    if (node.name !== undefined) this.#namesById.set(node.id, { name: node.name, scope });
    switch (node.kind) {
      case 'NamespaceDecl':
        return this.#readNamespace(node, scope);
      case 'LinkageSpecDecl':
        return this.readAll(node.inner, scope);
      case 'CXXRecordDecl':
        return this.#readRecord(node, scope);
      case 'EnumDecl':
        return this.#readEnum(node, scope);
      case 'TypedefDecl':
      case 'TypeAliasDecl':
        return this.#readAlias(node, scope);
      case 'ClassTemplateDecl':
        scope.declare(node.name!, { kind: 'template', name: scope.qualify(node.name!) });
        for (const instance of node.inner ?? [])
          if (instance.kind === specialization) this.#readSpecialization(instance, scope);
        return;
      case specialization:
        return this.#readSpecialization(node, scope);
      case 'VarDecl':
        this.variables.set(node.id, node);
        this.globals.push({ node, scope });
        return scope.declare(node.name!, { kind: 'variable', node });
      case 'FunctionDecl':
      case 'CXXMethodDecl':
        return this.#readFunction(node, scope);
      case 'FunctionTemplateDecl':
        for (const instance of node.inner ?? []) if (isFunction(instance)) this.#readFunction(instance, scope, node);
        return;
      case 'UsingDirectiveDecl':
        return this.#readUsingDirective(node, scope);
      case 'UsingShadowDecl':
        return this.#readUsing(node, scope);
      default:
        return;
    }
  }

  #readNamespace(node: AstNode, parent: Scope): void {
    const scope = this.#namespaceScope(node, parent);
    this.#namespacesById.set(node.id, scope);
    const place = placeOf(node);
    if (node.name?.startsWith(kernelPrefix) === true && place !== undefined) {
      const within = parent === this.global ? undefined : parent.name;
      this.sections.push({ kernel: node.name.slice(kernelPrefix.length), node, place, scope, within });
    }
    const isHidden = node.name === undefined;
    if (isHidden) this.#hiddenDepth += 1;
    this.readAll(node.inner, scope);
    if (isHidden) this.#hiddenDepth -= 1;
  }

  #namespaceScope(node: AstNode, parent: Scope): Scope {
    const name = node.name ?? '(anonymous namespace)';
    const existing = parent.own(name);
    if (existing?.kind === 'namespace') return existing.scope;
    const scope = new Scope(parent.qualify(name), parent);
    parent.declare(name, { kind: 'namespace', scope });
    if (node.name === undefined || node.isInline === true) parent.addTransparent(scope);
    return scope;
  }

  #readRecord(node: AstNode, parent: Scope): void {
    if (node.isImplicit === true) return;
    if (node.completeDefinition !== true) {
      if (node.name !== undefined && parent.own(node.name) === undefined)
        parent.declare(node.name, { kind: 'incomplete' });
      return;
    }
    if (node.name === undefined) this.#unnamedById.set(node.id, node);
    else this.#declareRecord(node, node.name, parent);
  }

  #declareRecord(node: AstNode, ownName: string, parent: Scope): void {
    const place = placeOf(node);
    if (place === undefined) return;
    const name = parent.qualify(ownName);
    const scope = new Scope(name, parent, true);
    const record: RecordEntity = { kind: 'record', name, node, place, scope, isNameable: this.#hiddenDepth === 0 };
    parent.declare(ownName, record);
    this.records.push(record);
    this.#readMembers(node, scope);
  }

  #readAlias(node: AstNode, scope: Scope): void {
    const name = node.name;
    if (name === undefined || node.type === undefined) return;
    // `typedef struct { … } Name;` gives the struct its name.
    const unnamed = this.#unnamedById.get(declaredBy(node) ?? '');
    if (unnamed === undefined) scope.declare(name, { kind: 'alias', type: desugared(node.type), scope });
    else if (unnamed.kind === 'EnumDecl') this.#declareEnum(unnamed, name, scope);
    else this.#declareRecord(unnamed, name, scope);
  }

  /** Of an instance of a template the aliases only: it is no type for the host, what its members name may be one. */
  #readSpecialization(node: AstNode, parent: Scope): void {
    if (node.completeDefinition !== true) return;
    const given = (node.inner ?? []).filter(({ kind }) => kind === 'TemplateArgument');
    const spelled = given.map(({ type, value }) => type?.qualType ?? String(value));
    const name = `${node.name ?? ''}<${spelled.join(', ')}>`;
    const scope = new Scope(parent.qualify(name), parent, true);
    for (const member of node.inner ?? [])
      if (member.kind === 'TypedefDecl' || member.kind === 'TypeAliasDecl') this.#readAlias(member, scope);
    parent.declare(name, { kind: 'namespace', scope });
  }

  #readMembers(node: AstNode, scope: Scope): void {
    let isPublic = node.tagUsed !== 'class';
    for (const member of node.inner ?? []) {
      if (member.kind === 'AccessSpecDecl') isPublic = member.access === 'public';
      if (!isPublic) this.#hiddenDepth += 1;
      this.#read(member, scope);
      if (!isPublic) this.#hiddenDepth -= 1;
    }
  }

  #readEnum(node: AstNode, scope: Scope): void {
    if (node.name === undefined) this.#unnamedById.set(node.id, node);
    else this.#declareEnum(node, node.name, scope);
  }

  #declareEnum(node: AstNode, name: string, scope: Scope): void {
    const place = placeOf(node);
    // A redeclaration without enumerators must not hide the definition.
    if (place === undefined || (scope.own(name)?.kind === 'enum' && !hasEnumerators(node))) return;
    const entity: EnumEntity = { kind: 'enum', name: scope.qualify(name), node, place };
    scope.declare(name, entity);
  }

  #readFunction(node: AstNode, scope: Scope, template?: AstNode): void {
    if (node.inner?.some((inner) => inner.kind === 'AnnotateAttr' && isOurs(inner)) === true)
      this.globalFunctions.push({ node, scope, ...(template && { template }) });
    const place = placeOf(node);
    const { mangledName } = node;
    if (mangledName === undefined || place === undefined || this.functions.has(mangledName)) return;
    this.functions.set(mangledName, place);
  }

  #readUsingDirective(node: AstNode, scope: Scope): void {
    const nominated = this.#namespacesById.get(node.nominatedNamespace?.id ?? '');
    if (nominated !== undefined) scope.addTransparent(nominated);
  }

  #readUsing(node: AstNode, scope: Scope): void {
    const target = this.#namesById.get(node.target?.id ?? '');
    const entity = target?.scope.own(target.name);
    if (target !== undefined && entity !== undefined) scope.declare(target.name, entity);
  }
}

/** The id of the declaration at the bottom of an alias's type. */
function declaredBy(alias: AstNode): string | undefined {
  let type = alias.inner?.at(-1);
  while (type !== undefined && type.decl === undefined) type = type.inner?.at(-1);
  return type?.decl?.id;
}

function isFunction({ kind }: AstNode): boolean {
  return kind === 'FunctionDecl' || kind === 'CXXMethodDecl';
}

function hasEnumerators(node: AstNode): boolean {
  return node.inner?.some(({ kind }) => kind === 'EnumConstantDecl') === true;
}
