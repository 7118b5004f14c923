import { afterAll, describe, expect, test } from 'vitest';
import { CompilerFixture, prelude } from '../compiler.fixture.ts';
import { isCachedImage } from './cached-schema.ts';

const fixture = new CompilerFixture();
afterAll(() => fixture[Symbol.asyncDispose]());

const source = `${prelude}
namespace app {
enum class Mode : uint8_t { off, on };
struct Point { float x = 1.5f, y; };
struct M { Mode mode = Mode::on; Point points[2]; ring::text<8> name; ring::list<int, 4> list; uint64_t id = 7; };
}
struct S { int count; };
RING_KERNEL(k, S);       ///< counts
RING_OUTPUT(k, out, app::M);
RING_ON(k, app::M) { int set = state.count; if (set = 1) {} ctx.emit(out, msg); }
`;

type Path = readonly (string | number)[];

/** A copy of `value` with something else at `path`. */
function withChange(value: unknown, path: Path, change: unknown): unknown {
  const copy: unknown = structuredClone(value);
  let at = copy as Record<string | number, unknown>;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string | number, unknown>;
  at[path.at(-1)!] = change;
  return copy;
}

describe('what is read from the cache', () => {
  test('is taken as it was written', async () => {
    const result = await fixture.compile(source);
    if (!result.ok) throw new Error('does not compile');
    const cached = { image: result.image, warnings: result.warnings, cuda: { text: '', functions: [], symbols: [] } };
    expect(cached.warnings.length).toBeGreaterThan(0);
    expect(isCachedImage(cached)).toBe(true);
  });

  test('is refused when what code is generated from is not what it should be', async () => {
    const image = await fixture.image(source);
    const cached = { image, warnings: [], cuda: { text: '', functions: [], symbols: [] } };
    const struct: Path = ['image', 'info', 'structs', 0];
    const changes: readonly (readonly [Path, unknown])[] = [
      [['image', 'info', 'kernels', 0, 'name'], 'k"); process.exit(); ("'],
      [[...struct, 'name'], 'M{}'],
      [[...struct, 'sizeBytes'], '16); run(('],
      [[...struct, 'sizeBytes'], 2 ** 53],
      [[...struct, 'typeId'], -1],
      [[...struct, 'fields', 0, 'name'], 'a b'],
      [[...struct, 'fields', 0, 'offset'], Number.NaN],
      [[...struct, 'fields', 0, 'type'], { kind: 'scalar', scalar: 'i128' }],
      [[...struct, 'fields', 0, 'default'], () => 1],
      [
        ['image', 'wasm'],
        [0, 97],
      ],
      [['image', 'staticData', 'address'], 1.5],
      [['image', 'sentTypes'], ['1']],
    ];
    for (const [path, change] of changes) {
      expect(isCachedImage(withChange(cached, path, change)), `${path.join('.')} ${String(change)}`).toBe(false);
    }
  });
});
