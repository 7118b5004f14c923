import { request as http } from 'node:http';

import { expect, test } from '../fixtures/studio.fixture.ts';

/** A request whose path and headers are sent as they are: `fetch` would tidy them up. */
function get(
  url: string,
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: string }> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const asked = http({ hostname, port, path, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => (body += text));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    });
    asked.on('error', reject).end();
  });
}

test('a browser without the token gets nothing but a word how to get in', async ({ server, page }) => {
  const response = await page.goto(server.origin);
  expect(response?.status()).toBe(401);
  await expect(page.locator('body')).toContainText('token');
  await expect(page.locator('script')).toHaveCount(0);

  for (const path of ['/index.html', '/assets/', '/icon.svg', '/trpc', '/?token=wrong']) {
    expect((await get(server.url, path)).status, path).toBe(401);
  }
});

test('a socket without the token, or from another site, is refused', async ({ server, page }) => {
  await page.goto(`${server.origin}/`);
  const outcome = await page.evaluate(
    (url) =>
      new Promise<string>((resolve) => {
        const socket = new WebSocket(url);
        socket.onopen = () => resolve('open');
        socket.onerror = () => resolve('refused');
      }),
    `${server.origin.replace('http', 'ws')}/trpc`,
  );
  expect(outcome).toBe('refused');
});

test('a name that leads to this machine from elsewhere is refused, and so is every way out of the folder', async ({
  server,
}) => {
  const token = new URL(server.url).searchParams.get('token') ?? '';
  const withToken = (path: string): string => `${path}${path.includes('?') ? '&' : '?'}token=${token}`;
  const rebound = await get(server.url, withToken('/'), { host: 'attacker.example' });
  expect(rebound.status).toBeGreaterThanOrEqual(400);
  for (const path of ['/../package.json', '/..%2fpackage.json', '/%2e%2e/package.json', '/..%5cpackage.json', '/%00']) {
    const { status, body } = await get(server.url, withToken(path), { cookie: `ringstudio_token=${token}` });
    expect(status, path).not.toBe(200);
    expect(body).not.toContain('ring-kernel-studio"');
  }
});
