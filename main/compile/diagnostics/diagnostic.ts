/** One message of the compiler with the notes that belong to it, at places in the virtual file system. */
export interface Diagnostic {
  readonly severity: 'error' | 'warning';
  readonly message: string;
  readonly place: DiagnosticPlace | undefined;
  readonly notes: readonly { readonly message: string; readonly place: DiagnosticPlace | undefined }[];
}

export interface DiagnosticPlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine?: number;
  readonly endColumn?: number;
}
