/** Clang's JSON dump of a translation unit, as far as it is used. */
export interface AstNode {
  readonly id: string;
  readonly kind: string;
  readonly name?: string;
  /** Of functions and variables: the linker's name. */
  readonly mangledName?: string;
  readonly loc?: AstLocation;
  readonly range?: { readonly begin: AstLocation; readonly end: AstLocation };
  readonly inner?: readonly AstNode[];
  readonly type?: AstType;
  readonly fixedUnderlyingType?: AstType;
  readonly isImplicit?: boolean;
  /** Clang has reported an error in the declaration. */
  readonly isInvalid?: boolean;
  readonly isInline?: boolean;
  readonly isBitfield?: boolean;
  readonly hasInClassInitializer?: boolean;
  readonly tagUsed?: 'struct' | 'class' | 'union';
  readonly completeDefinition?: boolean;
  readonly storageClass?: string;
  /** Of a thread-local variable. */
  readonly tls?: string;
  /** A function with `...`. */
  readonly variadic?: boolean;
  readonly bases?: readonly { readonly type: AstType }[];
  readonly definitionData?: {
    readonly isPolymorphic?: boolean;
    readonly isTriviallyCopyable?: boolean;
    readonly defaultCtor?: { readonly exists?: boolean };
  };
  readonly access?: 'public' | 'protected' | 'private';
  /** Of a template argument a number. */
  readonly value?: string | boolean | number;
  readonly opcode?: string;
  readonly referencedDecl?: { readonly id: string; readonly name?: string };
  readonly nominatedNamespace?: { readonly id: string };
  /** Of a type node: what declares it. */
  readonly decl?: { readonly id: string };
  readonly target?: { readonly id: string; readonly name?: string };
}

export interface AstType {
  readonly qualType: string;
  /** Without typedefs at the top; absent where that changes nothing. */
  readonly desugaredQualType?: string;
}

interface BareLocation {
  offset?: number;
  file?: string;
  line?: number;
  col?: number;
  tokLen?: number;
}

export interface AstLocation extends Readonly<BareLocation> {
  readonly expansionLoc?: Readonly<BareLocation>;
  readonly spellingLoc?: Readonly<BareLocation>;
}

/** A place in the source as written: for code that a macro made, where the macro is used. Columns count bytes from 1. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/**
 * Parses a dump. Clang leaves a location's file and line out when they equal those printed last, so they are filled in
 * here, in the order of printing.
 */
export function parseAst(json: string): AstNode {
  const root = JSON.parse(json) as AstNode;
  fillLocations(root, { file: '', line: 0 });
  return root;
}

function fillLocations(value: object, last: { file: string; line: number }): void {
  for (const child of Object.values(value) as unknown[]) {
    if (typeof child !== 'object' || child === null) continue;
    if ('offset' in child && 'col' in child) fillLocation(child as BareLocation, last);
    else fillLocations(child, last);
  }
}

function fillLocation(location: BareLocation, last: { file: string; line: number }): void {
  last.file = location.file ?? last.file;
  last.line = location.line ?? last.line;
  location.file = last.file;
  location.line = last.line;
}

export function placeOf(node: AstNode): Place | undefined {
  return placeAt(node.loc);
}

/** Whether a macro of the device's headers made it. */
export function isOurs({ range }: AstNode): boolean {
  return range?.begin.spellingLoc?.file?.startsWith('/ring/') === true;
}

/** Where the declaration begins, specifiers and attributes included. */
export function beginOf(node: AstNode): Place | undefined {
  return placeAt(node.range?.begin);
}

/** Behind the declaration's last token. */
export function endOf(node: AstNode): Place | undefined {
  const end = node.range?.end;
  const place = placeAt(end);
  return place && { ...place, column: place.column + ((end?.expansionLoc ?? end)?.tokLen ?? 0) };
}

function placeAt(location: AstLocation | undefined): Place | undefined {
  const { file, line, col } = location?.expansionLoc ?? location ?? {};
  return file === undefined || line === undefined || col === undefined ? undefined : { file, line, column: col };
}
