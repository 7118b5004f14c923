import type { Scene } from './scene.ts';

/** One unit of the verification: it runs alone, and says what it has found. */
export interface Check {
  readonly name: string;
  /** What is shown where it passes. */
  readonly title: string;
  /** What to do where it fails. */
  readonly advice: string;
  /** Checks of a group share a process as long as all goes well: starting one costs a second or two. */
  readonly group: string;
  /** What takes longer hangs. */
  readonly deadlineMs: number;
  /**
   * Leaves its figures in the scene.
   *
   * @throws CheckFailed, CheckSkipped; anything else is a failure as well
   */
  readonly run: (scene: Scene) => Promise<void>;
}
