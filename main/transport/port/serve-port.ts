import type { IncomingMessage } from 'node:http';
import { getWSConnectionHandler, type WSSHandlerOptions } from '@trpc/server/adapters/ws';
import type { WebSocket } from 'ws';
import { studioRouter, type StudioRouter } from '../../../app/contract/router.ts';
import type { StudioHost } from '../../../app/contract/studio-host.ts';
import { pacedHost } from '../paced-host.ts';
import { PortConnection, type MessagePortLike } from './port-connection.ts';

export interface PortServerOptions {
  readonly host: StudioHost;
  /** Told of failures that are the studio's own. */
  readonly onError: (error: unknown) => void;
}

/** The contract over a MessagePort: tRPC's WebSocket protocol, frame by frame. One port is one window. */
export function servePort(port: MessagePortLike, { host, onError }: PortServerOptions): PortConnection {
  const connection = new PortConnection(port);
  const options: Omit<WSSHandlerOptions<StudioRouter>, 'wss'> = {
    router: studioRouter,
    createContext: () => ({ host: pacedHost(host, connection) }),
    onError: ({ error }) => {
      if (error.code === 'INTERNAL_SERVER_ERROR') onError(error.cause ?? error);
    },
  };
  // The handler uses neither the server nor the request, and of the socket what PortConnection has.
  const handle = getWSConnectionHandler(options as WSSHandlerOptions<StudioRouter>);
  handle(connection as unknown as WebSocket, { url: '/', headers: {} } as unknown as IncomingMessage);
  connection.start();
  return connection;
}
