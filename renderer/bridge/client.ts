import { createTRPCClient, createWSClient, wsLink, type TRPCClient } from '@trpc/client';

import type { StudioRouter } from '../../app/contract/router.ts';
import { useConnection } from '../stores/connection.store.ts';
import { desktop, openHostPort } from './desktop.ts';
import { portSocketClass } from './port-socket.ts';

export type StudioClient = TRPCClient<StudioRouter>;

/** In a browser the host is where the page came from; the cookie that let the page in lets the socket in. */
function socketUrl(): string {
  const url = new URL('/trpc', location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  return url.href;
}

/** Connects, and connects again whenever the connection is lost; subscriptions go on where they were. */
function connect(): StudioClient {
  const bridge = desktop;
  const socket = createWSClient({
    url: socketUrl(),
    retryDelayMs: (attempt) => Math.min(4000, 150 * 2 ** attempt),
    // A port tells when its other end is gone.
    ...(bridge !== undefined && { WebSocket: portSocketClass(() => openHostPort(bridge)) }),
    keepAlive: { enabled: true, intervalMs: 5000, pongTimeoutMs: 5000 },
    onOpen: () => useConnection.getState().opened(),
    onClose: () => useConnection.getState().lost(),
  });
  return createTRPCClient<StudioRouter>({ links: [wsLink({ client: socket })] });
}

/** The window's one way to the host. */
export const studio: StudioClient = connect();

/** Marks this window's edits among those of others on the same project. */
export const clientId: string = crypto.randomUUID();
