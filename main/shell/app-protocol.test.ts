import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAppHandler, isOwnPage, pageUrl } from './app-protocol.ts';

const folder = mkdtempSync(join(tmpdir(), 'ringstudio-app-'));
const pages = join(folder, 'renderer');
const answer = createAppHandler(pages);

beforeAll(() => {
  mkdirSync(join(pages, 'assets'), { recursive: true });
  writeFileSync(join(pages, 'index.html'), '<!doctype html><title>Studio</title>');
  writeFileSync(join(pages, 'assets/main.js'), 'export {};');
  writeFileSync(join(folder, 'secret.txt'), 'secret');
  symlinkSync(join(folder, 'secret.txt'), join(pages, 'link.txt'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('app://studio', () => {
  test('answers with the pages, and with a policy that lets them reach nothing else', async () => {
    const page = await answer(new Request(pageUrl('#/project/1')));
    expect(await page.text()).toContain('<title>Studio');
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const policy = page.headers.get('content-security-policy');
    expect(policy).toContain("default-src 'self'");
    expect(policy).toContain("connect-src 'self';");
    expect(policy).toContain("script-src 'self'");
    expect(policy).not.toMatch(/unsafe-eval|https?:|ws:|\*/);
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    const script = await answer(new Request('app://studio/assets/main.js?x=1'));
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8');
    expect((await answer(new Request(pageUrl(), { method: 'HEAD' }))).body).toBeNull();
  });

  test.each([
    ['app://studio/secret.txt', 404],
    ['app://studio/../secret.txt', 404],
    ['app://studio/%2e%2e/secret.txt', 404],
    ['app://studio/..%2fsecret.txt', 404],
    ['app://studio/link.txt', 404],
    ['app://studio/assets', 404],
    ['app://other/index.html', 404],
    ['app://studio.evil/index.html', 404],
  ])('does not give %s', async (url, status) => {
    const response = await answer(new Request(url));
    expect(response.status).toBe(status);
    expect(response.headers.get('content-security-policy')).not.toBeNull();
  });

  test('takes no other method', async () => {
    expect((await answer(new Request(pageUrl(), { method: 'POST', body: 'x' }))).status).toBe(405);
  });

  test('withstands any path', async () => {
    const path = fc.string({ unit: fc.constantFrom(...'/.%\\0125efgAEx?#&=;:@~'.match(/./g)!), maxLength: 24 });
    await fc.assert(
      fc.asyncProperty(path, async (rest) => {
        if (!URL.canParse(`app://studio/${rest}`)) return;
        const response = await answer(new Request(`app://studio/${rest}`));
        expect([200, 404]).toContain(response.status);
        expect(await response.text()).not.toContain('secret');
      }),
      { numRuns: 300 },
    );
  });
});

test.each([
  ['app://studio/', true],
  ['app://studio/#/project/1', true],
  ['app://studio.evil/', false],
  ['app://other/', false],
  ['https://studio/', false],
  ['file:///index.html', false],
  ['about:blank', false],
  ['', false],
])('%s is our page: %s', (url, isOurs) => {
  expect(isOwnPage(url)).toBe(isOurs);
});
