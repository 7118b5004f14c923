import type { ProgramImage } from '../model/program.ts';

/** A program loaded on a device. Its static data lies at `image.staticData.address`, which the runtime has reserved. */
export interface DeviceProgram {
  readonly image: ProgramImage;
}
