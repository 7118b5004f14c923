/** NVIDIA's run-time compiler, wherever it comes from. */
export interface Nvrtc {
  /**
   * The same one for every call, once it was found, as long as it is there.
   *
   * @throws StudioError `NvrtcNotFound`, `NvrtcUnusable`, `CompilerCrashed`, `CompilerTimeout`, `CompilerClosed`
   */
  open(): Promise<OpenedNvrtc>;
}

export interface OpenedNvrtc {
  /** Of its library. */
  readonly path: string;
  /** 1000 × major + 10 × minor, as drivers tell theirs: 12040. */
  readonly version: number;
  /** 75 is sm_75; empty where it does not tell. */
  readonly architectures: readonly number[];
  /**
   * One after the other.
   *
   * @throws StudioError `NvrtcUnusable`, `CompilerCrashed`, `CompilerTimeout`, `CompilerClosed`
   * @throws the signal's reason when it was aborted
   */
  compile(request: NvrtcRequest, signal?: AbortSignal): Promise<NvrtcAnswer>;
}

export interface NvrtcRequest {
  /** What messages call the source. */
  readonly name: string;
  readonly source: string;
  /** By the name that sources include. */
  readonly headers: Readonly<Record<string, string>>;
  readonly options: readonly string[];
  /** Of functions and variables whose names in the module are asked for: `&scale<float>`. */
  readonly nameExpressions: readonly string[];
  readonly output: 'ptx' | 'cubin';
}

export interface NvrtcAnswer {
  /** Null when the source has errors, which are in the log. */
  readonly code: Uint8Array | null;
  readonly log: string;
  /** Pairs of name expression and name in the module. */
  readonly loweredNames: readonly (readonly [expression: string, name: string])[];
}

/** `12.4` of 12040. */
export function versionText(version: number): string {
  return `${Math.floor(version / 1000)}.${Math.floor((version % 1000) / 10)}`;
}
