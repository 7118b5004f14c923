import { once } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';
import { createTRPCClient, createWSClient, wsLink } from '@trpc/client';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { StudioRouter } from '../../../app/contract/router.ts';
import { portSocketClass, type Port } from '../../../renderer/bridge/port-socket.ts';
import { HostFixture } from '../../host/studio/studio-host.fixture.ts';
import type { MessagePortLike } from './port-connection.ts';
import { servePort } from './serve-port.ts';

/** Node's port as Electron's main process has it. */
function asElectron(port: MessagePort): MessagePortLike {
  return {
    on: (event: string, listener: (event: { readonly data: unknown }) => void) =>
      event === 'message'
        ? port.on('message', (data: unknown) => listener({ data }))
        : port.on('close', () => listener({ data: undefined })),
    postMessage: (message) => port.postMessage(message),
    start: () => port.start(),
    close: () => port.close(),
  };
}

/** A host, and windows that connect to it by ports. */
class PortFixture implements AsyncDisposable {
  readonly fixture = new HostFixture();
  readonly errors: unknown[] = [];
  /** The host's ends, the latest last. */
  readonly ends: MessagePort[] = [];
  readonly #clients: { close(): Promise<void> }[] = [];

  /** The window's end of a new connection. */
  open(): MessagePort {
    const { port1, port2 } = new MessageChannel();
    this.ends.push(port1);
    servePort(asElectron(port1), { host: this.fixture.host, onError: (error) => this.errors.push(error) });
    return port2;
  }

  window() {
    const events = { opened: 0, lost: 0 };
    const client = createWSClient({
      url: 'app://studio/trpc',
      WebSocket: portSocketClass(() => Promise.resolve(this.open() as unknown as Port)),
      retryDelayMs: () => 10,
      onOpen: () => events.opened++,
      onClose: () => events.lost++,
    });
    this.#clients.push(client);
    return { studio: createTRPCClient<StudioRouter>({ links: [wsLink({ client })] }), events };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#clients.map((client) => client.close()));
    for (const end of this.ends) end.close();
    await this.fixture[Symbol.asyncDispose]();
  }
}

describe('the contract over a port', () => {
  test('answers queries, refuses bad input, and passes the words of a failure on', async () => {
    await using ports = new PortFixture();
    const { studio } = ports.window();
    expect((await studio.projects.samples.query()).map(({ name }) => name)).toContain('vector_add');
    await expect(studio.projects.openSample.mutate('../etc')).rejects.toMatchObject({ data: { code: 'BAD_REQUEST' } });
    await expect(studio.run.stop.mutate({ projectId: 'nothing' })).rejects.toMatchObject({
      data: { studio: { code: 'UnknownProject' } },
    });
    expect(ports.errors).toEqual([]);
  });

  test('a window whose port closes connects by a new one, and its subscription goes on', async () => {
    await using ports = new PortFixture();
    const { studio, events } = ports.window();
    const { id: projectId } = await studio.projects.openSample.mutate('vector_add');
    const seen: string[] = [];
    studio.projects.events.subscribe({ projectId }, { onData: ({ data }) => void seen.push(data.type) });
    await expect.poll(() => seen.includes('snapshot')).toBe(true);
    const lost = once(ports.ends.at(-1)!, 'close');
    ports.ends.at(-1)!.close();
    await lost;
    await expect.poll(() => events).toEqual({ opened: 2, lost: 1 });
    const before = seen.length;
    await studio.files.create.mutate({ projectId, path: 'more.cu', template: 'kernel' });
    await expect.poll(() => seen.slice(before)).toContain('file');
    expect(seen.filter((type) => type === 'snapshot')).toHaveLength(1); // it went on, and did not begin again
  });

  test('a window that takes nothing gets no more than a mebibyte of a stream', async () => {
    await using ports = new PortFixture();
    const project = await ports.fixture.openSample('vector_add');
    let made = 0;
    project.outputs = async function* (signal) {
      const row = { atMs: 1, from: 'a#0', port: 'reply', type: 'T', message: { text: 'x'.repeat(10_000) } };
      while (!signal.aborted) {
        await new Promise((resolve) => setImmediate(resolve));
        yield { runId: 1, total: ++made, rows: [{ ...row, seq: made, messageId: '1' }], skipped: 0 };
      }
    };
    const port = ports.open();
    let takenUnits = 0;
    port.on('message', (frame: string) => (takenUnits += frame.length));
    const subscription = { path: 'telemetry.outputs', input: { projectId: project.summary.id } };
    port.postMessage(JSON.stringify({ id: 1, jsonrpc: '2.0', method: 'subscription', params: subscription }));
    await expect.poll(() => takenUnits).toBeGreaterThan(1_000_000);
    await new Promise((resolve) => setTimeout(resolve, 300));
    const stopped = takenUnits;
    expect(stopped).toBeLessThan(1_200_000);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(takenUnits).toBe(stopped);
    port.postMessage(stopped); // it says that it has taken them
    await expect.poll(() => takenUnits).toBeGreaterThan(stopped + 1_000_000);
    port.close();
  });
});

describe('whatever a port brings', () => {
  const frame = fc.oneof(
    fc.string(),
    fc.double(),
    fc.jsonValue(),
    fc.object(),
    fc.uint8Array(),
    fc.json(),
    fc
      .record({
        id: fc.oneof(fc.nat(), fc.string(), fc.constant(null)),
        jsonrpc: fc.constantFrom('2.0', '1.0'),
        method: fc.constantFrom('query', 'mutation', 'subscription', 'subscription.stop', 'connect', 'x'),
        params: fc.record({
          path: fc.oneof(
            fc.constantFrom('machine', 'files.edit', 'run.start', 'projects.events', 'settings.write', '__proto__'),
            fc.string(),
          ),
          input: fc.jsonValue(),
        }),
      })
      .map((message) => JSON.stringify(message)),
  );

  test('the host stays, and others are answered', async () => {
    await using ports = new PortFixture();
    await fc.assert(
      fc.asyncProperty(fc.array(frame, { minLength: 1, maxLength: 8 }), async (frames) => {
        const port = ports.open();
        const taken = new Promise<void>((resolve) => {
          port
            .on('message', (reply) => {
              if (reply === 'PONG') resolve();
            })
            .on('close', resolve);
        });
        for (const each of [...frames, 'PING']) port.postMessage(each);
        await taken;
        port.close();
      }),
      { numRuns: 300, seed: 20_261_126 },
    );
    const { studio } = ports.window();
    expect(await studio.projects.recent.query()).toEqual([]);
    expect(ports.errors).toEqual([]);
  });

  test.each([[{ data: 'x' }], [true], [-1], [Number.NaN], [5], [null], ['x'.repeat(16_777_217)]])(
    'what is no frame ends its connection: %#',
    async (bad) => {
      await using ports = new PortFixture();
      const port = ports.open();
      const closed = once(port, 'close');
      port.postMessage(bad);
      await closed;
    },
  );
});
