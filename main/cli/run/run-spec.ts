import { otlpOptions } from '../otlp-options.ts';
import { gpuOption } from '../command/gpu-option.ts';
import type { CommandSpec } from '../command/command-spec.ts';

export const runSpec: CommandSpec = {
  name: 'run',
  summary: 'compile and run a kernel or a topology, send it messages, print the answers',
  usage: '<kernel.cu | topology.ring.json> [options]',
  description: [
    'Compiles the kernels, launches them as actors, sends them messages, prints each reply and each output that leads to ' +
      'no other actor, and ends when nothing moves any more. A .cu file alone is a topology of one actor per kernel.',
    'Results are JSON lines: {"from":"mean#0","port":"averages","type":"Average","message":{…}}, with a correlationId where ' +
      'the message answers one. What fails is a JSON line on stderr: {"failed":…}, {"restarted":…}, {"deadlock":…}, ' +
      '{"undelivered":…}, {"deadLetters":…}.',
    'Messages come from --inject, then from --input; without either from the "inject" of the topology. An input line is ' +
      '{"to": "mean", "type": "Reading", "message": {…}}. "to" may be left out where only one actor can be meant, "type" ' +
      'where the actor handles one message. The first bad line ends the input with exit code 2; what came before it is ' +
      'processed.',
  ],
  options: [
    { name: 'device', value: 'NAME', help: 'cpu or cuda. Default: what the topology says, else cpu.' },
    gpuOption,
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
      help: 'Send the messages of this JSON-lines file; - is stdin. Read as fast as the actors take them.',
    },
    {
      name: 'edit',
      value: 'JSON',
      help: 'Change these fields of every message of --input; null takes a field out (JSON Merge Patch).',
    },
    { name: 'output', value: 'FILE', help: 'Write results to this file; - is stdout, the default.' },
    {
      name: 'dead-letters',
      value: 'FILE',
      help: 'Write messages that could not be delivered or processed to this file, as lines that --input takes again.',
    },
    {
      name: 'instances',
      value: 'N',
      help: 'Launch each kernel of a .cu file N times: mean#0, mean#1, …; messages take turns.',
    },
    { name: 'block', value: 'SIZE', help: 'CUDA threads of a block, for all actors: 256, 16x16, 8x8x4.' },
    { name: 'grid', value: 'SIZE', help: 'Blocks of each instance, for all actors: 4, 4x2.' },
    { name: 'workers', value: 'N', help: 'Threads that run actors. Default: all cores but one, at most 8.' },
    {
      name: 'timeout-ms',
      value: 'N',
      help: 'Stop N ms after the actors started, with exit code 4 and what was still going on.',
    },
    {
      name: 'checkpoint',
      value: 'FILE',
      help: 'At the end, or when interrupted, write states, queues and counters to this file: a later run goes on from it.',
    },
    {
      name: 'checkpoint-every',
      value: 'MS',
      help: 'Write the checkpoint every MS ms as well, each in place of the last.',
    },
    {
      name: 'restore',
      value: 'FILE',
      help: 'Go on from this checkpoint of the same topology. The "inject" of the topology is not sent again.',
    },
    {
      name: 'migrate',
      help: 'With --restore: carry changed structs over by the names of their fields, and report that.',
    },
    { name: 'allow-loss', help: 'With --migrate: go on without what does not fit into its new field.' },
    {
      name: 'ledger',
      value: 'FILE',
      help: 'Write a JSON line for each message and receiver: what became of it. Sums are on stderr.',
    },
    ...otlpOptions,
    { name: 'metrics', help: 'At the end, a JSON line on stderr for each actor: processed, sent, latency, …' },
    { name: 'help', short: 'h', help: 'Show this.' },
  ],
  examples: [
    {
      meaning: 'what failed once more, with a field mended',
      line: `ringstudio run bank.ring.json --input letters.jsonl --edit '{"cents": 0}'`,
    },
    { meaning: 'one message, one reply', line: `ringstudio run vector_add.cu --inject '{"a": 1, "b": 2}'` },
    { meaning: 'the messages that the topology brings along', line: 'ringstudio run topology.ring.json' },
    {
      meaning: 'a stream of messages through a pipe',
      line: 'generate | ringstudio run mean.cu --input - | jq .message.mean',
    },
    {
      meaning: 'several messages to one of several actors',
      line: `ringstudio run bank.cu --to account --type Deposit --inject '{"cents": 100}' --inject '{"cents": 50}'`,
    },
    {
      meaning: 'stop and go on later',
      line:
        'ringstudio run bank.ring.json --input day1.jsonl --checkpoint bank.ringckpt && ' +
        'ringstudio run bank.ring.json --restore bank.ringckpt --input day2.jsonl',
    },
    {
      meaning: 'a limit and a look at the load',
      line: 'ringstudio run ping_pong.ring.json --timeout-ms 5000 --metrics',
    },
  ],
};
