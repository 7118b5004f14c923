import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import parsePrometheus from 'parse-prometheus-text-format';
import { describe, expect, test } from 'vitest';
import { Place, token, urlOf, Window } from './serve.fixture.ts';

const COUNT_CU = `#include <ring_kernel.cuh>
struct Tick { uint32_t value; };
RING_KERNEL(relay);
RING_OUTPUT(relay, ticks, Tick);
RING_ON(relay, Tick) { ctx.emit(ticks, msg); }
RING_KERNEL(last);
RING_ON(last, Tick) {}
`;

function addProject(place: Place): void {
  writeFileSync(join(place.project, 'count.cu'), COUNT_CU);
  const topology = {
    version: 1,
    name: 'Count "it"',
    actors: ['relay', 'last'].map((id) => ({ id, kernel: id, source: 'count.cu' })),
    channels: [{ from: 'relay.ticks', to: 'last' }],
    inject: [1, 2, 3].map((value) => ({ to: 'relay', message: { value } })),
  };
  writeFileSync(join(place.project, 'topology.ring.json'), JSON.stringify(topology));
}

describe('GET /metrics', () => {
  test('is for who has the token, as a bearer’s or in the query, and asks this server', async () => {
    using place = new Place();
    const { origin } = await urlOf(place.start(['project', '--port', '0', '--token', token]));
    const ask = (path: string, headers: Readonly<Record<string, string>> = {}): Promise<Response> =>
      fetch(`${origin}${path}`, { headers });
    expect((await ask('/metrics')).status).toBe(401);
    expect((await ask('/metrics', { authorization: 'Bearer another-token-of-this-length' })).status).toBe(401);
    const answer = await ask('/metrics', { authorization: `Bearer ${token}` });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(await answer.text()).toContain('\nringstudio_runs 0\n');
    expect((await ask(`/metrics?token=${token}`)).status).toBe(200);
    const head = await fetch(`${origin}/metrics?token=${token}`, { method: 'HEAD' });
    expect([head.status, await head.text()]).toEqual([200, '']);
    expect((await fetch(`${origin}/metrics?token=${token}`, { method: 'POST' })).status).toBe(405);
  });

  test('gives the numbers of a run', { timeout: 120_000 }, async () => {
    using place = new Place();
    addProject(place);
    const url = await urlOf(place.start(['project', '--port', '0', '--token', token]));
    await using window = new Window(url);
    const { projectId, studio } = window;
    const asked = await studio.run.start.mutate({ projectId });
    if (asked.kind === 'consent') await studio.run.start.mutate({ projectId, agreedHash: asked.request.hash });
    const scrape = async (): Promise<string> => {
      const answer = await fetch(`${url.origin}/metrics`, { headers: { authorization: `Bearer ${token}` } });
      return answer.text();
    };
    const metrics = (text: string, name: string): unknown =>
      parsePrometheus(text).find((family) => family.name === `ringstudio_${name}`)?.metrics;
    const project = 'Count "it"';
    const processed = async (): Promise<unknown> => metrics(await scrape(), 'actor_messages_processed_total');
    await expect.poll(processed, { timeout: 20_000 }).toEqual([
      { labels: { project, actor: 'relay' }, value: '3' },
      { labels: { project, actor: 'last' }, value: '3' },
    ]);
    const text = await scrape();
    expect(metrics(text, 'channel_messages_sent_total')).toEqual([
      { labels: { project, channel: 'relay.ticks -> last' }, value: '3' },
    ]);
    // The parser loses the labels of histograms.
    for (const actor of ['relay', 'last']) {
      const labels = `project="Count \\"it\\"",actor="${actor}"`;
      expect(text).toContain(`\nringstudio_actor_latency_seconds_count{${labels}} 3\n`);
      expect(text).toContain(`\nringstudio_actor_latency_seconds_bucket{${labels},le="+Inf"} 3\n`);
    }
  });
});
