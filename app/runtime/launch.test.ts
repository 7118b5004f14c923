import { describe, expect, it } from 'vitest';

import { Arena } from '../device/arena.ts';
import type { ActorPlacement } from '../device/device.ts';
import { layoutStruct } from '../model/layout.ts';
import type { StructType } from '../model/message-type.ts';
import type { ProgramImage } from '../model/program.ts';
import { codeOf } from '../testing/conformance/bench.ts';
import { conformanceBehaviours, conformanceImage, imageOf } from '../testing/conformance-kernels.ts';
import type { FakeContext } from '../testing/fake-handler.ts';
import { FakeDevice } from '../testing/fake-device.ts';
import { enumOf, scalar } from '../testing/field-types.ts';
import { ManualPlatform } from '../testing/manual-platform.ts';
import { plainSize, programOf } from '../testing/programs.ts';
import { ActorMemory } from './actor-memory.ts';
import { RingKernelRuntime } from './runtime.ts';

const platform = new ManualPlatform();
const options = { behaviours: conformanceBehaviours, unixMs: () => platform.unixMs(), arenaBytes: 2 ** 25 };

/** Cannot place more actors than so many at a time, as when it has no room for their shared data. */
class SmallDevice extends FakeDevice {
  readonly removed: number[] = [];
  most = 2;

  override async place(actors: readonly ActorPlacement[]): Promise<void> {
    await super.place(actors.slice(0, this.most));
    if (actors.length > this.most) throw new RangeError('no room');
  }

  override remove(actorIds: readonly number[]): Promise<void> {
    this.removed.push(...actorIds);
    return super.remove(actorIds);
  }
}

function withSharedData(sizeBytes: number): ProgramImage {
  return {
    ...conformanceImage,
    sharedData: { sizeBytes, alignBytes: 16, dynamicAt: sizeBytes, staticBytes: sizeBytes },
  };
}

describe('a launch', () => {
  it('that the device cannot finish leaves nothing behind', async () => {
    const device = new SmallDevice(options);
    const runtime = new RingKernelRuntime({ device, platform });
    const program = await runtime.load(conformanceImage);
    const before = device.arena.freeBytes;
    const launch = (instances: number) => runtime.launch(program.kernel('sink'), { instances });
    for (let round = 0; round < 3; round++) {
      await expect(launch(3)).rejects.toThrow('no room');
      expect(runtime.actors).toEqual([]);
      expect(device.arena.freeBytes).toBe(before);
    }
    expect(device.removed).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const sink = await launch(2);
    await Promise.all([sink.activate(), Promise.resolve().then(() => device.run())]);
    expect(sink.state).toBe('active');
  });

  it('that is refused by a device at once leaves nothing behind', async () => {
    const device = new FakeDevice({ ...options, behaviours: new Map() });
    const runtime = new RingKernelRuntime({ device, platform });
    const program = await runtime.load(conformanceImage);
    const before = device.arena.freeBytes;
    await expect(runtime.launch(program.kernel('sink'))).rejects.toThrow('no handlers');
    expect(runtime.actors).toEqual([]);
    expect(device.arena.freeBytes).toBe(before);
  });

  it('counts shared data and what blocks are rounded up to', async () => {
    const device = new FakeDevice(options);
    const runtime = new RingKernelRuntime({ device, platform });
    const program = await runtime.load(withSharedData(device.arena.freeBytes));
    const launching = runtime.launch(program.kernel('sink'));
    await expect(launching).rejects.toMatchObject({ code: 'OutOfMemory' });
    await expect(launching).rejects.toThrow('sink#0: shared data');
  });

  it('frees what it has when memory is in too small pieces', () => {
    const arena = new Arena(new WebAssembly.Memory({ initial: 320, maximum: 320, shared: true }));
    const plan = {
      ...{
        actorId: 1,
        name: 'a#0',
        instance: 0,
        instanceCount: 1,
        capacity: 1024,
        urgentCapacity: 16,
        outboxCapacity: 1,
      },
      ...{ overflow: 'block' as const, payloadBytes: 64, stateBytes: 1, initialState: undefined, seed: 0 },
      ...{ ledgerCapacity: 0, gpu: 0, portCount: 1, size: plainSize },
    };
    const holes = [1, 2, 3].map(() => {
      const hole = arena.allocate('hole', 200_000);
      arena.allocate('wall', 65_536); // too large for the room below the programs
      return hole;
    });
    while (arena.freeBytes > 65_536) {
      try {
        arena.allocate('rest', 65_536);
      } catch {
        break;
      }
    }
    for (const hole of holes.slice(1)) arena.free(hole);
    const before = arena.freeBytes;
    expect(() => new ActorMemory(arena, plan)).toThrow('ring to the host');
    expect(arena.freeBytes).toBe(before);
  });

  it('of two programs that share a message gives each its own defaults and enumerators', async () => {
    const images = [7, 8].map((value) => {
      const Value = valueType(value);
      return imageOf(programOf(`${value}.cu`, [{ name: 'relay', handles: [Value], outputs: { out: Value } }]));
    });
    expect(images[0]!.info.structs[0]!.typeId).toBe(images[1]!.info.structs[0]!.typeId);
    const relay = { relay: { Value: (message: object, ctx: FakeContext) => ctx.emit('out', message) } };
    const device = new FakeDevice({ ...options, behaviours: new Map(images.map(({ hash }) => [hash, relay])) });
    const runtime = new RingKernelRuntime({ device, platform });
    const seen: unknown[] = [];
    for (const [index, image] of images.entries()) {
      const program = await runtime.load(image);
      const actor = await runtime.launch(program.kernel('relay'), { name: `relay${index}` });
      const activating = actor.activate();
      device.run();
      await activating;
      await actor.send({});
      device.run();
      seen.push((await actor.receive())?.json());
    }
    expect(seen).toEqual([
      { value: 7, name: 'Name7' },
      { value: 8, name: 'Name8' },
    ]);
  });
});

function valueType(value: number): StructType {
  const names = enumOf({ name: 'Names', underlying: 'u32', values: [{ name: `Name${value}`, value: '0' }] });
  const fields = [
    { name: 'value', type: scalar('u32'), default: value },
    { name: 'name', type: names, default: 0 },
  ];
  return layoutStruct({ name: 'Value', fields });
}

describe('a program', () => {
  it('that cannot be loaded gives its room back, and one that is unloaded', async () => {
    const device = new FakeDevice(options);
    const runtime = new RingKernelRuntime({ device, platform });
    const first = device.arena.allocateProgram('first', 1);
    const program = await runtime.load(conformanceImage, first);
    const { address } = device.arena.allocateProgram('second', 1);
    expect(address).not.toBe(first.address);
    await runtime.unload(program);
    const third = device.arena.allocateProgram('third', 1);
    expect(third.address).toBe(first.address);
    device.load = () => Promise.reject(new Error('not a module'));
    await expect(runtime.load(conformanceImage, third)).rejects.toThrow('not a module');
    expect(device.arena.allocateProgram('fourth', 1).address).toBe(first.address);
  });
});

describe('two commands in flight', () => {
  it('may be acknowledged one after the other', async () => {
    const device = new FakeDevice(options);
    const runtime = new RingKernelRuntime({ device, platform });
    const program = await runtime.load(conformanceImage);
    const sink = await runtime.launch(program.kernel('sink'));
    for (const move of ['activate', 'deactivate'] as const) {
      const first = sink[move]();
      device.step();
      const second = sink[move]();
      device.poll();
      await first;
      device.step();
      device.poll();
      await second;
    }
    expect(sink.state).toBe('deactivated');
  });
});

describe('disposal', () => {
  it('settles what the device never answers', async () => {
    const device = new FakeDevice(options);
    const runtime = new RingKernelRuntime({ device, platform });
    const program = await runtime.load(conformanceImage);
    const ended = await runtime.launch(program.kernel('relay'));
    const terminating = ended.terminate();
    device.run();
    await terminating;
    const sink = await runtime.launch(program.kernel('sink'));
    const never = new Promise<never>(() => undefined);
    Object.assign(device, { place: () => never, remove: () => never, load: () => never });
    const pending = [
      sink.activate(),
      sink.terminate(),
      runtime.launch(program.kernel('asker')),
      runtime.remove(ended),
      runtime.load(conformanceImage),
      runtime.quiet(),
    ].map(codeOf);
    await runtime[Symbol.asyncDispose]();
    expect(await Promise.all(pending)).toEqual(pending.map(() => 'RuntimeDisposed'));
  });
});
