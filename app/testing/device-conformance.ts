import { describe } from 'vitest';

import type { OpenBench } from './conformance/bench.ts';
import { describeBuffers } from './conformance/buffers.ts';
import { describeCheckpoints } from './conformance/checkpoint.ts';
import { describeCheckpointOverflow } from './conformance/checkpoint-overflow.ts';
import { describeContextLoss } from './conformance/context-loss.ts';
import { describeCorruption } from './conformance/corruption.ts';
import { describeDisposal, describeRemoval } from './conformance/disposal.ts';
import { describeFailures } from './conformance/failures.ts';
import { describeFunctions } from './conformance/functions.ts';
import { describeHealth } from './conformance/health.ts';
import { describeHostActors } from './conformance/host-actors.ts';
import { describeLifecycle } from './conformance/lifecycle.ts';
import { describeConcurrentUse } from './conformance/concurrent-use.ts';
import { describeLedger } from './conformance/ledger.ts';
import { describeChannels, describeDeadLetters, describeRequests } from './conformance/messaging.ts';
import { describeMigration } from './conformance/migration.ts';
import { describeNames } from './conformance/names.ts';
import {
  describeClearing,
  describeDeadlines,
  describeDeduplication,
  describeLanes,
  describeOverflow,
  describeReceipts,
} from './conformance/queues.ts';
import { describeReload } from './conformance/reload.ts';
import { describeReplay } from './conformance/replay.ts';
import { describeReset } from './conformance/reset.ts';
import { describeRestart } from './conformance/restart.ts';
import { describeRouting } from './conformance/routing.ts';
import { describeSending } from './conformance/sending.ts';
import { describeState } from './conformance/state.ts';
import { describeContext, describeQuiescence, describeTelemetry } from './conformance/telemetry.ts';
import { describeThreads } from './conformance/threads.ts';
import { describeTopics } from './conformance/topics.ts';

export type { BenchOptions, BenchParts, OpenBench } from './conformance/bench.ts';

/** What every device does alike. `open` gives a runtime of its own to each test. */
export function describeDevice(name: string, open: OpenBench): void {
  describe(`device ${name}`, () => {
    describeLifecycle(open);
    describeSending(open);
    describeOverflow(open);
    describeLanes(open);
    describeDeadlines(open);
    describeClearing(open);
    describeDeduplication(open);
    describeReceipts(open);
    describeRequests(open);
    describeChannels(open);
    describeDeadLetters(open);
    describeRouting(open);
    describeNames(open);
    describeTopics(open);
    describeTelemetry(open);
    describeContext(open);
    describeQuiescence(open);
    describeLedger(open);
    describeFailures(open);
    describeConcurrentUse(open);
    describeCorruption(open);
    describeRemoval(open);
    describeReload(open);
    describeReset(open);
    if (open.faultsSpread === true) describeContextLoss(open);
    else describeRestart(open);
    describeHealth(open);
    describeReplay(open);
    describeState(open);
    describeMigration(open);
    describeCheckpoints(open);
    describeCheckpointOverflow(open);
    describeHostActors(open);
    describeDisposal(open);
    describeBuffers(open);
    describeThreads(open);
    describeFunctions(open);
  });
}
