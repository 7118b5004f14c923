interface Named {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly fields: readonly (readonly [string, number])[];
}

interface Place {
  readonly name: string;
  readonly start: number;
  readonly sizeBytes: number;
  /** Byte offsets, and other numbers that are not meant. */
  readonly fields?: Readonly<Record<string, number>>;
}

/** What lies where in memory, for traces that people read. */
export class MemoryNames {
  readonly #named: Named[] = [];

  add({ name, start, sizeBytes, fields = {} }: Place): void {
    const entries = Object.entries(fields).filter(([field, offset]) => field !== 'sizeBytes' && offset < sizeBytes);
    this.#named.push({ name, start, end: start + sizeBytes, fields: entries.sort((a, b) => a[1] - b[1]) });
  }

  /** `sink's inbox.tail`, `sink's inbox[1].payload + 4`. */
  nameOf(address: number): string {
    const found = this.#named.find(({ start, end }) => address >= start && address < end);
    if (found === undefined) return `0x${address.toString(16)}`;
    const offset = address - found.start;
    const field = found.fields.findLast((entry) => entry[1] <= offset);
    if (field === undefined) return found.name;
    const isPayload = found.name.endsWith(']') && offset >= 64;
    const [name, at] = isPayload ? (['payload', 64] as const) : field;
    return `${found.name}.${name}${offset === at ? '' : ` + ${offset - at}`}`;
  }
}
