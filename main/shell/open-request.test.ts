import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { projectOf } from './open-request.ts';

const cwd = resolve('/projects');

test.each([
  [['studio'], undefined],
  [['studio', 'ring'], resolve('/projects/ring')],
  [['studio', '--no-sandbox', resolve('/a/topology.ring.json')], resolve('/a/topology.ring.json')],
  [['studio', pathToFileURL(resolve('/a/my project.ring.json')).href], resolve('/a/my project.ring.json')],
  [['studio', 'file://elsewhere%2F/a'], resolve(cwd, 'file://elsewhere%2F/a')],
  [['studio', '--original-process-start-time=1', '', '.'], cwd],
])('an installed application started as %j opens %s', (argv, path) => {
  expect(projectOf({ argv, isUnpackaged: false, cwd })).toBe(path);
});

test('under npm start the first word is the application itself', () => {
  expect(projectOf({ argv: ['electron', '.'], isUnpackaged: true, cwd })).toBeUndefined();
  expect(projectOf({ argv: ['electron', '.', 'ring'], isUnpackaged: true, cwd })).toBe(resolve('/projects/ring'));
});
