/** A thread of an actor that has more than one: linear indices of its block in the actor, and of the thread in the block. */
export interface ThreadPlace {
  readonly block: number;
  readonly thread: number;
}

/** Undefined where not both are known. */
export function threadPlace({
  block,
  thread,
}: {
  readonly block?: number | undefined;
  readonly thread?: number | undefined;
}): ThreadPlace | undefined {
  return block === undefined || thread === undefined ? undefined : { block, thread };
}

/** `block 1, thread 17` */
export function placeText({ block, thread }: ThreadPlace): string {
  return `block ${block.toString()}, thread ${thread.toString()}`;
}

/** A fault's sentence with the thread that it happened in. */
export function withPlace(detail: string, place: ThreadPlace | undefined): string {
  if (place === undefined) return detail;
  return `${detail}${detail === '' ? '' : ' '}in ${placeText(place)}`;
}
