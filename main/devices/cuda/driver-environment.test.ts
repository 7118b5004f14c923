import { describe, expect, test } from 'vitest';

import type { OpenedContext } from '../../../native/bindings/cuda-answers.ts';
import { checkModuleLoading, checkThread, prepareDriverEnvironment, toolsIn } from './driver-environment.ts';

describe('the environment of the driver', () => {
  test('has as many queues as there can be, and no lazy loading', () => {
    const env: NodeJS.ProcessEnv = { CUDA_MODULE_LOADING: 'LAZY' };
    expect(prepareDriverEnvironment(env)).toEqual({ connections: 32, changes: [] });
    expect(env).toEqual({ CUDA_MODULE_LOADING: 'EAGER', CUDA_DEVICE_MAX_CONNECTIONS: '32' });
  });

  test.each(['8', '12', '32'])('keeps %s queues that somebody wants', (count) => {
    const env: NodeJS.ProcessEnv = { CUDA_DEVICE_MAX_CONNECTIONS: count };
    expect(prepareDriverEnvironment(env)).toEqual({ connections: Number(count), changes: [] });
    expect(env['CUDA_DEVICE_MAX_CONNECTIONS']).toBe(count);
  });

  test.each(['1', '7', '0', '-3', 'many', '9.5'])('has more than %s of them, and says so', (count) => {
    const env: NodeJS.ProcessEnv = { CUDA_DEVICE_MAX_CONNECTIONS: count };
    const { connections, changes } = prepareDriverEnvironment(env);
    expect([connections, env['CUDA_DEVICE_MAX_CONNECTIONS']]).toEqual([32, '32']);
    expect(changes).toEqual([expect.stringContaining(`CUDA_DEVICE_MAX_CONNECTIONS is '${count}'`)]);
    expect(prepareDriverEnvironment(env).changes).toEqual([]);
  });

  test('has no launches that wait for their end, and says so where there would have been', () => {
    const env: NodeJS.ProcessEnv = { CUDA_LAUNCH_BLOCKING: '1' };
    expect(prepareDriverEnvironment(env).changes).toEqual([expect.stringContaining('CUDA_LAUNCH_BLOCKING is set')]);
    expect(env).not.toHaveProperty('CUDA_LAUNCH_BLOCKING');
    const off: NodeJS.ProcessEnv = { CUDA_LAUNCH_BLOCKING: '0' };
    expect(prepareDriverEnvironment(off).changes).toEqual([]);
  });

  test('is told of tools that wait for kernels', () => {
    expect(toolsIn({ CUDA_ENABLE_COREDUMP_ON_EXCEPTION: '0', CUDA_INJECTION64_PATH: '' })).toEqual([]);
    expect(toolsIn({ CUDA_ENABLE_COREDUMP_ON_EXCEPTION: '1', CUDA_INJECTION64_PATH: '/x/tool.so' })).toEqual([
      expect.stringContaining('CUDA_ENABLE_COREDUMP_ON_EXCEPTION'),
      expect.stringContaining('CUDA_INJECTION64_PATH'),
    ]);
  });
});

test('a worker thread is refused, which cannot set it, unless it is right already', () => {
  const right = { CUDA_MODULE_LOADING: 'EAGER', CUDA_DEVICE_MAX_CONNECTIONS: '32' };
  expect(() => checkThread({}, true)).not.toThrow();
  expect(() => checkThread(right, false)).not.toThrow();
  for (const env of [{}, { ...right, CUDA_LAUNCH_BLOCKING: '1' }, { ...right, CUDA_MODULE_LOADING: 'LAZY' }]) {
    expect(() => checkThread(env, false)).toThrow(
      expect.objectContaining({ code: 'WrongThread', tip: expect.stringContaining('on the main thread') }),
    );
  }
});

test('a driver that loads lazily all the same is refused', () => {
  const device = { name: 'Some GPU' } as OpenedContext['device'];
  for (const moduleLoading of ['EAGER', null] as const)
    expect(() => checkModuleLoading({ moduleLoading, device })).not.toThrow();
  expect(() => checkModuleLoading({ moduleLoading: 'LAZY', device })).toThrow(
    expect.objectContaining({ code: 'LazyModuleLoading', tip: expect.stringContaining('CUDA_MODULE_LOADING=EAGER') }),
  );
});
