import { describe, expect, test } from 'vitest';
import { HostFixture } from './studio-host.fixture.ts';

describe('a sample', () => {
  test('opens, compiles, starts and answers', async () => {
    await using fixture = new HostFixture();
    const project = await fixture.openSample('vector_add');
    await fixture.until(project, (view) => view.programs['vector_add.cu'] !== undefined, 'it is compiled');
    expect(await project.start({})).toEqual({ kind: 'started' });
    const reply = await project.request({
      to: 'vector_add',
      type: 'VectorAddRequest',
      message: { a: 1, b: 2 },
      timeoutMs: 5000,
    });
    expect(reply).toMatchObject({ type: 'VectorAddResponse', message: { result: 3 } });
    await project.stop();
  });
});
