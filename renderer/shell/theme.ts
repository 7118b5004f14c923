import { create } from 'zustand';

export type ThemeChoice = 'system' | 'dark' | 'light';

interface ThemeState {
  readonly choice: ThemeChoice;
  /** What is shown now. */
  readonly theme: 'dark' | 'light';
}

const systemIsLight = matchMedia('(prefers-color-scheme: light)');
const KEY = 'theme';

function shown(choice: ThemeChoice): 'dark' | 'light' {
  if (choice !== 'system') return choice;
  return systemIsLight.matches ? 'light' : 'dark';
}

function storedChoice(): ThemeChoice {
  const stored = localStorage.getItem(KEY);
  return stored === 'dark' || stored === 'light' ? stored : 'system';
}

export const useTheme = create<ThemeState>()(() => ({ choice: storedChoice(), theme: shown(storedChoice()) }));

/** Kept in the browser, not by the host: it must be known before the first paint. */
export function chooseTheme(choice: ThemeChoice): void {
  localStorage.setItem(KEY, choice);
  useTheme.setState({ choice, theme: shown(choice) });
}

function apply(): void {
  document.documentElement.dataset['theme'] = useTheme.getState().theme;
}

systemIsLight.addEventListener('change', () => useTheme.setState(({ choice }) => ({ theme: shown(choice) })));
useTheme.subscribe(apply);
apply();
