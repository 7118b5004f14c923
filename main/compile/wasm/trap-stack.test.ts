import { expect, it } from 'vitest';
import { parseTrapStack } from './trap-stack.ts';

it('reads names with and without the module, and skips JavaScript', () => {
  const stack = [
    'RuntimeError: divide by zero',
    '    at m.wasm.mean::on(Reading const&, ring::context&) (wasm://wasm/m.wasm-b2d1f216:wasm-function[3]:0x14c)',
    '    at ring::run (wasm://wasm/b2d1f216:wasm-function[4]:0x15e)',
    '    at wasm://wasm/b2d1f216:wasm-function[5]:0xFF',
    '    at wasm://wasm/b2d1f216:wasm-function[5]:0xff',
    '    at drain (file:///x/worker.ts:606:39)',
  ].join('\n');
  expect(parseTrapStack(stack)).toEqual([
    { function: 'mean::on(Reading const&, ring::context&)', offset: 0x14c },
    { function: 'ring::run', offset: 0x15e },
    { function: '', offset: 0xff },
  ]);
});
