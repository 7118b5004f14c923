import { describe, expect, test } from 'vitest';
import type { SourceTree } from '../sources/source-tree.ts';
import { imageKey, toolchainHash, unitKey } from './cache-key.ts';

const treeOf = (files: Readonly<Record<string, string>>, main = 'a.cu', projectDir = '/p'): SourceTree => ({
  projectDir,
  main,
  files: new Map(Object.entries(files).map(([path, text]) => [path, { path, text }])),
  includesRingKernel: true,
  outsideIncludes: [],
});

describe('cache keys', () => {
  const toolchain = toolchainHash({ 'ring/x.h': 'x' }, 'build');
  const key = unitKey(treeOf({ 'a.cu': 'a', 'b.h': 'b' }), toolchain);

  test('do not depend on the place of the project or the order of its files', () => {
    expect(unitKey(treeOf({ 'b.h': 'b', 'a.cu': 'a' }, 'a.cu', '/elsewhere'), toolchain)).toBe(key);
  });

  test('differ with every part of the input', () => {
    const others = [
      unitKey(treeOf({ 'a.cu': 'a', 'b.h': 'c' }), toolchain),
      unitKey(treeOf({ 'a.cu': 'a', 'c.h': 'b' }), toolchain),
      unitKey(treeOf({ 'a.cu': 'a', 'b.h': 'b' }, 'b.h'), toolchain),
      unitKey(treeOf({ 'a.cu': 'ab', 'b.h': '' }), toolchain),
      unitKey(treeOf({ 'a.cu': 'a', 'b.h': 'b' }), toolchainHash({ 'ring/x.h': 'y' }, 'build')),
      unitKey(treeOf({ 'a.cu': 'a', 'b.h': 'b' }), toolchainHash({ 'ring/x.h': 'x' }, 'another build')),
      imageKey(key, 65_536),
      imageKey(key, 131_072),
    ];
    expect(new Set([key, ...others]).size).toBe(9);
  });
});
