/** Breaks text between words, so that no line is longer than `width` unless a word is. */
export function wrap(text: string, width: number): string[] {
  const wrapped = [''];
  for (const word of text.split(' ')) {
    const line = wrapped.at(-1)!;
    if (line === '') wrapped[wrapped.length - 1] = word;
    else if (line.length + 1 + word.length > width) wrapped.push(word);
    else wrapped[wrapped.length - 1] = `${line} ${word}`;
  }
  return wrapped;
}
