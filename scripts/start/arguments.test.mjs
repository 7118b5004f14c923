import { expect, test } from 'vitest';
import { parseStart } from './arguments.mjs';

/** @param {string[]} argv */
const parse = (...argv) => parseStart(argv, '/here');

test('without arguments the window is wanted', () => {
  expect(parse()).toEqual({ kind: 'desktop', serveArgs: [], isInsisted: false, isFetchWanted: false });
});

test('a project is opened in either, relative to where npm was called', () => {
  expect(parse('demo')).toMatchObject({ kind: 'desktop', project: '/here/demo', serveArgs: ['/here/demo'] });
  expect(parse('--browser', 'demo')).toEqual({ kind: 'browser', serveArgs: ['/here/demo'] });
});

test('options of serve mean the browser, and the one that decided is named', () => {
  expect(parse('--port', '0', 'demo')).toEqual({
    kind: 'browser',
    serveArgs: ['--port', '0', '/here/demo'],
    note: '--port means the studio in the browser.',
  });
  expect(parse('--token=abcdefghijklmnop')).toMatchObject({ note: '--token means the studio in the browser.' });
  for (const option of ['--open', '--no-open']) expect(parse(option)).toMatchObject({ kind: 'browser' });
});

test('after --browser nothing needs to be said, and serve judges what it does not know', () => {
  expect(parse('--browser', '--no-open', '--what')).toEqual({ kind: 'browser', serveArgs: ['--no-open', '--what'] });
});

test('the window can be insisted on, and a fetch asked for', () => {
  expect(parse('--desktop', '--fetch-electron')).toMatchObject({ isInsisted: true, isFetchWanted: true });
});

test.each([
  [['--brwoser'], "There is no option '--brwoser'."],
  [['a', 'b'], 'One project at a time: /here/a, /here/b.'],
  [['--desktop', '--browser'], '--browser and --desktop exclude each other.'],
  [['--fetch-electron', '--port=1'], '--port belongs to the browser, --fetch-electron to the window.'],
])('%j is a mistake that is named', (argv, message) => {
  expect(parse(...argv)).toEqual({ kind: 'error', message: `${message} See: npm start -- --help` });
});

test('help wins over everything', () => {
  expect(parse('--browser', '--what', '-h')).toEqual({ kind: 'help' });
});
