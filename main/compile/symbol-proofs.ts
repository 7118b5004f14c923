import type { SymbolInfo } from '../../app/model/program.ts';
import { cppType } from './type-proof.ts';

/** The types of the symbols as facts for the compiler to prove, and a function that tells where they lie. */
export function symbolAddresses(symbols: readonly SymbolInfo[]): string[] {
  return [
    ...symbols.map(({ name, type }) => `RING_PROVE_SYMBOL(::${name}, ${cppType(type)})`),
    'RING_SYMBOLS_BEGIN',
    ...symbols.map(({ name }, index) => `RING_SYMBOL(${index}, ::${name})`),
    'RING_SYMBOLS_END',
  ];
}
