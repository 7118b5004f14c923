import { seededRandom } from '../../../base/seeded-random.ts';
import { distributionFills } from '../../../model/host-message/distribution-fills.ts';
import type { Distribution } from '../../../model/topology/distribution.ts';
import { hostOutput } from '../../../model/topology/host-schema.ts';
import type { HostActorContext, HostActorDefinition } from '../host-actor-definition.ts';
import { checkNumbers } from './check-options.ts';
import { sendPaced } from './pace.ts';
import { invalid, makerOf, receivedType } from './template-of.ts';

export interface GeneratorOptions {
  readonly message?: Readonly<Record<string, unknown>> | undefined;
  /** How fields are filled, by their path. */
  readonly fields?: Readonly<Record<string, Distribution>> | undefined;
  /** Messages a second. Default: as fast as the receivers take them. */
  readonly rateHz?: number | undefined;
  readonly count?: number | undefined;
  readonly durationMs?: number | undefined;
  /** Default: the runtime's seed and the actor's name decide. */
  readonly seed?: number | undefined;
}

/**
 * Sends messages whose fields are drawn from distributions. The same seed gives the same messages in the same order.
 *
 * @throws StudioError `InvalidLaunch`
 */
export function generator(options: GeneratorOptions): HostActorDefinition {
  checkNumbers('generator', options, ['rateHz', 'count', 'durationMs', 'seed']);
  return { name: 'generator', outputs: [hostOutput], run: (context) => generate(options, context) };
}

async function generate(options: GeneratorOptions, context: HostActorContext): Promise<void> {
  const { message, fields = {}, rateHz, count, durationMs, seed } = options;
  const type = receivedType(context);
  const random = seed === undefined ? context.random : seededRandom(seed);
  const { fills, problems } = distributionFills(type, fields, random);
  if (problems.length > 0) throw invalid(type, problems);
  const make = makerOf(type, message, fills);
  await sendPaced(context, { rateHz, count, durationMs }, (sequence, timeMs) =>
    context.emit(hostOutput, make({ sequence, timeMs })),
  );
}
