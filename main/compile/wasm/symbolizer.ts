/** A place in the source; `line` and `column` count from 1. Line 0 means that it is not known. */
export interface SourceFrame {
  readonly function: string;
  readonly file: string;
  readonly line: number;
  readonly column?: number;
}

interface Symbol {
  readonly FunctionName: string;
  readonly FileName: string;
  readonly Line: number;
  readonly Column: number;
}

/**
 * Arguments of LLVM's multi-call binary that symbolize `offsets`, in bytes from the start of the code section's content.
 * Code that the compiler made up has line 0; such an offset takes the last line before it.
 */
export function symbolizerArguments(file: string, offsets: readonly number[]): string[] {
  const options = ['--output-style=JSON', '--functions', '--inlines', '--demangle', '--skip-line-zero'];
  return ['symbolizer', `--obj=${file}`, ...options, ...offsets.map((offset) => `0x${offset.toString(16)}`)];
}

/**
 * For each offset asked for, its frames: the innermost inlined function first, the function itself last. A function is
 * '' where the debug information does not name it.
 */
export function parseSymbolizerOutput(json: string): SourceFrame[][] {
  const entries = JSON.parse(json) as { readonly Symbol?: readonly Symbol[] }[];
  return entries.map(({ Symbol: symbols = [] }) =>
    symbols.map(({ FunctionName, FileName, Line, Column }) => ({
      function: FunctionName,
      file: FileName,
      line: Line,
      ...(Column > 0 ? { column: Column } : {}),
    })),
  );
}
