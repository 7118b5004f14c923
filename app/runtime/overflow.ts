/**
 * What a full queue does to a message: its sender waits (`block`), is refused (`reject`), the oldest message makes room
 * (`dropOldest`), the new one is dropped (`dropNewest`) or becomes a dead letter (`deadLetter`).
 */
export type OverflowPolicy = 'block' | 'reject' | 'dropOldest' | 'dropNewest' | 'deadLetter';
