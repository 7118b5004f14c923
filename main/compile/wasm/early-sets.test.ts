import binaryen from 'binaryen';
import { describe, expect, test } from 'vitest';
import { asyncify } from './asyncify.ts';

/** How many bytes a thread keeps that waits in `thread`, and what it gives when it goes on. */
async function waitIn(body: string): Promise<{ readonly keptBytes: number; readonly result: number }> {
  const module = binaryen.parseText(`(module
    (import "env" "memory" (memory 1 1))
    (import "asyncify" "start_unwind" (func $leave (param i32)))
    (import "asyncify" "stop_unwind" (func $has_left))
    (import "asyncify" "start_rewind" (func $come_back (param i32)))
    (import "asyncify" "stop_rewind" (func $is_back))
    (global $waits (mut i32) (i32.const 0))
    (func $wait
      (if (global.get $waits)
        (then (global.set $waits (i32.const 0)) (call $is_back))
        (else (global.set $waits (i32.const 1)) (call $leave (i32.const 0)))))
    (func $thread (param $a i32) (param $b i32) (result i32) (local $sum i32) (local $c i32) (local $d i32)
      (local.set $c (i32.load (i32.const 256)))
      (local.set $d (i32.load (i32.const 260)))
      ${body})
    (func (export "run") (result i32)
      (local $kept i32)
      (i32.store (i32.const 0) (i32.const 64))
      (i32.store (i32.const 4) (i32.const 1024))
      (drop (call $thread (i32.const 6) (i32.const 7)))
      (call $has_left)
      (local.set $kept (i32.sub (i32.load (i32.const 0)) (i32.const 64)))
      (call $come_back (i32.const 0))
      (i32.add (i32.mul (local.get $kept) (i32.const 1000)) (call $thread (i32.const 0) (i32.const 0)))))`);
  const linked = module.emitBinary();
  module.dispose();
  const prepared = await asyncify(linked);
  if (!prepared.ok) throw new Error(prepared.function);
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1 });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(prepared.wasm), { env: { memory } });
  const packed = (instance.exports['run'] as () => number)();
  return { keptBytes: Math.floor(packed / 1000), result: packed % 1000 };
}

describe('what a thread keeps while it waits', () => {
  const product = '(i32.mul (local.get $a) (local.get $b))';
  const sum = `(i32.add ${product} (i32.add (local.get $c) (local.get $d)))`;

  test('is the sum and not what is added up behind the wait', async () => {
    const behind = await waitIn(`(call $wait) (local.set $sum ${sum}) (local.get $sum)`);
    const before = await waitIn(`(local.set $sum ${sum}) (call $wait) (local.get $sum)`);
    expect(behind).toEqual(before);
    expect(behind.result).toBe(42);
  });

  test('stays what it was where the computation reads memory, or what the wait gives', async () => {
    const load = `(i32.store (i32.const 512) (i32.const 1)) (call $wait) (i32.store (i32.const 512) (i32.const 5))`;
    const reading = `(local.set $sum (i32.add (i32.load (i32.const 512)) ${product}))`;
    expect((await waitIn(`${load} ${reading} (local.get $sum)`)).result).toBe(47);
    const again = `(local.set $b (i32.const 2)) (local.set $sum ${product}) (local.get $sum)`;
    expect((await waitIn(`(call $wait) ${again}`)).result).toBe(12);
  });
});
