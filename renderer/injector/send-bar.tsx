import { Send } from 'lucide-react';
import { useId, type ReactElement } from 'react';

import { runCommand } from '../stores/commands.store.ts';
import { useProject } from '../stores/project.store.ts';
import { Button } from '../ui/button.tsx';
import { TextBox } from '../ui/field.tsx';
import { formatCount } from '../ui/format.ts';
import { Tip } from '../ui/tip.tsx';
import styles from './injector.module.css';
import { useInjector } from './injector.store.ts';
import { canSend, readCount, readRate, readTimeout } from './send-settings.ts';

interface SendBarProps {
  readonly onSend: () => void;
  readonly onRequest: () => void;
}

/** Send, request, repeat; and why none of them works now. */
export function SendBar({ onSend, onRequest }: SendBarProps): ReactElement {
  const phase = useProject((state) => state.run.phase);
  const { timeoutMs, repeat, rate } = useInjector();
  const blocked = canSend(phase);
  const [count, isTimeoutWrong] = [readCount(repeat), readTimeout(timeoutMs) === undefined];
  const isBurst = count !== undefined && count > 1;
  const isRateWrong = isBurst && readRate(rate) === 'wrong';
  const isIdle = phase === 'idle';
  return (
    <div className={styles['sendBar']}>
      <div className={styles['sendRow']}>
        <SendButton
          label={isBurst ? `Send ${formatCount(count)}` : 'Send'}
          tip={blocked ?? (isBurst ? 'Send the message so many times' : 'Send the message')}
          keys="Ctrl+Enter"
          look={isIdle ? 'plain' : 'primary'}
          isOff={blocked !== undefined || count === undefined || isRateWrong}
          onPress={onSend}
        />
        <SendButton
          label="Request"
          tip={blocked ?? 'Send the message and show the reply'}
          keys="Ctrl+Shift+Enter"
          look="plain"
          isOff={blocked !== undefined || isTimeoutWrong}
          onPress={onRequest}
        />
      </div>
      <div className={styles['sendRow']}>
        <Setting
          label="Repeat"
          value={repeat}
          isWrong={count === undefined}
          onChange={(text) => set({ repeat: text })}
        />
        <Rate isBurst={isBurst} isWrong={isRateWrong} />
        <Setting
          label="Timeout"
          unit="ms"
          value={timeoutMs}
          isWrong={isTimeoutWrong}
          onChange={(text) => set({ timeoutMs: text })}
        />
      </div>
      {count === undefined && <p className={styles['wrong']}>Repeat: use 1 to 100,000,000</p>}
      {isTimeoutWrong && <p className={styles['wrong']}>Timeout: use 1 to 600,000 ms</p>}
      {blocked !== undefined && <Blocked reason={blocked} canRun={isIdle} />}
    </div>
  );
}

function Rate({ isBurst, isWrong }: { readonly isBurst: boolean; readonly isWrong: boolean }): ReactElement {
  const rate = useInjector((state) => state.rate);
  if (!isBurst) return <></>;
  return (
    <Setting
      label="Rate"
      unit="/s"
      placeholder="no limit"
      value={rate}
      isWrong={isWrong}
      onChange={(text) => set({ rate: text })}
    />
  );
}

/** Nothing runs: why, and the way out. */
function Blocked({ reason, canRun }: { readonly reason: string; readonly canRun: boolean }): ReactElement {
  return (
    <p className={styles['blocked']} role="status">
      <span>{reason}</span>
      {canRun && (
        <Button look="primary" onClick={() => runCommand('run.start')}>
          Run
        </Button>
      )}
    </p>
  );
}

interface SendButtonProps {
  readonly label: string;
  readonly tip: string;
  readonly keys: string;
  readonly look: 'primary' | 'plain';
  readonly isOff: boolean;
  readonly onPress: () => void;
}

/** Off, it can still be reached, so that its tip says why. */
function SendButton({ label, tip, keys, look, isOff, onPress }: SendButtonProps): ReactElement {
  return (
    <Tip text={tip} keys={keys}>
      <Button
        look={look}
        {...(look === 'primary' ? { icon: <Send size={12} aria-hidden /> } : {})}
        aria-disabled={isOff}
        className={isOff ? styles['off']! : ''}
        onClick={() => !isOff && onPress()}
      >
        {label}
      </Button>
    </Tip>
  );
}

function set(state: Partial<Pick<ReturnType<typeof useInjector.getState>, 'repeat' | 'rate' | 'timeoutMs'>>): void {
  useInjector.setState(state);
}

interface SettingProps {
  readonly label: string;
  readonly unit?: string;
  readonly placeholder?: string;
  readonly value: string;
  readonly isWrong: boolean;
  readonly onChange: (text: string) => void;
}

function Setting({ label, unit, placeholder, value, isWrong, onChange }: SettingProps): ReactElement {
  const id = useId();
  return (
    <span className={styles['setting']}>
      <label htmlFor={id}>{label}</label>
      <TextBox
        id={id}
        unit={unit}
        placeholder={placeholder}
        value={value}
        {...(isWrong ? { 'aria-invalid': true } : {})}
        onChange={({ target }) => onChange(target.value)}
      />
    </span>
  );
}
