// host-harness.mjs HOST: runs dist/host.process.js in plain Node. Stands for what Electron gives a utility process: the
// port to the process that started it, here over Node's IPC channel, and one MessagePort, which is the window's.
//
// In:  { control } a request of the main process · { connect: true } a window comes · { frame } from the window's port
// Out: { control } an answer, or `ready` · { frame } to the window's port
import { pathToFileURL } from 'node:url';
import { MessageChannel } from 'node:worker_threads';

/** @type {((event: { data: unknown, ports: object[] }) => void)[]} */
const listeners = [];
const parentPort = {
  /** @param {string} _event @param {(event: { data: unknown, ports: object[] }) => void} listener */
  on: (_event, listener) => void listeners.push(listener),
  /** @param {unknown} control */
  postMessage: (control) => void process.send?.({ control }),
};
Object.assign(process, { parentPort });

/** @param {unknown} data @param {object[]} ports */
const deliver = (data, ports) => listeners.forEach((listener) => listener({ data, ports }));

const { port1: windowPort, port2: hostPort } = new MessageChannel();
windowPort.on('message', (frame) => process.send?.({ frame }));

/** As Electron's MessagePortMain: its listeners get an event. */
const adapted = {
  /** @param {string} event @param {(event: { data: unknown }) => void} listener */
  on: (event, listener) => hostPort.on(event, (data) => listener({ data })),
  /** @param {unknown} frame */
  postMessage: (frame) => hostPort.postMessage(frame),
  start: () => hostPort.start(),
  close: () => hostPort.close(),
};

process.on('message', (/** @type {{ control?: unknown, connect?: true, frame?: unknown }} */ message) => {
  if (message.control !== undefined) deliver(message.control, []);
  else if (message.connect) deliver({ kind: 'connect' }, [adapted]);
  else windowPort.postMessage(message.frame);
});

await import(pathToFileURL(process.argv[2] ?? '').href);
