/** What the tests have compiled: below the root, kept between runs. */
export const compileCache = 'node_modules/.cache/compiled-by-tests';
