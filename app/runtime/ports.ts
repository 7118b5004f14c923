/** What the runtime needs of the platform besides a device. */
export interface RuntimePlatform {
  /** Unix time in ms with microsecond resolution, from a monotonic clock: the one the device's clock agrees with. */
  unixMs(): number;
  /** Calls back once, after at least `delayMs`. Disposing cancels. Does not keep the process alive. */
  after(delayMs: number, callback: () => void): Disposable;
}
