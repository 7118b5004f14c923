import type { App, MessageBoxOptions, MessageBoxReturnValue, Session, WebContents } from 'electron';
import { isOwnPage } from './app-protocol.ts';

export interface GuardOptions {
  /** A question to the person, in front of the window of the contents. */
  readonly ask: (contents: WebContents, options: MessageBoxOptions) => Promise<MessageBoxReturnValue>;
  /** By the system's browser. */
  readonly open: (url: string) => Promise<void>;
  readonly log: (line: string) => void;
}

/** What a page of ours may ask of the system; every other permission is refused, and everything to other pages. */
const PERMISSIONS: readonly string[] = ['clipboard-read', 'clipboard-sanitized-write'];

/** No window leaves the application, opens another, or holds a page of somebody else. */
export function guardContents(app: App, options: GuardOptions): void {
  app.on('web-contents-created', (_, contents) => {
    const stay = (event: { readonly url: string; preventDefault(): void }): void => {
      if (isOwnPage(event.url)) return;
      event.preventDefault();
      options.log(`Navigation to ${event.url} was refused.`);
    };
    contents.on('will-navigate', stay);
    contents.on('will-frame-navigate', stay);
    contents.on('will-redirect', stay);
    contents.on('will-attach-webview', (event) => event.preventDefault());
    contents.setWindowOpenHandler(({ url }) => {
      offerLink(url, contents, options).catch((error: unknown) =>
        options.log(`${url} was not opened: ${String(error)}`),
      );
      return { action: 'deny' };
    });
  });
}

export function guardSession(session: Session): void {
  const isAllowed = (permission: string, url: string): boolean => PERMISSIONS.includes(permission) && isOwnPage(url);
  session.setPermissionRequestHandler((...[, permission, answer, details]) => {
    answer(isAllowed(permission, details.requestingUrl));
  });
  session.setPermissionCheckHandler((_, permission, origin) => isAllowed(permission, origin));
  session.setDevicePermissionHandler(() => false);
}

/** A link in somebody's source goes to the system's browser only when the person has seen where it leads. */
async function offerLink(url: string, contents: WebContents, { ask, open, log }: GuardOptions): Promise<void> {
  if (!URL.canParse(url) || !['https:', 'http:'].includes(new URL(url).protocol)) {
    log(`A window for ${url} was refused.`);
    return;
  }
  if (contents.isDestroyed()) return;
  const { response } = await ask(contents, {
    type: 'question',
    message: 'Open this address in the browser?',
    detail: new URL(url).href,
    buttons: ['Open', 'Cancel'],
    defaultId: 1,
    cancelId: 1,
  });
  if (response === 0) await open(new URL(url).href);
}
