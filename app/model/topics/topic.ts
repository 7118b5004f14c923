import { StudioError } from '../../base/studio-error.ts';
import { isWellFormed } from '../codec/utf8.ts';

/** UTF-8 bytes of a topic; what an actor publishes to is handed over in a block of that size. */
export const MAX_TOPIC_BYTES = 240;

/** A topic's levels, or what is wrong with it. */
type Levels = { readonly levels: readonly string[] } | { readonly problem: string };

/**
 * The levels of `a/b/c`.
 *
 * @throws StudioError `InvalidTopic`
 */
export function topicLevels(topic: string): readonly string[] {
  return levelsOrThrow('InvalidTopic', topic, splitTopic(topic));
}

/**
 * The levels of a pattern: `*` stands for one level, `#` at the end for all the rest, none included.
 *
 * @throws StudioError `InvalidTopicPattern`
 */
export function patternLevels(pattern: string): readonly string[] {
  return levelsOrThrow('InvalidTopicPattern', pattern, splitPattern(pattern));
}

/** What is wrong with a pattern, in one sentence; undefined for a good one. */
export function patternProblem(pattern: string): string | undefined {
  const split = splitPattern(pattern);
  return 'problem' in split ? split.problem : undefined;
}

/** Whether a topic can be published to. */
export function isTopic(text: string): boolean {
  return 'levels' in splitTopic(text);
}

/** Whether a topic's levels match those of a pattern. `a/#` matches `a` too. */
export function matchesTopic(pattern: readonly string[], topic: readonly string[]): boolean {
  const hasRest = pattern.at(-1) === '#';
  const fixed = hasRest ? pattern.length - 1 : pattern.length;
  if (hasRest ? topic.length < fixed : topic.length !== fixed) return false;
  for (let level = 0; level < fixed; level++)
    if (pattern[level] !== '*' && pattern[level] !== topic[level]) return false;
  return true;
}

function splitTopic(topic: string): Levels {
  const split = splitLevels(topic);
  if ('problem' in split) return split;
  const wild = split.levels.find((level) => level.includes('*') || level.includes('#'));
  if (wild === undefined) return split;
  return { problem: `The level '${wild}' has a wildcard; those are for patterns only.` };
}

function splitPattern(pattern: string): Levels {
  const split = splitLevels(pattern);
  if ('problem' in split) return split;
  const { levels } = split;
  const mixed = levels.find((level) => level.length > 1 && (level.includes('*') || level.includes('#')));
  if (mixed !== undefined)
    return { problem: `The level '${mixed}' mixes a wildcard with text; it has to stand alone.` };
  const rest = levels.indexOf('#');
  if (rest !== -1 && rest < levels.length - 1)
    return { problem: "'#' stands for all the rest: nothing can follow it." };
  return split;
}

function splitLevels(text: unknown): Levels {
  if (typeof text !== 'string') return { problem: 'It is no string.' };
  if (text === '') return { problem: 'It is empty.' };
  if (text.includes('\0')) return { problem: 'It has a NUL character.' };
  if (!isWellFormed(text)) return { problem: 'It is not well-formed Unicode.' };
  const sizeBytes = new TextEncoder().encode(text).length;
  if (sizeBytes > MAX_TOPIC_BYTES) return { problem: `It has ${sizeBytes} bytes; ${MAX_TOPIC_BYTES} are the most.` };
  const levels = text.split('/');
  if (levels.includes('')) return { problem: 'It has an empty level.' };
  return { levels };
}

function levelsOrThrow(code: string, text: string, split: Levels): readonly string[] {
  if ('levels' in split) return split.levels;
  const what = code === 'InvalidTopic' ? 'topic' : 'topic pattern';
  const shape = code === 'InvalidTopic' ? "Write levels with '/' between them: sensors/3/heat." : undefined;
  throw new StudioError(code, `'${text}' is no ${what}. ${split.problem}`, {
    tip: shape ?? "Write levels with '/' between them; '*' stands for one level, '#' for all the rest.",
  });
}
