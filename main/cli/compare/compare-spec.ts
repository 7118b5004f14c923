import type { CommandSpec } from '../command/command-spec.ts';

export const compareSpec: CommandSpec = {
  name: 'compare',
  summary: 'run the same messages on two devices, and tell where the results differ',
  usage: '<kernel.cu | topology.ring.json> [--device A --device B] [options]',
  description: [
    'Runs a topology with the same messages and seeds on one device and then on the other, each until nothing moves any ' +
      'more, and compares what came out: the messages of each output and sink in their order, the final states, failed ' +
      'actors with their causes, dead letters by reason, and undelivered messages.',
    'Each difference is a JSON line: {"at":"mean#0 averages[3].mean","cpu":1.5,"cuda":1.25,"absolute":0.25,"relative":0.17}; ' +
      'the last line is {"compared":{…},"differences":1,…}. What the runs say goes to stderr, with the device in front.',
    'Floats may differ by a tolerance: --tolerance FIELD=LIMIT allows |a - b| <= LIMIT, or |a - b| <= LIMIT * max(|a|, |b|). ' +
      'FIELD=absolute:LIMIT and FIELD=relative:LIMIT allow one of them, and both can be given with a comma between. FIELD is ' +
      'a path without indices, mean or items.x, with or without the struct in front, Average.mean; * is every float. ' +
      'NaN equals NaN.',
    'Exit code 0 when all is equal, 1 when something differs or a run failed, 2 for bad input, 3 when a device is not ' +
      'there (before anything runs), 4 at the time limit.',
  ],
  options: [
    {
      name: 'device',
      value: 'NAME',
      isRepeatable: true,
      help: 'cpu or cuda; give it twice. Default: cpu and cuda. Twice the same: does a run repeat?',
    },
    { name: 'against', value: 'A,B', help: 'Both devices at once: cpu,cuda.' },
    { name: 'kernel', value: 'NAME', help: 'Run only this kernel of a .cu file.' },
    {
      name: 'inject',
      value: 'JSON',
      isRepeatable: true,
      help: 'Send this message: the fields of the struct. Repeatable.',
    },
    {
      name: 'to',
      value: 'ACTOR',
      help: 'Who gets messages that do not say so themselves: mean, or mean#1 for one instance.',
    },
    { name: 'type', value: 'MESSAGE', help: 'The struct of messages that do not say so themselves.' },
    {
      name: 'input',
      value: 'FILE',
      help: 'Send the messages of this JSON-lines file; - is stdin. It is read once, whole, before anything runs.',
    },
    {
      name: 'tolerance',
      value: 'FIELD=LIMIT',
      isRepeatable: true,
      help: 'How far floats of a field may lie apart. Repeatable; the path that says more goes before. Default: not at all.',
    },
    { name: 'unordered', help: 'Take the messages of each output as a set, whatever their order.' },
    { name: 'prints', help: 'Compare what actors print, line by line, too.' },
    {
      name: 'limit',
      value: 'N',
      help: 'Show the first N differences of each field, and count the others. Default 10.',
    },
    {
      name: 'instances',
      value: 'N',
      help: 'Launch each kernel of a .cu file N times: mean#0, mean#1, …; messages take turns.',
    },
    { name: 'block', value: 'SIZE', help: 'CUDA threads of a block, for all actors: 256, 16x16, 8x8x4.' },
    { name: 'grid', value: 'SIZE', help: 'Blocks of each instance, for all actors: 4, 4x2.' },
    { name: 'workers', value: 'N', help: 'Threads that run actors on the CPU. Default: all cores but one, at most 8.' },
    { name: 'timeout-ms', value: 'N', help: 'Stop N ms after the actors of a run started, with exit code 4.' },
    { name: 'help', short: 'h', help: 'Show this.' },
  ],
  examples: [
    { meaning: 'the CPU device and the GPU', line: 'ringstudio compare topology.ring.json --input messages.jsonl' },
    {
      meaning: 'sums in another order round otherwise',
      line: 'ringstudio compare mean.cu --input readings.jsonl --tolerance mean=1e-5 --tolerance sum=relative:1e-6',
    },
    {
      meaning: 'does a run give the same twice?',
      line: `ringstudio compare topology.ring.json --device cpu --device cpu`,
    },
  ],
};
