/** Actors of one runtime, each instance one, where nothing else is said. */
export const mostActors = 16_383;
