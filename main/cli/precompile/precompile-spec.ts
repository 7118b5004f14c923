import type { CommandSpec } from '../command/command-spec.ts';

export const precompileSpec: CommandSpec = {
  name: 'precompile',
  summary: 'compile kernels for GPUs into a bundle, which runs where NVRTC is missing',
  usage: '<topology.ring.json | kernel.cu>... [--out FILE] [--arch LIST] | --check',
  description: [
    'Compiles kernels with NVRTC, without a GPU, and writes their code into one file. With --device cuda and in the studio ' +
      'the bundles in the folder of a topology, or of a kernel, are looked in before NVRTC is asked.',
    'Code is found by the content of all that it was made from. After an edit it is not found any more: NVRTC compiles then, ' +
      'and where that is missing, the error says so.',
    'Exit code 0 when done, or when the bundle that is checked fits; 1 when a source does not compile, or it does not fit; 3 ' +
      'when NVRTC is missing.',
  ],
  options: [
    { name: 'out', short: 'o', value: 'FILE', help: 'The bundle. Default: beside the first file, with its name.' },
    {
      name: 'arch',
      value: 'LIST',
      help:
        'compute_NN is PTX: for GPUs of this compute capability and all later ones. sm_NN is machine code: for this one and later ones of ' +
        'the same major number. Separated by commas; all, the default, is PTX for each that NVRTC knows.',
    },
    { name: 'check', help: 'Only say whether the bundle fits the sources as they are. Needs no NVRTC.' },
    { name: 'help', short: 'h', help: 'Show this.' },
  ],
  examples: [
    { meaning: 'all kernels of a topology, as topology.ringbundle', line: 'ringstudio precompile topology.ring.json' },
    {
      meaning: 'machine code for Ampere and Hopper, and PTX for what comes later',
      line: 'ringstudio precompile topology.ring.json --arch sm_80,sm_90,compute_90',
    },
    { meaning: 'does it still fit?', line: 'ringstudio precompile topology.ring.json --check' },
  ],
};
