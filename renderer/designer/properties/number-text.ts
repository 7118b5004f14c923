/** What a typed number means, with or without marks between its digits: `1,000,000`. NaN for what is none. */
export function numberOf(text: string): number {
  return text === '' ? Number.NaN : Number(text.replaceAll(/[,_ ]/g, ''));
}
