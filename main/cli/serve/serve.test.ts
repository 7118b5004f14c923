import { execFileSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, readdirSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { Place, token, urlOf, Window } from './serve.fixture.ts';

async function endOf(child: ChildProcess): Promise<{ readonly exitCode: number | null; readonly stderr: string }> {
  let stderr = '';
  child.stderr!.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, stderr };
}

describe('ringstudio serve', () => {
  test('keeps what was typed when it is killed, and has it again at the next start', async () => {
    using place = new Place();
    const args = ['project', '--port', '0', '--token', token];
    const child = place.start(args);
    const url = await urlOf(child);
    {
      await using window = new Window(url);
      await window.type('notes.md', 'typed');
      const isKept = (name: string): boolean =>
        /drafts.*\.json$/.test(name) && readFileSync(join(place.folder, 'state', name), 'utf8').includes('typed');
      const kept = (): boolean =>
        readdirSync(join(place.folder, 'state'), { recursive: true }).map(String).some(isKept);
      await expect.poll(kept, { timeout: 20_000 }).toBe(true);
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    expect(readFileSync(join(place.project, 'notes.md'), 'utf8')).toBe('saved');
    const again = place.start(args);
    await using window = new Window(await urlOf(again));
    expect(`#/project/${window.projectId}`).toBe(url.hash);
    expect(await window.file('notes.md')).toMatchObject({ text: 'typed', isDirty: true });
  });

  test('ends in order: the last keystroke is kept', async () => {
    using place = new Place();
    const args = ['project/topology.ring.json', '--port', '0', '--token', token];
    const child = place.start(args);
    const ended = endOf(child);
    {
      await using window = new Window(await urlOf(child));
      await window.type('notes.md', 'the last');
      child.kill('SIGTERM');
      expect((await ended).exitCode).toBe(143);
    }
    await using window = new Window(await urlOf(place.start(args)));
    expect(await window.file('notes.md')).toMatchObject({ text: 'the last', isDirty: true });
  });

  test('prints one line, with a token of its own each time', async () => {
    using place = new Place();
    const elsewhere = { RINGSTUDIO_STATE_DIR: join(place.folder, 'other state') };
    const [one, two] = await Promise.all([urlOf(place.start([])), urlOf(place.start([], elsewhere))]);
    expect(one.hostname).toBe('127.0.0.1');
    expect(one.port).not.toBe(two.port);
    for (const url of [one, two]) expect(Buffer.from(url.searchParams.get('token')!, 'base64url')).toHaveLength(32);
    expect(one.searchParams.get('token')).not.toBe(two.searchParams.get('token'));
    expect((await fetch(one.origin)).status).toBe(401);
  });

  test('two do not share the state; one that was killed is in nobody’s way', async () => {
    using place = new Place();
    const first = place.start(['--port', '0']);
    const { port } = await urlOf(first);
    const { exitCode, stderr } = await endOf(place.start(['--port', '0']));
    expect(exitCode).toBe(2);
    expect(stderr).toContain(
      `error: StudioRunning: a studio is running already (process ${first.pid}, at http://127.0.0.1:${port}).`,
    );
    first.kill('SIGKILL');
    await once(first, 'exit');
    expect((await urlOf(place.start(['--port', '0']))).port).not.toBe('');
  });

  test('says what is wrong: the port, the pages, the project, the options', async () => {
    using place = new Place();
    const taken = createServer().listen(0, '127.0.0.1');
    if (process.platform === 'win32') mkdirSync(join(place.folder, 'pipe'));
    else execFileSync('mkfifo', [join(place.folder, 'pipe')]);
    await once(taken, 'listening');
    const { port } = taken.address() as { port: number };
    const cases = [
      [['--port', `${port}`], {}, 'PortTaken'],
      [[], { RINGSTUDIO_RENDERER_DIR: join(place.folder, 'nowhere') }, 'RendererMissing'],
      [['renderer'], {}, 'NotAProject'],
      [['pipe'], {}, 'NotAProject'],
      [[], { RINGSTUDIO_STATE_DIR: join(place.folder, 'renderer/index.html/state') }, 'StateFolderUnusable'],
      [['nothing'], {}, 'FolderNotFound'],
      [['--port', '65536'], {}, 'InvalidOption'],
      [['--token', 'short'], {}, 'InvalidOption'],
    ] as const;
    for (const [args, env, code] of cases) {
      const { exitCode, stderr } = await endOf(place.start(args, env));
      expect([code, exitCode]).toEqual([code, 2]);
      expect(stderr).toContain(`error: ${code}: `);
    }
    taken.close();
  });

  test('warns when the network can reach it', async () => {
    using place = new Place();
    const child = place.start(['--host', '0.0.0.0', '--port', '0']);
    const ended = endOf(child);
    await urlOf(child);
    child.kill('SIGINT');
    expect((await ended).stderr).toMatch(/warning: others in the network can reach the studio/);
    expect((await ended).exitCode).toBe(130);
  });
});
