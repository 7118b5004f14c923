import { useEffect, useRef, type KeyboardEvent, type ReactElement } from 'react';

import { type Command, useOfferedCommands } from '../stores/commands.store.ts';
import { useNavigation } from '../stores/navigation.store.ts';
import { useProject } from '../stores/project.store.ts';
import { useTopology } from '../stores/topology.store.ts';
import { Button } from '../ui/button.tsx';
import { EmptyState } from '../ui/empty-state.tsx';
import { BurstList } from './burst-list.tsx';
import { checkDraft, draftFor, withMessage } from './draft.ts';
import { HistoryList } from './history-list.tsx';
import styles from './injector.module.css';
import './injector-session.ts';
import { type SentMessage, useInjector, writeDraft } from './injector.store.ts';
import { MessageEditor } from './message-editor.tsx';
import { PresetChips } from './preset-chips.tsx';
import { ReplyView } from './reply-view.tsx';
import { SendBar } from './send-bar.tsx';
import { canSend, readCount, readRate, readTimeout } from './send-settings.ts';
import { type Envelope, requestReply, sendMessage, startBurst } from './sending.ts';
import { TargetFields } from './target-fields.tsx';
import { draftKey } from './targets.ts';
import { addressOf, chooseInstance, chooseType, type Injection, pinTarget, useInjection } from './use-injection.ts';

/** Sends messages into the topology by hand: a form made from the message's struct, and what came of it. */
export function InjectorPanel(): ReactElement {
  const injection = useInjection();
  const panel = useRef<HTMLDivElement>(null);
  const { target, type, draft, setDraft, targets } = injection;
  const act = useActs(injection, panel);
  if (target === undefined) return <NoTarget />;
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.defaultPrevented) return;
    event.preventDefault();
    if (event.shiftKey) act.request();
    else act.send();
  };
  return (
    <div ref={panel} className={styles['panel']} onKeyDown={onKeyDown}>
      <div className={styles['scroll']}>
        <TargetFields targets={targets} target={target} type={type} />
        {type === undefined || draft === undefined ? (
          <NoType targetId={target.id} source={target.source} />
        ) : (
          <>
            <PresetChips target={target} type={type} draft={draft} setDraft={setDraft} />
            <MessageEditor key={type.name} draft={draft} setDraft={setDraft} />
            <SendBar onSend={act.send} onRequest={act.request} />
          </>
        )}
        <BurstList />
        <ReplyView />
        <HistoryList onResend={resend} onLoad={(sent) => load(sent, injection)} />
      </div>
    </div>
  );
}

interface Acts {
  readonly send: () => void;
  readonly request: () => void;
}

interface Acts {
  readonly send: () => void;
  readonly request: () => void;
}

/** Of the panel that is open: what the commands do. */
let shownActs: Acts | undefined;

const isReady = (): boolean => shownActs !== undefined && canSend(useProject.getState().run.phase) === undefined;

const commands: readonly Command[] = [
  {
    id: 'inject.send',
    title: 'Send the message of the injector',
    group: 'Inject',
    keys: 'Ctrl+Enter',
    worksInText: false, // the injector's own fields send; the code editor's do not
    isEnabled: isReady,
    run: () => shownActs?.send(),
  },
  {
    id: 'inject.request',
    title: 'Send the message of the injector and show the reply',
    group: 'Inject',
    keys: 'Ctrl+Shift+Enter',
    worksInText: false,
    isEnabled: isReady,
    run: () => shownActs?.request(),
  },
];

/** What the buttons, the keys and the commands do. */
function useActs(injection: Injection, panel: { readonly current: HTMLDivElement | null }): Acts {
  const acts: Acts = {
    send: () => {
      const { repeat, rate } = useInjector.getState();
      const [count, rateHz, message] = [readCount(repeat), readRate(rate), envelopeOf(injection, panel.current)];
      if (message === undefined || count === undefined) return;
      if (count === 1) void sendMessage(message);
      else if (rateHz !== 'wrong') void startBurst(message, count, rateHz);
    },
    request: () => {
      const timeout = readTimeout(useInjector.getState().timeoutMs);
      const message = envelopeOf(injection, panel.current);
      if (message !== undefined && timeout !== undefined) void requestReply(message, timeout);
    },
  };
  useEffect(() => {
    shownActs = acts;
    return () => {
      shownActs = undefined;
    };
  });
  useOfferedCommands(commands);
  return acts;
}

/** While the host does not answer as well: the history then says that it was not sent. */
function mayTry(): boolean {
  const { phase } = useProject.getState().run;
  return phase === 'unknown' || canSend(phase) === undefined;
}

/** Undefined, and the first wrong field gets the focus, when there is nothing that could be sent. */
function envelopeOf({ target, type, draft }: Injection, panel: HTMLElement | null): Envelope | undefined {
  if (target === undefined || type === undefined || draft === undefined) return undefined;
  const checked = checkDraft(draft);
  if (checked.kind === 'problems') {
    panel?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
    return undefined;
  }
  if (!mayTry()) return undefined;
  const to = addressOf(target, useInjector.getState().instances);
  return { to, source: target.source, type: type.name, message: checked.message };
}

function resend({ to, source, type, message, outcome }: SentMessage): void {
  if (!mayTry()) return;
  const envelope = { to, source, type, message };
  if (outcome.kind === 'sent') void sendMessage(envelope);
  else void requestReply(envelope, readTimeout(useInjector.getState().timeoutMs) ?? 5000);
}

/** Shows a sent message in the form of the actor that it went to, as far as both are still there. */
function load({ to, type, message }: SentMessage, { targets }: Injection): void {
  const [id, instance = ''] = to.split('#');
  const target = targets.find((other) => other.id === id);
  const struct = target?.types.find(({ name }) => name === type);
  if (target === undefined || struct === undefined) return;
  pinTarget(target.id);
  chooseInstance(target, instance);
  chooseType(target, type);
  const key = draftKey(target, struct);
  writeDraft(key, withMessage(draftFor(struct, useInjector.getState().drafts[key]), message));
}

function NoTarget(): ReactElement {
  const showPanel = useNavigation((state) => state.showPanel);
  const hasProblems = useTopology((state) => state.problems.length > 0);
  return (
    <EmptyState
      title="No actors"
      actions={
        <Button onClick={() => showPanel(hasProblems ? 'problems' : 'palette')}>
          {hasProblems ? 'Show the problems' : 'Show the palette'}
        </Button>
      }
    >
      {hasProblems
        ? 'The topology cannot be read, so there is nobody to send to.'
        : 'The topology has no actors to send to. Drag a kernel onto the canvas.'}
    </EmptyState>
  );
}

function NoType({ targetId, source }: { readonly targetId: string; readonly source: string }): ReactElement {
  const isChecking = useProject((state) => state.checking[source] === true);
  const openFile = useNavigation((state) => state.openFile);
  return (
    <p className={styles['blocked']} role="status">
      <span>
        {isChecking
          ? `${source} is being read.`
          : `${targetId} handles no messages that are known yet: ${source} has not compiled.`}
      </span>
      <Button onClick={() => openFile(source)}>Open {source}</Button>
    </p>
  );
}
