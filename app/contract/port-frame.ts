/**
 * What travels over the MessagePort between a window and the host. A string is one message of tRPC's WebSocket
 * protocol, either way. A number goes from the window to the host: so many UTF-16 units of messages it has taken since
 * it said so last, by which the host knows how far behind it is.
 */
export type PortFrame = string | number;
