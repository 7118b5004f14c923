/** Monotonic time. Only differences mean anything. */
export interface Clock {
  nowMs(): number;
}
