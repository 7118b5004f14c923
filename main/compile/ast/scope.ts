import type { AstNode, Place } from './ast-node.ts';

/** A struct, class or union with its definition. */
export interface RecordEntity {
  readonly kind: 'record';
  readonly name: string;
  readonly node: AstNode;
  readonly place: Place;
  /** Where the names in it are looked up; its parent is the scope that it is declared in. */
  readonly scope: Scope;
  /** Reachable by a qualified name from everywhere: not private, not in an unnamed namespace. */
  readonly isNameable: boolean;
}

export interface EnumEntity {
  readonly kind: 'enum';
  readonly name: string;
  readonly node: AstNode;
  readonly place: Place;
}

export interface AliasEntity {
  readonly kind: 'alias';
  readonly type: string;
  readonly scope: Scope;
}

export type Entity =
  | RecordEntity
  | EnumEntity
  | AliasEntity
  | { readonly kind: 'namespace'; readonly scope: Scope }
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'template'; readonly name: string }
  | { readonly kind: 'variable'; readonly node: AstNode };

/** A namespace or a class, with C++'s rules of looking names up as far as types of fields need them. */
export class Scope {
  /** Qualified; '' for the global namespace. */
  readonly name: string;
  /** The innermost enclosing namespace that is not a class; this scope itself when it is one. */
  readonly namespace: string;
  readonly parent: Scope | undefined;
  readonly #entities = new Map<string, Entity>();
  /** Namespaces whose names are visible here: nominated by `using namespace`, inline or unnamed. */
  readonly #transparent = new Set<Scope>();

  constructor(name: string, parent?: Scope, isClass = false) {
    this.name = name;
    this.parent = parent;
    this.namespace = isClass ? (parent?.namespace ?? '') : name;
  }

  qualify(name: string): string {
    return this.name === '' ? name : `${this.name}::${name}`;
  }

  own(name: string): Entity | undefined {
    return this.#entities.get(name);
  }

  declare(name: string, entity: Entity): void {
    this.#entities.set(name, entity);
  }

  addTransparent(scope: Scope): void {
    if (scope !== this) this.#transparent.add(scope);
  }

  /** Looks a possibly qualified name up from here outwards. */
  lookup(name: string): Entity | undefined {
    const parts = name.replace(/^::/, '').split('::');
    if (name.startsWith('::')) return this.#global().#path(parts);
    return this.#path(parts) ?? this.parent?.lookup(name);
  }

  #global(): Scope {
    return this.parent === undefined ? this : this.parent.#global();
  }

  #path([first, ...rest]: readonly string[]): Entity | undefined {
    const entity = this.#visible(first!, new Set());
    if (entity === undefined || rest.length === 0) return entity;
    return entity.kind === 'namespace' || entity.kind === 'record' ? entity.scope.#path(rest) : undefined;
  }

  #visible(name: string, seen: Set<Scope>): Entity | undefined {
    const own = this.#entities.get(name);
    if (own !== undefined) return own;
    seen.add(this);
    for (const scope of this.#transparent) {
      const found = seen.has(scope) ? undefined : scope.#visible(name, seen);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}
