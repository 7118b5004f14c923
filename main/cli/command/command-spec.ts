export interface OptionSpec {
  readonly name: string;
  readonly short?: string;
  /** What stands for the value in help, `FILE`. A flag has none. */
  readonly value?: string;
  readonly isRepeatable?: boolean;
  readonly help: string;
}

export interface CommandSpec {
  readonly name: string;
  /** One line of the overview. */
  readonly summary: string;
  /** What follows the name, `<kernel.cu> [--json]`. */
  readonly usage: string;
  /** Paragraphs of the command's own help. */
  readonly description: readonly string[];
  readonly options: readonly OptionSpec[];
  readonly examples: readonly { readonly line: string; readonly meaning: string }[];
}
