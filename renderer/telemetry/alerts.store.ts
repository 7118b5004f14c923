import { create } from 'zustand';

import { useProject } from '../stores/project.store.ts';
import { telemetry } from '../stores/telemetry-history.ts';
import { type AlertBook, emptyBook, nextBook } from './alerts.ts';

/** Kept from the start of the page on: what is cleared can be read later. */
export const useAlerts = create<AlertBook>()(() => emptyBook);

function update(): void {
  const { run, deadLetters } = useProject.getState();
  const facts = { run, deadLetters, live: telemetry.live, nowMs: Date.now() };
  useAlerts.setState((book) => nextBook(book, facts));
}

telemetry.subscribe(update);
useProject.subscribe((state, before) => {
  if (state.run !== before.run || state.deadLetters !== before.deadLetters) update();
});
update();
