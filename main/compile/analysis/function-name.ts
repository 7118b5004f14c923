import type { AstNode } from '../ast/ast-node.ts';
import type { GlobalFunction } from '../ast/declarations.ts';
import type { Scope } from '../ast/scope.ts';
import { scalarsByName } from './builtin-types.ts';

/** How people and how the generated unit name a function. */
interface FunctionName {
  /** `app::scale`, `reduce<float, 256>` */
  readonly name: string;
  /** `::app::scale`, `::reduce<float, 256>` */
  readonly expression: string;
}

export function functionName({ node, scope, template }: GlobalFunction): FunctionName {
  const name = withoutUnnamed(scope.qualify(node.name ?? ''));
  const args = templateArguments(node);
  if (args.length === 0) return { name, expression: `::${name}` };
  const kinds = (template?.inner ?? []).filter(({ kind }) => kind === 'NonTypeTemplateParmDecl');
  let nonTypes = 0;
  const shown: string[] = [];
  const spelled: string[] = [];
  for (const argument of args) {
    if (argument.value === undefined) {
      const type = argument.type?.qualType ?? argument.name ?? '';
      shown.push(type);
      spelled.push(type);
      continue;
    }
    // A pack is one parameter, for all the arguments that follow.
    const parameter = kinds[Math.min(nonTypes++, kinds.length - 1)];
    const { text, cast } = valueArgument(argument.value, parameter, scope);
    shown.push(text);
    spelled.push(cast ?? text);
  }
  return { name: `${name}<${shown.join(', ')}>`, expression: `::${name}<${spelled.join(', ')}>` };
}

/** A value of `template <auto N>`: the front end does not say its type, without which it names another instance. */
export function hasUntypedValue({ template }: GlobalFunction): boolean {
  return (template?.inner ?? []).some(
    ({ kind, type }) => kind === 'NonTypeTemplateParmDecl' && /\bauto\b/.test(type?.qualType ?? ''),
  );
}

/** The template itself, which is no function yet. */
export function isPattern({ node, template }: GlobalFunction): boolean {
  return template !== undefined && templateArguments(node).length === 0;
}

/** What lies in an unnamed namespace is found without it. */
export function withoutUnnamed(qualified: string): string {
  return qualified.replaceAll('(anonymous namespace)::', '');
}

function templateArguments({ inner = [] }: AstNode): readonly AstNode[] {
  return inner.filter(({ kind }) => kind === 'TemplateArgument').flatMap((argument) => packed(argument));
}

function packed(argument: AstNode): readonly AstNode[] {
  const inner = (argument.inner ?? []).filter(({ kind }) => kind === 'TemplateArgument');
  return inner.length === 0 ? [argument] : inner;
}

/** C++ converts no number into bool or an enumeration by itself. */
function valueArgument(
  value: string | boolean | number,
  parameter: AstNode | undefined,
  scope: Scope,
): { readonly text: string; readonly cast?: string } {
  const type = parameter?.type?.desugaredQualType ?? parameter?.type?.qualType ?? '';
  if (type === 'bool') return { text: Number(value) === 0 ? 'false' : 'true' };
  if (scalarsByName.has(type)) return { text: String(value) };
  const entity = scope.lookup(type);
  if (entity?.kind !== 'enum') return { text: String(value) };
  return { text: `${entity.name}(${String(value)})`, cast: `static_cast<::${entity.name}>(${String(value)})` };
}
