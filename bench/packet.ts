/** What `echo.cu` gives back: its slots have 128 bytes. */
export interface Packet {
  sequence: number;
  sensor: number;
  a: number;
  b: number;
  c: number;
  d: number;
  e: number;
  f: number;
  g: number;
}

export const PACKET: Packet = { sequence: 1, sensor: 7, a: 0.5, b: 1.5, c: 2.5, d: 3.5, e: 4.5, f: 5.5, g: 6.5 };
