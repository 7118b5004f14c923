import { writeFileSync } from 'node:fs';

/**
 * @typedef {{ name: string, status: 'passed' | 'failed' | 'skipped', reason?: string }} Outcome
 * @typedef {import('vitest/node').Reporter} Reporter
 * @typedef {import('vitest/node').TestModule} TestModule
 * @typedef {import('vitest/node').TestCase} TestCase
 * @typedef {import('vitest/node').SerializedError} SerializedError
 */

/**
 * Writes what happened to every test as JSON to the file that RINGSTUDIO_TEST_OUTCOMES names, for scripts/test.mjs.
 * A skip without a reason becomes a failure, so that no test is switched off silently.
 *
 * @implements {Reporter}
 */
export default class OutcomeReporter {
  /**
   * @param {readonly TestModule[]} modules
   * @param {readonly SerializedError[]} unhandledErrors
   */
  onTestRunEnd(modules, unhandledErrors) {
    const target = process.env['RINGSTUDIO_TEST_OUTCOMES'];
    if (target === undefined) return;
    const outcomes = modules.flatMap(listOutcomes);
    for (const error of unhandledErrors) outcomes.push({ name: `unhandled: ${error.message}`, status: 'failed' });
    writeFileSync(target, JSON.stringify(outcomes));
  }
}

/**
 * @param {TestModule} module
 * @returns {Outcome[]}
 */
function listOutcomes(module) {
  /** @type {Outcome[]} */
  const outcomes = [];
  for (const suite of [module, ...module.children.allSuites()]) {
    if (suite.errors().length === 0) continue;
    const name = suite.type === 'module' ? suite.relativeModuleId : `${module.relativeModuleId} > ${suite.fullName}`;
    outcomes.push({ name, status: 'failed', reason: suite.errors()[0]?.message ?? 'failed outside its tests' });
  }
  const isBroken = outcomes.length > 0;
  for (const test of module.children.allTests()) outcomes.push(describe(test, isBroken));
  return outcomes;
}

/**
 * @param {TestCase} test
 * @param {boolean} isModuleBroken
 * @returns {Outcome}
 */
function describe(test, isModuleBroken) {
  const name = `${test.module.relativeModuleId} > ${test.fullName}`;
  const result = test.result();
  if (result.state === 'passed') return { name, status: 'passed' };
  if (result.state === 'failed')
    return { name, status: 'failed', reason: result.errors[0]?.message ?? 'gave no reason' };
  if (result.state === 'skipped' && result.note) return { name, status: 'skipped', reason: result.note };
  const isSwitchedOff = test.options.mode === 'skip' || test.options.mode === 'todo';
  if (isModuleBroken && !isSwitchedOff)
    return { name, status: 'failed', reason: 'did not run: its file or suite failed' };
  if (result.state === 'pending') return { name, status: 'failed', reason: 'did not finish' };
  return { name, status: 'failed', reason: "skipped without a reason: use ctx.skip('reason') inside the test" };
}
