import type { FileProblems } from '../../app/contract/project.ts';
import { useActiveFile } from '../stores/active-file.store.ts';
import { documents } from '../stores/documents.ts';
import { useNavigation } from '../stores/navigation.store.ts';
import { useProject } from '../stores/project.store.ts';
import { marksOf, placeAfter, problemsIn, type Place } from './problem-marks.ts';

function allPlaces(problems: Readonly<Record<string, FileProblems>>): readonly Place[] {
  const files = new Set(Object.keys(problems));
  for (const entry of Object.values(problems)) {
    for (const { location } of entry.problems) if (location !== undefined) files.add(location.file);
  }
  return [...files].flatMap((file) =>
    marksOf(problemsIn(file, problems), documents.text(file)?.split('\n') ?? []).map(({ line, column }) => ({
      ...{ file, line, column },
    })),
  );
}

/** Goes there from the cursor, in whichever file it is; false where there is no such place. */
export function goToNextPlace(step: 1 | -1): boolean {
  const { path = '', cursor } = useActiveFile.getState();
  const from = { file: path, line: cursor?.line ?? 0, column: cursor?.column ?? 0 };
  const place = placeAfter(allPlaces(useProject.getState().problems), from, step);
  if (place === undefined) return false;
  useNavigation.getState().openFile(place.file, { line: place.line, column: place.column });
  return true;
}
