/** Keys whose names differ between the web's KeyboardEvent and Electron's accelerators. */
const NAMES: Readonly<Record<string, string>> = {
  Ctrl: 'CommandOrControl',
  ArrowUp: 'Up',
  ArrowDown: 'Down',
  ArrowLeft: 'Left',
  ArrowRight: 'Right',
  ' ': 'Space',
  Enter: 'Return',
  '+': 'Plus',
};

/** `Ctrl+Shift+S` as Electron writes it. */
export function acceleratorOf(keys: string): string {
  // The last key may be the plus sign itself.
  const isPlus = keys === '+' || keys.endsWith('++');
  const parts = isPlus
    ? [
        ...keys
          .slice(0, -1)
          .split('+')
          .filter((part) => part !== ''),
        '+',
      ]
    : keys.split('+');
  return parts.map((part) => NAMES[part] ?? part).join('+');
}
