/** Ends every `switch` over a union: a new member is a compile error here, and a broken invariant at run time. */
export function assertNever(value: never): never {
  throw new Error(`Unexpected value: ${JSON.stringify(value)}`);
}
