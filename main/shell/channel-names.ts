/** Names of what windows ask of the main process: with `invoke` where there is an answer, else with `send`. */
export const channels = {
  connect: 'host:connect',
  chooseProject: 'dialog:project',
  offerCommands: 'menu:commands',
  showsProject: 'window:project',
  listening: 'window:listening',
  flushed: 'window:flushed',
} as const;

/** Names of what the main process tells windows. */
export const windowChannels = {
  port: 'host:port',
  command: 'menu:command',
  openProject: 'project:open',
  flush: 'window:flush',
} as const;
