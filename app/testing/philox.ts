/** Philox 4x32-10 (Salmon et al., SC 2011): the first word of the block at `counter` under the key. */
export function philox(counter: number, keyLow: number, keyHigh: number): number {
  return philoxBlock([counter, 0, 0, 0], [keyLow, keyHigh])[0];
}

type Block = readonly [number, number, number, number];

export function philoxBlock(counter: Block, key: readonly [number, number]): Block {
  let [c0, c1, c2, c3] = counter.map(BigInt) as [bigint, bigint, bigint, bigint];
  let [k0, k1] = key.map(BigInt) as [bigint, bigint];
  for (let round = 0; round < 10; round++) {
    const p0 = 0xd2511f53n * c0;
    const p1 = 0xcd9e8d57n * c2;
    [c0, c1, c2, c3] = [(p1 >> 32n) ^ c1 ^ k0, p1 & WORD, (p0 >> 32n) ^ c3 ^ k1, p0 & WORD];
    k0 = (k0 + 0x9e3779b9n) & WORD;
    k1 = (k1 + 0xbb67ae85n) & WORD;
  }
  return [Number(c0), Number(c1), Number(c2), Number(c3)];
}

const WORD = 0xffffffffn;
