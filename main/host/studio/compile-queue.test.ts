import { expect, test } from 'vitest';
import { StudioError } from '../../../app/base/studio-error.ts';
import { problemsOf } from './compile-queue.ts';

test('an end of the compiler names the file and blames no line of it', () => {
  const error = new StudioError('CompilerCrashed', 'The compiler ended twice (SIGKILL)', { tip: 'Compile again.' });
  expect(problemsOf(error, 't.cu')).toEqual([
    {
      severity: 'error',
      code: 'compiler-crashed',
      message: 'The compiler ended twice (SIGKILL) while it compiled t.cu',
      tip: 'Compile again.',
    },
  ]);
});
