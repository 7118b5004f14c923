import type { CompareInput } from '../../app/contract/comparison.ts';
import { useProject } from '../stores/project.store.ts';
import { useSentMessages } from '../stores/sent-messages.store.ts';
import { useTopology } from '../stores/topology.store.ts';
import { formatCount } from '../ui/format.ts';
import type { MessageSource } from './compare-form.store.ts';

export interface SourceOption {
  readonly source: MessageSource;
  readonly label: string;
}

const TOPOLOGY = 'topology';
const SENT = 'sent';
const FILE = '.jsonl';

/** Where messages can come from: the topology, this window's injector, and files of JSON lines. */
export function useSources(): readonly SourceOption[] {
  const own = useTopology(({ topology }) => topology?.inject?.length ?? 0);
  const sent = useSentMessages(({ messages }) => messages.length);
  const files = useProject((state) => state.files);
  return [
    { source: TOPOLOGY, label: own === 0 ? 'none: what host actors send' : `the topology's ${counted(own)}` },
    ...(sent === 0 ? [] : [{ source: SENT, label: `${counted(sent)} sent from the injector` }]),
    ...Object.keys(files)
      .filter((path) => path.endsWith(FILE))
      .sort()
      .map((path) => ({ source: path, label: path })),
  ];
}

/** The one that was chosen, as long as it is there; else what holds messages. */
export function shownSource(options: readonly SourceOption[], chosen: MessageSource | undefined): MessageSource {
  if (options.some(({ source }) => source === chosen)) return chosen!;
  const own = useTopology.getState().topology?.inject?.length ?? 0;
  return (own === 0 ? options[1]?.source : undefined) ?? TOPOLOGY;
}

export function messagesOf(source: MessageSource): CompareInput['messages'] {
  if (source === TOPOLOGY) return { kind: 'topology' };
  if (source !== SENT) return { kind: 'file', path: source };
  return { kind: 'given', messages: useSentMessages.getState().messages as never }; // zod's JSON is mutable
}

function counted(count: number): string {
  return count === 1 ? '1 message' : `${formatCount(count)} messages`;
}
