import { StudioError, type Problem } from '../../../base/studio-error.ts';
import { messageTemplate, type FieldFill, type Moment } from '../../../model/host-message/message-template.ts';
import type { StructType } from '../../../model/message-type.ts';
import { hostOutput } from '../../../model/topology/host-schema.ts';
import type { HostActorContext } from '../host-actor-definition.ts';

/** What the receivers take. @throws StudioError `NotConnected` */
export function receivedType(context: HostActorContext): StructType {
  const [first] = context.receivers(hostOutput);
  if (first !== undefined) return first.type;
  throw new StudioError('NotConnected', `'${context.name}.${hostOutput}' leads nowhere.`, {
    tip: 'Connect it to an actor.',
  });
}

/** @throws StudioError `InvalidMessage` with all problems */
export function makerOf(
  type: StructType,
  message: Readonly<Record<string, unknown>> | undefined,
  fills: readonly FieldFill[] = [],
): (moment: Moment) => object {
  const template = messageTemplate({ type, message: message ?? {}, fills });
  if ('make' in template) return template.make;
  throw invalid(type, template.problems);
}

export function invalid({ name }: StructType, problems: readonly Problem[]): StudioError {
  const list = problems.map(({ path = '', message }) => `${path}: ${message}`).join('; ');
  return new StudioError('InvalidMessage', `not a ${name}: ${list}`, { problems });
}
