/** A command of the palette as the native menu shows it. */
export interface MenuCommand {
  readonly id: string;
  readonly title: string;
  readonly group: string;
  /** As the palette writes them: `Ctrl+Shift+S`. */
  readonly keys?: string | undefined;
  /** Its keys work only where the focus is in its room: the menu shows them and does not listen for them. */
  readonly isLocal: boolean;
  readonly isEnabled: boolean;
}

type Unsubscribe = () => void;

/**
 * What the desktop application offers its windows beside the contract: `window.ringDesktop`, frozen. A browser has
 * none of it, so every use has a way without.
 */
export interface DesktopBridge {
  /**
   * Asks for a connection to the host. Its port comes as a message event of the window itself, with the data
   * `{ ringHostPort: id }`. Rejects while there is no host.
   */
  connect(id: string): Promise<void>;
  /** The system's dialog for a project; null when it was cancelled. */
  chooseProject(): Promise<string | null>;
  /** What the menu offers from now on. */
  offerCommands(commands: readonly MenuCommand[]): void;
  /** The window shows this project's folder, or none. */
  showsProject(dir: string | null): void;
  /** A command was chosen in the menu. */
  onCommand(listener: (id: string) => void): Unsubscribe;
  /** A project was opened from outside: a file association, another start of the application, the system's recent list. */
  onOpenProject(listener: (path: string) => void): Unsubscribe;
  /** The window is about to go: `listener` sends to the host what was typed. */
  onFlush(listener: () => Promise<void>): Unsubscribe;
}
