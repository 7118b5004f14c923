import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { isTopic, matchesTopic, patternLevels, patternProblem, topicLevels } from './topic.ts';

const level = fc.constantFrom('a', 'b', 'c', 'sensor', 'é', ' ');
const topics = fc.array(level, { minLength: 1, maxLength: 5 });
const patterns = fc
  .tuple(fc.array(fc.oneof(level, fc.constant('*')), { maxLength: 5 }), fc.boolean())
  .map(([levels, hasRest]) => (hasRest ? [...levels, '#'] : levels))
  .filter((levels) => levels.length > 0);

/** By backtracking over all that `#` and `*` can stand for. */
function naiveMatch([pattern, ...patternRest]: readonly string[], topic: readonly string[]): boolean {
  if (pattern === undefined) return topic.length === 0;
  if (pattern === '#')
    return topic.some((_, count) => naiveMatch(patternRest, topic.slice(count))) || patternRest.length === 0;
  const [first, ...rest] = topic;
  return first !== undefined && (pattern === '*' || pattern === first) && naiveMatch(patternRest, rest);
}

describe('topics', () => {
  test('match patterns as the naive matcher says', () => {
    fc.assert(
      fc.property(patterns, topics, (pattern, topic) => {
        const found = matchesTopic(patternLevels(pattern.join('/')), topicLevels(topic.join('/')));
        expect(found).toBe(naiveMatch(pattern, topic));
      }),
      { numRuns: 2000 },
    );
  });

  test('each topic is a pattern that matches itself and no other', () => {
    fc.assert(
      fc.property(topics, topics, (one, other) => {
        const isSame = one.join('/') === other.join('/');
        expect(matchesTopic(patternLevels(one.join('/')), topicLevels(other.join('/')))).toBe(isSame);
      }),
    );
  });

  test('a/# matches a and everything below it', () => {
    const pattern = patternLevels('a/#');
    expect(['a', 'a/b', 'a/b/c', 'b', 'ab'].filter((topic) => matchesTopic(pattern, topicLevels(topic)))).toEqual([
      'a',
      'a/b',
      'a/b/c',
    ]);
    expect(matchesTopic(patternLevels('#'), topicLevels('anything/at/all'))).toBe(true);
    expect(matchesTopic(patternLevels('a/*'), topicLevels('a'))).toBe(false);
  });

  test.each([
    ['', 'empty'],
    ['a//b', 'an empty level'],
    ['/a', 'an empty level'],
    ['a/', 'an empty level'],
    ['a\0', 'NUL'],
    ['\ud800', 'Unicode'],
    ['x'.repeat(241), '241 bytes'],
  ])('%j is neither a topic nor a pattern', (text, why) => {
    expect(() => topicLevels(text)).toThrow(expect.objectContaining({ code: 'InvalidTopic' }));
    expect(() => patternLevels(text)).toThrow(why);
    expect(isTopic(text)).toBe(false);
  });

  test.each([
    ['a/*/b', undefined],
    ['#', undefined],
    ['a/#/b', 'nothing can follow'],
    ['a*/b', 'stand alone'],
    ['a/b#', 'stand alone'],
  ])('of the pattern %j it is said: %s', (text, problem) => {
    if (problem === undefined) expect(patternProblem(text)).toBeUndefined();
    else expect(patternProblem(text)).toContain(problem);
    expect(() => topicLevels(text)).toThrow(expect.objectContaining({ code: 'InvalidTopic' }));
  });
});
