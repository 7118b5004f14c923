import type { DesktopBridge } from '../../app/contract/desktop.ts';

declare global {
  // The preload script puts it there; a declaration of a global has to be a `var`.
  var ringDesktop: DesktopBridge | undefined;
}

/** The desktop application around this window; undefined in a browser. */
export const desktop: DesktopBridge | undefined = globalThis.ringDesktop;

/** A new connection to the host, which the preload script hands over as a message of the window itself. */
export function openHostPort(bridge: DesktopBridge): Promise<MessagePort> {
  const id = crypto.randomUUID();
  return new Promise((resolve, reject) => {
    const take = ({ source, data, ports }: MessageEvent<{ readonly ringHostPort?: unknown } | null>): void => {
      const [port] = ports;
      if (source !== window || data?.ringHostPort !== id || port === undefined) return;
      window.removeEventListener('message', take);
      resolve(port);
    };
    window.addEventListener('message', take);
    bridge.connect(id).catch((error: unknown) => {
      window.removeEventListener('message', take);
      reject(error instanceof Error ? error : new Error(String(error)));
    });
  });
}
