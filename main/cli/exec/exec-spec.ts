import { gpuOption } from '../command/gpu-option.ts';
import type { CommandSpec } from '../command/command-spec.ts';

export const execSpec: CommandSpec = {
  name: 'exec',
  summary: 'run a plain __global__ function over a grid, with buffers from files or made up',
  usage: '<file.cu> --function NAME --grid X[,Y,Z] --block X[,Y,Z] [--arg ARGUMENT]... [options]',
  description: [
    'Compiles the file, allocates the buffers, runs the function once, and shows what it wrote. No host code is needed, ' +
      'and none is compiled.',
    'An argument is a value, int:5, float:0.5 or JSON (5, true, {"x": 1}), or a buffer: float[1024]=iota (0, 1, 2, …), ' +
      'zeros, ones, random (floats from 0 to 1, integers from 0 to 99), random:SEED, [1, 2, 3], @file.npy or @file.json; ' +
      'with values or a file the length may be left out: float[]=@in.npy, and with a .npy file the type too: @in.npy. ' +
      'null is a null pointer, same:1 the buffer of argument 1. Arguments and parameters count from 1.',
    'Results are JSON lines: {"function":"scale","device":"cpu","durationMs":0.2,"blocks":4,"threads":1024}, then for each ' +
      '--print {"argument":1,"name":"data","type":"float","values":[…]} or {"symbol":"offset","type":"int32_t","value":7}. ' +
      'A fault is a JSON line on stderr: {"failed":"scale","cause":…,"at":"file.cu:3","block":[…],"thread":[…]}.',
    'Exit code 0 when it ran, 1 when it does not compile or a thread failed, 2 for bad input, 3 when the device is not ' +
      'there, 4 at the time limit.',
  ],
  options: [
    {
      name: 'function',
      value: 'NAME',
      help: 'Which one: scale, reduce<float, 256>. May be left out when there is one.',
    },
    { name: 'grid', value: 'X[,Y,Z]', help: 'Blocks.' },
    { name: 'block', value: 'X[,Y,Z]', help: 'Threads of a block.' },
    { name: 'arg', value: 'ARGUMENT', isRepeatable: true, help: "The next parameter's argument. Repeatable." },
    { name: 'shared', value: 'BYTES', help: 'Dynamic shared memory of each block. Default 0.' },
    { name: 'cooperative', help: 'Keep all blocks under way together, so that they can wait for each other.' },
    {
      name: 'symbol',
      value: 'NAME=VALUE',
      isRepeatable: true,
      help: 'Write a __constant__ or __device__ variable before: scale=0.5, taps=[1,2,1], taps=@taps.npy. Repeatable.',
    },
    {
      name: 'print',
      value: 'N',
      isRepeatable: true,
      help: "Show a buffer afterwards, by its argument's number or parameter's name, or a variable by its name. Repeatable.",
    },
    {
      name: 'save',
      value: 'N=FILE',
      isRepeatable: true,
      help: 'Write a buffer to a .npy or .json file afterwards. Repeatable.',
    },
    { name: 'list', help: 'Show the functions with their parameters, and the variables; run nothing.' },
    { name: 'device', value: 'NAME', help: 'cpu or cuda. Default cpu.' },
    gpuOption,
    { name: 'workers', value: 'N', help: 'Threads that run blocks. Default: all cores but one, at most 8.' },
    { name: 'time-limit', value: 'MS', help: 'End it with exit code 4 when it runs longer. Default 2,000.' },
    { name: 'seed', value: 'N', help: 'Seed of random contents that give none. Default 0.' },
    { name: 'help', short: 'h', help: 'Show this.' },
  ],
  examples: [
    { meaning: 'what is there?', line: 'ringstudio exec kernels.cu --list' },
    {
      meaning: 'a thousand floats, doubled',
      line: 'ringstudio exec kernels.cu --function scale --grid 4 --block 256 --arg float[1000]=iota --arg 2.0 --arg 1000 --print 1',
    },
    {
      meaning: 'from NumPy and back',
      line: 'ringstudio exec kernels.cu --function blur --grid 8,8 --block 16,16 --arg @in.npy --arg float[16384]=zeros --save 2=out.npy',
    },
  ],
};
