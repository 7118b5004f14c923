import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFetchMemory } from './fetch-memory.mjs';

const HOUR = 3_600_000;
let folder = '';
let path = '';
let now = 1_000_000;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'fetch-memory-'));
  path = join(folder, 'dist', 'electron-fetch.json');
  now = 1_000_000;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** @param {{ version?: string, env?: Record<string, string> }} [what] */
const memory = ({ version = '45.4.1', env = {} } = {}) => createFetchMemory({ path, version, env, now: () => now });

test('a failure is remembered for an hour', () => {
  memory().remember('offline');
  now += HOUR - 1;
  expect(memory().recall()).toEqual({ reason: 'offline', ageMs: HOUR - 1 });
  now += 1;
  expect(memory().recall()).toBeUndefined();
});

test('another version, mirror or proxy is tried at once', () => {
  memory().remember('offline');
  expect(memory({ version: '45.4.2' }).recall()).toBeUndefined();
  expect(memory({ env: { ELECTRON_MIRROR: 'http://mirror.example/' } }).recall()).toBeUndefined();
  expect(memory({ env: { https_proxy: 'http://proxy.example' } }).recall()).toBeUndefined();
  expect(memory({ env: { HOME: '/elsewhere' } }).recall()?.reason).toBe('offline');
});

test('no address is written down, since it may hold a password', () => {
  memory({ env: { HTTPS_PROXY: 'http://me:secret@proxy.example' } }).remember('offline');
  expect(readFileSync(path, 'utf8')).not.toContain('secret');
});

test('success forgets, and a damaged file or a clock that went back is no failure', () => {
  memory().remember('offline');
  memory().forget();
  expect(memory().recall()).toBeUndefined();
  memory().remember('offline');
  now -= 1;
  expect(memory().recall()).toBeUndefined();
  writeFileSync(path, '{');
  expect(memory().recall()).toBeUndefined();
});
