import { afterAll, describe, expect, test } from 'vitest';
import type { Problem } from '../../app/base/studio-error.ts';
import { CompilerFixture, prelude } from './compiler.fixture.ts';

const fixture = new CompilerFixture();
afterAll(() => fixture[Symbol.asyncDispose]());

/** What nobody who writes an actor has written. */
const internals =
  /\/ring\/|ring_kernel_|_port\b|state_t|kernel_tag|no_state|::ring::|ring::context|ring_type_id|static_assert/;

/** The problems that the lines announce with `// => code: message`, and those that are found. */
async function compare(source: string): Promise<{ found: string[]; announced: string[] }> {
  const problems = await fixture.problems(`${prelude}${source}`);
  for (const text of problems.flatMap(textsOf)) expect(text).not.toMatch(internals);
  const found = problems.map(({ location, code, message }) => `${location?.line ?? 0} ${code}: ${message}`);
  const announced = source.split('\n').flatMap((line, index) => {
    const mark = / \/\/ => (.*)$/.exec(line)?.[1];
    return mark === undefined ? [] : [`${index + 2} ${mark}`];
  });
  return { found, announced };
}

/** The tip names a handler's parameters by their types. */
function textsOf({ message, notes = [] }: Problem): string[] {
  return [message, ...notes.map((note) => note.message)];
}

const declarations = `struct M { int x; ring::text<8> t; };
struct Other { int y; };
RING_KERNEL(k);
RING_OUTPUT(k, out, M);
`;

async function checkHandler(lines: string): Promise<void> {
  const { found, announced } = await compare(`${declarations}RING_ON(k, M) {\n${lines}\n}\n`);
  expect(found).toEqual(announced);
}

describe('in a handler', () => {
  test('sending the wrong thing says what the output carries', async () => {
    await checkHandler(`
ctx.emit(out, Other{});       // => wrong-message-type: output 'out' carries M, not 'Other'
ctx.forward(out, 3);          // => wrong-message-type: output 'out' carries M, not 'int'
ctx.emit(M{1});               // => wrong-arguments: ctx.emit takes an output and a message
ctx.emit(out);                // => wrong-arguments: ctx.emit takes an output and a message
ctx.emit("out", M{1});        // => wrong-arguments: the first argument of ctx.emit is not an output
ctx.emit(away, M{1});         // => compile-error: use of undeclared identifier 'away'
ctx.reply();                  // => wrong-arguments: ctx.reply takes one message`);
  });

  test('what is no message cannot be replied', async () => {
    await checkHandler(`
int values[3];
ctx.reply(3);       // => not-a-message: 'int' cannot be sent: it is not a struct of this program
ctx.reply("text");  // => not-a-message: 'char[5]' cannot be sent: it is not a struct of this program
ctx.reply(values);  // => not-a-message: 'int[3]' cannot be sent: it is not a struct of this program
ctx.reply(&msg);    // => not-a-message: 'const M *' cannot be sent: it is not a struct of this program`);
  });

  test('the message in hand is const, an output has no value, a kernel is not a function', async () => {
    await checkHandler(`
msg.x = 1;          // => message-is-const: 'msg' is const: the message in hand cannot be changed
msg.x++;            // => message-is-const: 'msg' is const: the message in hand cannot be changed
msg.t = "abc";      // => assigned-to-const: what is const cannot be assigned to
out = M{1};         // => output-misused: 'out' is an output: it holds no value
out.x = 1;          // => output-misused: 'out' is an output: it holds no value
out(M{1});          // => output-misused: 'out' is an output: it holds no value
out << M{1};        // => output-misused: 'out' is an output: it holds no value
k(msg);             // => kernel-not-callable: 'k' is a kernel: it is not called, it gets messages
k.on(msg);          // => kernel-not-callable: 'k' is a kernel: it is not called, it gets messages
return M{1};        // => handler-returns: a handler returns nothing`);
  });

  test('a kernel without a state has none, and ctx has only what it has', async () => {
    await checkHandler(`
state.sum += 1;     // => no-state: this kernel has no state
state = 3;          // => no-state: this kernel has no state
ctx.replay(M{1});   // => unknown-context-member: ctx has no 'replay'
(void)ctx.actor_;   // => unknown-context-member: ctx has no 'actor_'
ctx.send("a", M{1}); // => wrong-arguments: ctx.send takes an actor and a message
ctx.send(ctx.actor("a")); // => wrong-arguments: ctx.send takes an actor and a message
ctx.publish(1, M{1}); // => wrong-arguments: ctx.publish takes a topic and a message
ctx.forward("a", M{1}); // => wrong-arguments: the first argument of ctx.forward is neither an output nor an actor`);
  });

  test('texts are not strings', async () => {
    await checkHandler(`
M copy = msg;
copy.t = "abc";              // => text-assigned: a ring::text cannot be assigned a string
if (msg.t == "abc") return;  // => text-compared: a ring::text cannot be compared with a string`);
  });

  test('parameters do not exist outside, and outputs belong to their kernel', async () => {
    const source = `${declarations}
void helper(const M& m) { ctx.reply(m); } // => compile-error: use of undeclared identifier 'ctx'
RING_KERNEL(other);
RING_ON(other, M) { ctx.emit(out, msg); } // => output-of-other-kernel: the output 'out' belongs to the kernel 'k'
`;
    const { found, announced } = await compare(source);
    expect(found).toEqual(announced);
    const tips = (await fixture.problems(`${prelude}${source}`)).map(({ tip }) => tip);
    expect(tips[0]).toContain('ring::context& ctx');
  });
});

describe('macros', () => {
  test.each([
    ['RING_KERNEL(k, S, 3); // => macro-arguments: RING_KERNEL(k, S, 3) needs 1 or 2 arguments', 'RING_ON(k, M) {}'],
    ['RING_OUTPUT(k, out); // => macro-arguments: RING_OUTPUT(k, out) needs 3 arguments'],
    ['RING_OUTPUT(k); // => macro-arguments: RING_OUTPUT(k) needs 3 arguments'],
    ['RING_OUTPUT(k, out, M, 5); // => macro-arguments: RING_OUTPUT(k, out, M, 5) needs 3 arguments'],
    ["RING_OUTPUT(k, int, M); // => output-name: RING_OUTPUT(k, int, M): 'int' cannot be the name of an output"],
    ['RING_ON(k) {} // => macro-arguments: RING_ON(k) needs 2 arguments'],
    ['RING_ON(k, M, M) {} // => macro-arguments: RING_ON(k, M, M) needs 2 arguments'],
    ['RING_BLOCK(k); // => macro-arguments: RING_BLOCK(k) needs 2 to 4 arguments'],
    ['RING_GRID(k, 1, 2, 3, 4); // => macro-arguments: RING_GRID(k, 1, 2, 3, 4) needs 2 to 4 arguments'],
    ["RING_KERNEL(a-b); // => kernel-name: RING_KERNEL(a-b): 'a-b' cannot be the name of a kernel"],
    [`RING_KERNEL("a"); // => kernel-name: RING_KERNEL("a"): '"a"' cannot be the name of a kernel`],
    ["RING_KERNEL(3d); // => kernel-name: '3d' cannot be the name of a kernel", 'RING_ON(3d, M) {}'],
    ["RING_KERNEL(app::k); // => kernel-name: 'app::k' cannot be the name of a kernel", 'RING_ON(app::k, M) {}'],
    ["RING_KERNEL(); // => kernel-name: '' cannot be the name of a kernel"],
    ["RING_KERNEL(b) // => compile-error: expected ';' behind RING_KERNEL(b)", 'RING_ON(b, M) {}'],
    ["RING_OUTPUT(k, out, M) // => compile-error: expected ';' behind RING_OUTPUT(k, out, M)"],
    [
      "RING_KERNEL(b, Nope); // => compile-error: use of undeclared identifier 'Nope'",
      'RING_ON(b, M) { state.x = 1; }',
    ],
    ["RING_ON(k, Nope) {} // => compile-error: unknown type name 'Nope'"],
    ['void f() { RING_ON(k, M) {} } // => macro-misplaced: RING_ON is used inside of a function or a struct'],
  ])('%s', async (...lines) => {
    const source = `struct M { int x; };\nstruct S { int y; };\nRING_KERNEL(k);\n${lines.join('\n')}\nRING_ON(k, S) {}\n`;
    const { found, announced } = await compare(
      lines[0].includes('RING_KERNEL(k,') ? source.replace('RING_KERNEL(k);', '') : source,
    );
    expect(found).toEqual(announced);
  });

  test('kernels are found in a namespace, where they do not belong', async () => {
    const source = `namespace app {
struct M { int x; };
RING_KERNEL(k); // => kernel-in-namespace: the kernel 'k' lies in the namespace 'app'
RING_ON(k, M) {}
}
`;
    const { found, announced } = await compare(source);
    expect(found).toEqual(announced);
  });

  test('the name of an output that hides a parameter is refused', async () => {
    const { found, announced } = await compare(`struct M { int x; };
RING_KERNEL(k);
RING_OUTPUT(k, msg, M); // => output-name: output 'msg' of 'k' has the name of a parameter of handlers, which hides it
RING_ON(k, M) {}
`);
    expect(found).toEqual(announced);
  });

  test('kernels may be named like functions, types and keywords; arguments may span lines and hold commas', async () => {
    const { found } = await compare(`struct mean { int x; };
struct S { int counts[2]; };
int total(int x) { return x; }
int count = 1;
RING_KERNEL(mean);
RING_ON(mean, mean) {}
RING_KERNEL(total);
RING_ON(total, mean) { ctx.reply(mean{total(msg.x)}); }
RING_KERNEL(count,
            S);
RING_OUTPUT(count, /* to whom, it, may, concern */ out,
            mean);
RING_ON(count, mean) { ctx.emit(out, mean{count}); }
RING_KERNEL(class);
RING_ON(class, mean) {}
`);
    expect(found).toEqual([]);
  });
});

describe('structs', () => {
  test('that hold themselves are told so', async () => {
    const { found, announced } =
      await compare(`struct Node { int x; Node next; }; // => struct-recursive: 'next' of Node holds Node again: it would have no end
RING_KERNEL(a);
RING_ON(a, Node) {}
struct Tree { ring::list<Tree, 4> children; }; // => struct-recursive: 'children' of Tree holds Tree again: it would have no end
RING_KERNEL(b, Tree);
RING_ON(b, Node) {}
struct B;
struct A { B b; }; // => struct-recursive: 'b' of A holds B again: it would have no end
struct B { A a; };
RING_KERNEL(c);
RING_ON(c, B) {}
`);
    expect(found).toEqual(announced);
  });

  test('with constructors are refused at their line and where they are sent', async () => {
    const { found, announced } =
      await compare(`struct M { int x; M(int a) : x(a) {} }; // => struct-not-constructible: M cannot be made without arguments
struct D { int x; ~D() {} };
RING_KERNEL(k);
RING_ON(k, M) {
  ctx.reply(M(3)); // => not-a-message: this cannot be sent: M cannot be made without arguments (main.cu:2)
  ctx.reply(D{1}); // => not-a-message: this cannot be sent: D has a copy constructor, an assignment or a destructor of its own: messages are copied byte by byte (main.cu:3)
}
`);
    expect(found).toEqual(announced);
  });
});
