import { z } from 'zod';

// What the addon answers (native/addon/to_js.cc). What is unknown is null.

const loadFailure = z.object({
  /** The file or name that was tried. */
  name: z.string(),
  /** In the words of the system's loader. */
  message: z.string(),
});

/** A call that did not succeed. */
export const callError = z.object({
  call: z.string(),
  /** Null: the library does not export the function. */
  code: z.number().nullable(),
  /** The library's own name for the code; empty where it has none. */
  name: z.string(),
  /** File and line of the addon that made the call. */
  place: z.string(),
});

const report = z.object({
  /** Of the library that was opened, symbolic links resolved; null when none could be. */
  path: z.string().nullable(),
  /** Of the libraries that were tried before that one. */
  loadFailures: z.array(loadFailure),
  /** Calls that did not succeed, in their order. */
  errors: z.array(callError),
});

const driverReport = report.extend({
  /** 1000 × major + 10 × minor of the CUDA version that the driver supports. */
  version: z.number().nullable(),
  /** Null when cuInit or cuDeviceGetCount failed. */
  devices: z
    .array(
      z.object({
        name: z.string().nullable(),
        computeMajor: z.number().nullable(),
        computeMinor: z.number().nullable(),
        memoryBytes: z.number().nullable(),
        multiprocessorCount: z.number().nullable(),
        isIntegrated: z.boolean().nullable(),
        hasKernelTimeout: z.boolean().nullable(),
        isSharedByMps: z.boolean().nullable(),
      }),
    )
    .nullable(),
});

const nvrtcReport = report.extend({
  versionMajor: z.number().nullable(),
  versionMinor: z.number().nullable(),
  /** 75 is sm_75. */
  architectures: z.array(z.number()).nullable(),
  builtinsPath: z.string().nullable(),
  builtinsFailure: loadFailure.nullable(),
});

const nvmlReport = report.extend({
  driverVersion: z.string().nullable(),
  deviceCount: z.number().nullable(),
});

/** One per part of NVIDIA's software that the addon can look at. */
export const probeReports = { driver: driverReport, nvrtc: nvrtcReport, nvml: nvmlReport } as const;

export type ProbePart = keyof typeof probeReports;
export type LoadFailure = z.infer<typeof loadFailure>;
export type CallError = z.infer<typeof callError>;
export type ProbeReports = { readonly [Part in ProbePart]: z.infer<(typeof probeReports)[Part]> };
